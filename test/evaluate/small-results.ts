import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Question } from "../../src/corpora/index.ts";
import { EMOTIONS, EMOTIONS_WITH_CALM } from "../../src/emotions.ts";
import {
  scoreRun,
  totalsOf,
  writeAnswers,
  type EvaluationResult,
  type ProtocolResult,
  type ProtocolRun,
} from "../../src/evaluate/index.ts";
import { applyTemperature, summarize, type Answer } from "../../src/metrics/index.ts";
import { randomAnswers } from "../metrics/answers.ts";

/** A name that would be markup if it were not escaped. */
export const HOSTILE = `odd/<script>alert("1")</script>|*_\``;

/** A result of `ser evaluate --json --answers` on invented answers, in a folder. */
export async function smallResult(
  folder: string,
  name: string,
  { leaky = false, seed = 1 }: { leaky?: boolean; seed?: number } = {},
): Promise<{ file: string; answers: Answer[]; result: EvaluationResult }> {
  const answers = randomAnswers(EMOTIONS, 8, 40, seed);
  // Wrong and sure: the worst error of all.
  answers[0] = { ...answers[0]!, id: HOSTILE, truth: "angry", probabilities: [0.001, 0, 0, 0, 0, 0, 0.999] };
  const result: EvaluationResult = {
    kind: "evaluation",
    ...summarize(EMOTIONS, answers, { resamples: 100 }),
    model: `${name}.onnx`,
    preset: "seed",
    leaky,
    leakyRecordings: leaky ? 100 : 0,
    failed: 0,
    answers: `${name}.answers.csv`,
    curve: Array.from({ length: 6 }, (_, i) => ({
      epoch: i + 1,
      loss: 2 / (i + 1),
      accuracy: 0.2 + 0.1 * i,
      val_loss: 1 + 1 / (i + 1),
      val_accuracy: 0.2 + 0.05 * i,
      learning_rate: 1e-4,
      seconds: 1,
    })),
    bestEpoch: 5,
    version: "0.0.0",
  };
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(result));
  await writeAnswers(path.join(folder, `${name}.answers.csv`), { labels: EMOTIONS, answers });
  return { file, answers, result };
}

/** A result of `ser protocol` with two folds and two seeds on invented answers in eight emotions, and two questions. */
export async function smallProtocol(
  folder: string,
  name: string,
  facts: Partial<Pick<ProtocolResult, "protocol" | "preset" | "config" | "leaky" | "header">> & { draw?: number } = {},
): Promise<{ file: string; result: ProtocolResult }> {
  const { draw = 0, ...told } = facts;
  const labels = EMOTIONS_WITH_CALM;
  const questions: Question[] = [
    { name: "pooled-7", title: "all, 7 emotions", labels: "7" },
    { name: "odd-8", title: "odd, 8 emotions", labels: "8", corpora: ["odd"] },
  ];
  const runs = [1, 2].flatMap((seed) =>
    [1, 2].map((fold) => {
      // The same voices and truths with every seed: only the probabilities differ.
      const answers = randomAnswers(labels, 4, 20, fold + 10 * draw).map((answer): Answer => ({
        ...answer,
        id: `fold ${fold}/${answer.id}`,
        speaker: `${fold}/${answer.speaker}`,
        probabilities: applyTemperature(answer.probabilities, seed),
      }));
      const scores = scoreRun(questions, labels, answers, { resamples: 20 });
      const run: ProtocolRun = {
        fold,
        seed,
        split: { kind: "speaker", seed, testShare: 0, validationShare: 0.1, corpora: {}, notes: [] },
        recordings: { train: 1, validation: 1, test: answers.length, copies: 0 },
        failedCopies: [],
        epochsRun: 1,
        bestEpoch: 1,
        curve: [{ epoch: 1, loss: 2, accuracy: 0.2, learning_rate: 1e-4 }],
        temperature: 1,
        calibration: null,
        scores,
        version: "0.0.0",
      };
      return { run, answers };
    }),
  );
  const files = [1, 2].map((seed) => ({ seed, file: `${name}.seed-${seed}.answers.csv` }));
  for (const { seed, file } of files) {
    const answers = runs.filter(({ run }) => run.seed === seed).flatMap((each) => each.answers);
    await writeAnswers(path.join(folder, file), { labels, answers });
  }
  const missing = { recordings: 0, official: 10, missing: ["07"] };
  const there = { recordings: 10, official: 10, missing: [] };
  const result: ProtocolResult = {
    kind: "protocol",
    format: 1,
    protocol: "invented",
    summary: "two folds",
    source: "nowhere",
    leaky: false,
    header: "2 of 3 folds (not on disk: fold 3, testing 07)",
    preset: "seed",
    config: {},
    seeds: [1, 2],
    labels,
    data: { recordings: { even: 80, odd: 80 }, sha256: "00", excluded: {}, failed: {} },
    folds: [1, 2, 3].map((fold) => ({
      fold,
      title: `title of ${fold}`,
      missing: fold === 3,
      corpora: [{ corpus: "odd", test: fold === 3 ? missing : there, train: there }],
    })),
    runs: runs.map(({ run }) => run),
    questions: totalsOf(questions, labels, runs, { resamples: 20 }),
    answers: files,
    version: "0.0.0",
    ...told,
  };
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(result));
  return { file, result };
}
