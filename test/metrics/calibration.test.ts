import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyTemperature,
  brierScore,
  coverageCurve,
  expectedCalibrationError,
  fitCautiousTemperature,
  fitTemperature,
  logLoss,
  outcomesOf,
  reliabilityCurve,
  scores,
  type Answer,
} from "../../src/metrics/index.ts";

interface GoldenCase {
  readonly name: string;
  readonly grain: number;
  /** (recordings × labels); divided by `grain` they are the probabilities. */
  readonly parts: number[][];
  readonly truth: number[];
  readonly accuracy: number;
  readonly uar: number;
  readonly macroF1: number;
  readonly perClass: number[][];
  readonly confusion: number[][];
  readonly reliability: { readonly n: number[]; readonly accuracy: number[]; readonly confidence: number[] };
  readonly ece: number;
  readonly area: number;
  readonly brier?: number;
  readonly logLoss?: number;
}

// reference/calibration.py: scikit-learn 1.9.1, scipy 1.17.1; the calls stand in the script.
const golden = JSON.parse(readFileSync(new URL("../golden/calibration.json", import.meta.url), "utf8")) as {
  cases: GoldenCase[];
  temperatures: {
    name: string;
    logits: number[][];
    truth: number[];
    temperature: number;
    before: number;
    after: number;
  }[];
};

const ATOL = { atol: 1e-9 };

