import { describe, expect, test } from "vitest";
import { mixup, mixupWeight, Random, specAugment } from "../../src/augment/index.ts";
import { Matrix } from "../../src/matrix.ts";

const ones = (rows: number, columns: number): Matrix =>
  new Matrix(rows, columns, new Float32Array(rows * columns).fill(1));

describe("specAugment", () => {
  test("one mask over time: neighbouring whole frames, of every width up to the widest and none beyond", () => {
    const widths = new Map<number, number>();
    const runs = 4000;
    for (let seed = 0; seed < runs; seed++) {
      const options = { timeMasks: 1, timeWidth: 7, timeShare: 1, frequencyMasks: 0, fill: 0 };
      const masked = specAugment(ones(20, 3), options, new Random(seed));
      const hidden = Array.from({ length: 20 }, (_, t) => t).filter((t) => masked.row(t).every((x) => x === 0));
      expect(masked.data.filter((x) => x === 0).length).toBe(3 * hidden.length);
      if (hidden.length > 0) expect(hidden.at(-1)! - hidden[0]!).toBe(hidden.length - 1);
      widths.set(hidden.length, (widths.get(hidden.length) ?? 0) + 1);
    }
    expect([...widths.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    // Uniform: an eighth of the runs each, within five standard deviations.
    for (const count of widths.values())
      expect(Math.abs(count - runs / 8)).toBeLessThan(5 * Math.sqrt((runs * 7) / 64));
  });

  test("one mask over columns: the same neighbouring columns in every frame", () => {
    const options = { timeMasks: 0, frequencyMasks: 1, frequencyWidth: 4, fill: -1 };
    for (let seed = 0; seed < 100; seed++) {
      const masked = specAugment(ones(5, 10), options, new Random(seed));
      const hidden = [...masked.row(0)].flatMap((x, c) => (x === -1 ? [c] : []));
      expect(hidden.length).toBeLessThanOrEqual(4);
      if (hidden.length > 0) expect(hidden.at(-1)! - hidden[0]!).toBe(hidden.length - 1);
      for (let t = 1; t < 5; t++) expect(masked.row(t)).toEqual(masked.row(0));
    }
  });

  test("the share bounds a short clip's masks; the mean is each column's own", () => {
    const features = new Matrix(
      10,
      2,
      Float32Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? i / 2 : 100 + i)),
    );
    let most = 0;
    for (let seed = 0; seed < 300; seed++) {
      const masked = specAugment(features, { timeMasks: 1, frequencyMasks: 0 }, new Random(seed));
      const hidden = Array.from({ length: 10 }, (_, t) => t).filter((t) => masked.row(t)[1] === 110);
      for (const t of hidden) expect(masked.row(t)).toBeAllClose([4.5, 110], { atol: 1e-5 });
      most = Math.max(most, hidden.length);
    }
    // 0.2 of ten frames, although 25 would be allowed.
    expect(most).toBe(2);
  });

  test("breaking rules", () => {
    const of =
      (options: object): (() => Matrix) =>
      () =>
        specAugment(ones(2, 2), options, new Random(1));
    expect(of({ timeMasks: -1 })).toThrow("specAugment: timeMasks=-1 must be a whole number in 0 … 100");
    expect(of({ timeWidth: 0.5 })).toThrow("specAugment: timeWidth=0.5 must be a whole number");
    expect(of({ timeShare: 1.1 })).toThrow("specAugment: timeShare=1.1 must lie in 0 … 1");
    expect(of({ frequencyMasks: 101 })).toThrow("specAugment: frequencyMasks=101");
    expect(of({ frequencyWidth: NaN })).toThrow("specAugment: frequencyWidth=NaN");
    expect(of({ fill: Infinity })).toThrow('specAugment: fill=Infinity must be a finite number or "mean"');
  });
});

describe("mixup", () => {
  const a = { features: new Matrix(1, 2, Float32Array.of(4, 8)), labels: Float32Array.of(1, 0) };
  const b = { features: new Matrix(2, 2, Float32Array.of(0, 4, 2, 2)), labels: Float32Array.of(0, 1) };

  test("by hand; the shorter one counts as zeros beyond its end", () => {
    const { features, labels } = mixup(a, b, 0.75);
    expect([...features.data]).toEqual([3, 7, 0.5, 0.5]);
    expect([...labels]).toEqual([0.75, 0.25]);
    expect(mixup(a, b, 0)).toEqual(b);
  });

  test("breaking rules", () => {
    expect(() => mixup(a, b, 1.5)).toThrow("mixup: weight=1.5 must lie in 0 … 1");
    expect(() => mixup(a, { ...b, labels: Float32Array.of(1) }, 0.5)).toThrow(
      "mixup: clips of 2 and 2 columns, 2 and 1 labels cannot be mixed",
    );
    expect(() => mixupWeight(0, new Random(1))).toThrow("mixupWeight: alpha=0 must lie in 0.01 … 100");
  });

  test.each([0.2, 1, 4])(
    "weights are Beta(%f, same): mean 1/2, variance 1 / (4·(2α + 1)), never out of 0 … 1",
    (alpha) => {
      const random = new Random(5, "beta");
      const weights = Array.from({ length: 20_000 }, () => mixupWeight(alpha, random));
      expect(weights.every((w) => w >= 0 && w <= 1)).toBe(true);
      const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
      const variance = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / weights.length;
      expect(mean).toBeCloseTo(0.5, 1);
      expect(variance / (1 / (4 * (2 * alpha + 1)))).toBeGreaterThan(0.95);
      expect(variance / (1 / (4 * (2 * alpha + 1)))).toBeLessThan(1.05);
    },
  );
});
