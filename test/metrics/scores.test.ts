import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { confusionMatrix, renderScores, scores, scoresOf } from "../../src/metrics/index.ts";

interface GoldenCase {
  readonly name: string;
  readonly labels: string[];
  readonly truth: string[];
  readonly predicted: string[];
  readonly accuracy: number;
  readonly uar: number;
  readonly macroF1: number;
  /** A row a label: precision, recall, F1, support. */
  readonly perClass: number[][];
  readonly confusion: number[][];
}

// reference/metrics.py: scikit-learn 1.9.1; the calls stand in the file.
const golden = JSON.parse(readFileSync(new URL("../golden/metrics.json", import.meta.url), "utf8")) as {
  cases: GoldenCase[];
};

describe("scores equal scikit-learn's", () => {
  test.each(golden.cases)("$name", (expected) => {
    const actual = scores(expected.labels, expected.truth, expected.predicted);
    expect(actual.n).toBe(expected.truth.length);
    expect(actual.confusion).toEqual(expected.confusion);
    expect([actual.accuracy, actual.uar, actual.macroF1]).toBeAllClose(
      [expected.accuracy, expected.uar, expected.macroF1],
      { atol: 1e-9 },
    );
    expect(actual.labels).toEqual(expected.labels);
    expect(
      Object.values(actual.perClass).flatMap(({ precision, recall, f1, support }) => [precision, recall, f1, support]),
    ).toBeAllClose(expected.perClass.flat(), { atol: 1e-9 });
  });
});

describe("scores", () => {
  test("by hand: 3 of 4 right, one class of one wrong", () => {
    const result = scores(["a", "b", "c"], ["a", "a", "a", "b"], ["a", "a", "a", "a"]);
    expect(result.accuracy).toBe(3 / 4);
    expect(result.uar).toBe((1 + 0) / 2);
    // F1 of a is 2·3/(3 + 4); b is never right; c occurs nowhere and is not counted.
    expect(result.macroF1).toBeCloseTo((6 / 7 + 0) / 2, 12);
    expect(result.perClass["c"]).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
  });

  test("of a sum of confusion matrices are the scores of all recordings together", () => {
    const labels = ["a", "b"];
    const [first, second] = [confusionMatrix(labels, ["a", "b"], ["a", "a"]), confusionMatrix(labels, ["b"], ["b"])];
    const both = first.map((row, t) => row.map((count, p) => count + second[t]![p]!));
    expect(scoresOf(labels, both)).toEqual(scores(labels, ["a", "b", "b"], ["a", "a", "b"]));
  });

  test("labels that look like numbers keep their order", () => {
    const result = scores(["10", "2"], ["10", "10", "2"], ["10", "10", "10"]);
    expect(result.labels).toEqual(["10", "2"]);
    expect(renderScores(result)).toContain(
      "10       66.7   100.0  80.0        2\n2           –     0.0   0.0        1",
    );
  });

  test("refuses nothing to score, unequal lengths, unknown and doubled labels", () => {
    expect(() => scores(["a"], [], [])).toThrow("there are no recordings to score (n = 0)");
    expect(() => scores(["a"], ["a"], [])).toThrow("must have the same length, got 1 and 0");
    expect(() => scores(["a"], ["a"], ["x"])).toThrow('"x" is none of the labels a');
    expect(() => scores(["a"], ["toString"], ["a"])).toThrow('"toString" is none of the labels a');
    expect(() => scores(["a", "a"], ["a"], ["a"])).toThrow("labels must be different");
    expect(() => scoresOf(["a", "b"], [[1, 0]])).toThrow("confusion must be 2 × 2");
  });
});

test("renderScores aligns its tables, and shows a dash where there is no denominator", () => {
  const truth = ["angry", "angry", "happy", "happy", "happy", "sad"];
  const predicted = ["angry", "happy", "happy", "happy", "angry", "happy"];
  expect(renderScores(scores(["angry", "fear", "happy", "sad"], truth, predicted))).toMatchInlineSnapshot(`
    "accuracy 50.0 %   UAR 38.9 %   macro F1 35.7 %   n 6

           precision  recall    F1  support
    angry       50.0    50.0  50.0        2
    fear           –       –     –        0
    happy       50.0    66.7  57.1        3
    sad            –     0.0   0.0        1

    true \\ predicted  angry  fear  happy  sad
    angry                 1     ·      1    ·
    fear                  ·     ·      ·    ·
    happy                 1     ·      2    ·
    sad                   ·     ·      1    ·"
  `);
});
