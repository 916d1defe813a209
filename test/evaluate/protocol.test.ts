import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { protocolNamed } from "../../src/corpora/index.ts";
import { EIGHT_EMOTIONS, SEVEN_EMOTIONS } from "../../src/emotions.ts";
import { answersTo } from "../../src/evaluate/index.ts";
import { EpochCount } from "../../src/evaluate/protocol/epoch-count.ts";
import { spread } from "../../src/evaluate/protocol/totals.ts";
import type { Answer } from "../../src/metrics/index.ts";

const answer = (id: string, truth: string, probabilities: readonly number[]): Answer => {
  const [corpus, speaker] = id.split("/") as [string, string];
  return { id, corpus, speaker: `${corpus}/${speaker}`, sex: null, truth, probabilities };
};

describe("the questions of the four corpora, from one model of eight classes", () => {
  const [pooled, withoutTess, ravdess, savee] = protocolNamed("four-corpora").questions;
  // angry calm disgust fear happy neutral sad surprise
  const answers = [
    answer("ravdess/01/a", "calm", [0.1, 0.3, 0, 0, 0, 0.25, 0.35, 0]),
    answer("crema-d/1002/b", "neutral", [0, 0.5, 0, 0, 0, 0.1, 0.4, 0]),
    answer("tess/OAF/c", "sad", [0, 0, 0, 0, 0, 0.2, 0.7, 0.1]),
    answer("savee/DC/d", "angry", [0.6, 0, 0.1, 0.1, 0.1, 0.1, 0, 0]),
  ];

  test("pooled: seven emotions, calm and neutral added up, in truth and in probability", () => {
    const asked = answersTo(pooled!, EIGHT_EMOTIONS.labels, answers);
    expect(asked.labels).toEqual(SEVEN_EMOTIONS.labels);
    expect(asked.answers.map(({ truth }) => truth)).toEqual(["neutral", "neutral", "sad", "angry"]);
    // angry disgust fear happy neutral sad surprise: 0.3 + 0.25 = 0.55 is now the most probable.
    expect(asked.answers[0]!.probabilities).toBeAllClose([0.1, 0, 0, 0, 0.55, 0.35, 0], { atol: 1e-12 });
    expect(asked.answers[1]!.probabilities).toBeAllClose([0, 0, 0, 0, 0.6, 0.4, 0], { atol: 1e-12 });
  });

  test("without TESS, RAVDESS with calm apart, SAVEE", () => {
    const ids = (question: typeof pooled): string[] =>
      answersTo(question!, EIGHT_EMOTIONS.labels, answers).answers.map(({ corpus }) => corpus);
    expect(ids(withoutTess)).toEqual(["ravdess", "crema-d", "savee"]);
    expect(ids(ravdess)).toEqual(["ravdess"]);
    expect(ids(savee)).toEqual(["savee"]);
    expect(answersTo(ravdess!, EIGHT_EMOTIONS.labels, answers).answers[0]).toEqual(answers[0]);
    expect(answersTo(savee!, EIGHT_EMOTIONS.labels, answers).labels).toHaveLength(7);
  });
});

test("mean and sample standard deviation", () => {
  // Of 2, 4, 4, 4, 5, 5, 7, 9 the sum of squared distances from the mean 5 is 32.
  expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, sd: Math.sqrt(32 / 7) });
  expect(spread([3])).toEqual({ mean: 3, sd: null });
});

describe("progress over several runs", () => {
  test("counts what this process does: resumed epochs do not, epochs that early stopping spares do", () => {
    const count = new EpochCount(3, 10);
    expect(count.update("a", 0.25)).toEqual([0.2, 30]);
    expect(count.update("b", null)).toEqual([0.2, 30]);
    // Resumed in its eighth epoch.
    expect(count.update("b", 7.5)).toEqual([0.7, 23]);
    expect(count.update("a", 4)).toEqual([4.5, 23]);
    count.finish("a");
    expect(count.update("b", 10)).toEqual([13, 23]);
    count.finish("b");
    expect(count.update("c", 10)).toEqual([13, 13]);
  });

  test("property: never more than everything, everything in the end", () => {
    const runs = fc.array(
      fc.record({ start: fc.integer({ min: 0, max: 9 }), steps: fc.integer({ min: 1, max: 10 }) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(runs, (all) => {
        const count = new EpochCount(all.length, 10);
        let last: readonly [number, number] = [0, 0];
        for (const [i, { start, steps }] of all.entries()) {
          for (let e = start; e <= Math.min(10, start + steps); e++) {
            last = count.update(String(i), e);
            expect(last[0]).toBeLessThanOrEqual(last[1]);
          }
          count.finish(String(i));
        }
        const [done, total] = count.update("0", 10);
        expect(done).toBe(total);
      }),
    );
  });
});