function answersOf(labels: readonly string[], probabilities: readonly number[][], truth: readonly number[]): Answer[] {
  return probabilities.map((row, i) => ({
    id: `r/${i}`,
    corpus: "c",
    speaker: "s",
    sex: null,
    truth: labels[truth[i]!]!,
    probabilities: row,
  }));
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map((z) => Math.exp(z - Math.max(...logits)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

describe("metrics of probabilities equal scikit-learn's", () => {
  test.each(golden.cases)("$name", (expected) => {
    const probabilities = expected.parts.map((row) => row.map((part) => part / expected.grain));
    const labels = probabilities[0]!.map((_, i) => `label ${i}`);
    const outcomes = outcomesOf(labels, answersOf(labels, probabilities, expected.truth));

    const label = (i: number): string => labels[i]!;
    const actual = scores(
      labels,
      expected.truth.map(label),
      outcomes.map(({ predicted }) => label(predicted)),
    );
    expect(actual.confusion).toEqual(expected.confusion);
    expect([actual.accuracy, actual.uar, actual.macroF1]).toBeAllClose(
      [expected.accuracy, expected.uar, expected.macroF1],
      ATOL,
    );
    const perClass = labels.map((each) => actual.perClass[each]!);
    expect(perClass.flatMap(({ precision, recall, f1, support }) => [precision, recall, f1, support])).toBeAllClose(
      expected.perClass.flat(),
      ATOL,
    );

    const bins = reliabilityCurve(outcomes);
    const filled = bins.filter(({ n }) => n > 0);
    expect(bins.map(({ n }) => n)).toEqual(expected.reliability.n);
    expect(filled.map(({ accuracy }) => accuracy!)).toBeAllClose(expected.reliability.accuracy, ATOL);
    expect(filled.map(({ confidence }) => confidence!)).toBeAllClose(expected.reliability.confidence, ATOL);
    expect(expectedCalibrationError(outcomes)).toBeCloseTo(expected.ece, 9);
    expect(coverageCurve(outcomes).area).toBeCloseTo(expected.area, 9);
    // Of one label scikit-learn has no loss; it is certain, so there is none.
    expect(brierScore(probabilities, expected.truth)).toBeCloseTo(expected.brier ?? 0, 9);
    expect(logLoss(probabilities, expected.truth)).toBeCloseTo(expected.logLoss ?? 0, 9);
  });
});

describe("bins", () => {
  test("are closed on the right: an edge belongs to the bin below it", () => {
    for (const bins of [1, 2, 7, 10, 15, 49]) {
      for (let i = 1; i <= bins; i++) {
        const curve = reliabilityCurve([{ truth: 0, predicted: 0, confidence: i / bins }], bins);
        expect(curve.findIndex(({ n }) => n === 1)).toBe(i - 1);
      }
    }
  });

  test("refuse a number that is none", () => {
    expect(() => reliabilityCurve([], 0)).toThrow("bins=0 must be a whole number, at least 1");
    expect(() => coverageCurve([], 2.5)).toThrow("count=2.5 must be a whole number, at least 1");
  });
});

describe("coverage", () => {
  test("by hand: right, wrong, right, wrong by falling confidence", () => {
    const outcomes = [0.9, 0.8, 0.7, 0.6].map((confidence, i) => ({ truth: 0, predicted: i % 2, confidence }));
    const { points, area } = coverageCurve(outcomes, 4);
    expect(points).toEqual([
      { coverage: 1 / 4, accuracy: 1, threshold: 0.9 },
      { coverage: 2 / 4, accuracy: 1 / 2, threshold: 0.8 },
      { coverage: 3 / 4, accuracy: 2 / 3, threshold: 0.7 },
      { coverage: 1, accuracy: 1 / 2, threshold: 0.6 },
    ]);
    expect(area).toBeCloseTo((1 + 1 / 2 + 2 / 3 + 1 / 2) / 4, 12);
  });
});

describe("temperature", () => {
  test.each(golden.temperatures)("$name: the minimum of scipy", ({ logits, truth, temperature, before, after }) => {
    const probabilities = logits.map(softmax);
    const found = fitTemperature(probabilities, truth);
    expect(Math.abs(found - temperature)).toBeLessThan(1e-6);
    expect(logLoss(probabilities, truth)).toBeCloseTo(before, 9);
    expect(
      logLoss(
        probabilities.map((row) => applyTemperature(row, found)),
        truth,
      ),
    ).toBeCloseTo(after, 9);
  });

  test("of probabilities is that of their logits: softmax(z / T)", () => {
    const logits = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(logits, fc.double({ min: 0.1, max: 10, noNaN: true }), (z, temperature) => {
        const tempered = applyTemperature(softmax(z), temperature);
        expect(tempered).toBeAllClose(softmax(z.map((each) => each / temperature)), { atol: 1e-9 });
      }),
    );
  });

  test("undoes one: fitted after sharpening by T it is T times as high", () => {
    const { logits, truth } = golden.temperatures[0]!;
    const probabilities = logits.map(softmax);
    const sharper = probabilities.map((row) => applyTemperature(row, 1 / 1.7));
    expect(fitTemperature(sharper, truth) / fitTemperature(probabilities, truth)).toBeCloseTo(1.7, 9);
  });

  test("has ends where there is no minimum, and is 1 where all are as good", () => {
    expect(
      fitTemperature(
        [
          [0.9, 0.1],
          [0.2, 0.8],
        ],
        [0, 1],
      ),
    ).toBe(0.05);
    expect(
      fitTemperature(
        [
          [0.9, 0.1],
          [0.2, 0.8],
        ],
        [1, 0],
      ),
    ).toBe(20);
    expect(fitTemperature([[0.5, 0.5]], [1])).toBe(1);
    expect(fitTemperature([[1]], [0])).toBe(1);
    expect(
      fitTemperature(
        [
          [1, 0],
          [1, 0],
          [0, 1],
        ],
        [0, 1, 1],
      ),
    ).toBeGreaterThan(1);
  });

  test("refuses what is none", () => {
    expect(() => applyTemperature([1], 0)).toThrow("temperature=0 must be above 0");
    expect(() => fitTemperature([], [])).toThrow("0 rows of probabilities and 0 true labels");
  });
});

test("answers that break the rules are refused by name", () => {
  const check = (truth: string, probabilities: number[]) => () =>
    outcomesOf(["a", "b"], [{ id: "x/1", corpus: "x", speaker: "s", sex: null, truth, probabilities }]);
  expect(check("c", [1, 0])).toThrow('x/1: truth "c" is none of the labels a, b');
  expect(check("a", [1])).toThrow("x/1: 1 probabilities for 2 labels");
  expect(check("a", [0.6, 0.6])).toThrow("x/1: the probabilities sum to 1.2, not to 1");
  expect(check("a", [Number.NaN, 1])).toThrow("x/1: probability NaN is not in 0 … 1");
  expect(() => outcomesOf(["a"], [])).toThrow("there are no answers to score");
});

describe("the cautious temperature", () => {
  // Two labels, the same logits (z, 0) for every recording; each speaker has 10, of which so many are right.
  const z = 3;
  const right = [9, 6, 8, 4, 7];
  const speakers = right.flatMap((_, s) => Array.from({ length: 10 }, () => `s${s}`));
  const truth = right.flatMap((n) => Array.from({ length: 10 }, (_, i) => (i < n ? 0 : 1)));
  const rows = truth.map(() => softmax([z, 0]));

  test("is one standard error of a mean over speakers above the plain one, in the inverse temperature", () => {
    // Closed form: σ(βz) is the share q that is right; the error of β is √Σ(10 (q − qₛ))² / (n q (1 − q) z).
    const [n, q] = [50, 34 / 50];
    const beta = Math.log(q / (1 - q)) / z;
    const error = Math.sqrt(right.reduce((sum, own) => sum + (10 * q - own) ** 2, 0)) / (n * q * (1 - q) * z);
    expect(fitTemperature(rows, truth)).toBeCloseTo(1 / beta, 10);
    expect(fitCautiousTemperature(rows, truth, speakers)).toBeCloseTo(1 / (beta - error), 10);
  });

  test("does not take more recordings of the same speakers for more speakers", () => {
    const twice = <T>(list: readonly T[]): T[] => [...list, ...list];
    const of = (names: readonly string[]): number => fitCautiousTemperature(twice(rows), twice(truth), names);
    const one = fitCautiousTemperature(rows, truth, speakers);
    expect(of(twice(speakers))).toBeCloseTo(one, 10);
    expect(of([...speakers, ...speakers.map((name) => `${name} too`)])).toBeLessThan(one);
  });

  test("is the plain one where there is one speaker, and stays within the range", () => {
    const alone = speakers.map(() => "one");
    expect(fitCautiousTemperature(rows, truth, alone)).toBe(fitTemperature(rows, truth));
    const opposite = [softmax([z, 0]), softmax([z, 0])];
    expect(fitCautiousTemperature(opposite, [0, 1], ["a", "b"])).toBe(20);
  });
});
