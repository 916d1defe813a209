import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { parseAnswers, readAnswers, writeAnswers } from "../../src/evaluate/index.ts";
import type { Answer } from "../../src/metrics/index.ts";
import { randomAnswers } from "../metrics/answers.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-answers-"));

test("answers survive a file, names with commas, quotes and line ends included", async () => {
  const labels = ["sad, very", 'so "so"'];
  const odd: Answer = {
    id: 'a,"b"\nc',
    corpus: "mine",
    speaker: "s,1",
    sex: null,
    truth: 'so "so"',
    probabilities: [0.25, 0.75],
  };
  const answers = [odd, ...randomAnswers(labels, 2, 3, 1)];
  const file = path.join(folder, "odd.answers.csv");
  await writeAnswers(file, { labels, answers });
  const read = await readAnswers(file);
  expect(read.labels).toEqual(labels);
  expect(read.answers.map((answer) => ({ ...answer, probabilities: 0 }))).toEqual(
    answers.map((answer) => ({ ...answer, probabilities: 0 })),
  );
  const values = (each: readonly Answer[]): number[] => each.flatMap(({ probabilities }) => probabilities);
  expect(values(read.answers)).toBeAllClose(values(answers), { atol: 5.1e-8 });
});

test("the file is what its documentation says", async () => {
  const file = path.join(folder, "plain.answers.csv");
  const answer: Answer = {
    id: "ravdess/03-01-05-01-01-01-01",
    corpus: "ravdess",
    speaker: "ravdess/01",
    sex: "male",
    truth: "angry",
    probabilities: [1 / 3, 2 / 3],
  };
  await writeAnswers(file, { labels: ["angry", "sad"], answers: [answer] });
  expect(readFileSync(file, "utf8")).toBe(
    "id,corpus,speaker,sex,truth,angry,sad\n" +
      "ravdess/03-01-05-01-01-01-01,ravdess,ravdess/01,male,angry,0.3333333,0.6666667\n",
  );
});

test("files that break the rules are refused with the reason", async () => {
  const refused = (text: string) => () => parseAnswers(text, "x.answers.csv");
  expect(refused("id,truth,sad\n")).toThrow(
    "x.answers.csv: the columns must be id, corpus, speaker, sex, truth and one a label",
  );
  expect(refused("id,corpus,speaker,sex,truth\n")).toThrow("and one a label");
  expect(refused("id,corpus,speaker,sex,truth,sad\na,b\n")).toThrow("this is no CSV");
  expect(refused("id,corpus,speaker,sex,truth,sad\na,b,c,x,sad,1\n")).toThrow('line 2: sex "x" is none');
  await expect(readAnswers(path.join(folder, "none.csv"))).rejects.toThrow("there is no such file");
});
