import { describe, expect, test } from "vitest";
import { mixupWeight } from "../../src/augment/index.ts";
import { assemble, drawBalanced, epochBatches, labelWeights, trainingBatch, type Clips } from "../../src/fit/index.ts";
import { Random } from "../../src/random.ts";
import { tinyNetwork } from "../tiny-model.ts";

const network = tinyNetwork({ frames: 8, features: 2, labels: 4 });
const masked = tinyNetwork({ frames: 8, features: 2, labels: 4, masked: true });

/** Clip i has i + 2 frames of (i + 1, −i − 1), and label i. */
const clips: Clips = {
  length: 4,
  features: (i) => Float32Array.from({ length: 2 * (i + 2) }, (_, k) => (k % 2 === 0 ? i + 1 : -i - 1)),
  label: (i) => i,
};
const all = [0, 1, 2, 3];

describe("the batch of a step", () => {
  test("without a recipe is the clips side by side", () => {
    expect(trainingBatch(clips, all, network, {}, 1, 1)).toEqual(assemble(clips, all, network));
  });

  test("label smoothing is Keras's (1 − s)·t + s / labels, a clip's weight multiplies its row", () => {
    const weighted = { ...clips, weight: (i: number) => (i === 1 ? 2 : 1) };
    const { targets } = trainingBatch(weighted, [1, 3], network, { labelSmoothing: 0.2 }, 1, 1);
    expect(targets.data as Float32Array).toBeAllClose([0.1, 1.7, 0.1, 0.1, 0.05, 0.05, 0.05, 0.85], { atol: 1e-6 });
  });

  test("a clip's soft label stands for its label, which the others keep", () => {
    const soft = Float32Array.of(0.5, 0.25, 0.25, 0);
    const { targets } = assemble({ ...clips, target: (i) => (i === 0 ? soft : undefined) }, [0, 2], network);
    expect([...(targets.data as Float32Array)]).toEqual([0.5, 0.25, 0.25, 0, 0, 0, 1, 0]);
  });

  test.each([
    ["unmasked, with zeros after a clip's end", network, undefined, [0, 0]],
    ["masked, with the padding that it is told", masked, Float32Array.of(7, 9), [7, 9]],
  ] as const)("mixup: %s", (_, config, padding, beyond) => {
    const recipe = { mixup: 0.4, ...(padding && { padding }) };
    const batch = trainingBatch(clips, all, config, recipe, 3, 5);
    // The same draws, and the blend written out frame by frame.
    const random = new Random(3, "mixup", 5);
    const others = random.shuffle(all);
    for (const [row, a] of all.entries()) {
      const b = others[row]!;
      const weight = mixupWeight(0.4, random);
      const value = (clip: number, t: number, c: number): number =>
        t < clip + 2 ? (c === 0 ? clip + 1 : -clip - 1) : beyond[c]!;
      const frames = Math.max(a, b) + 2;
      for (let t = 0; t < batch.frames; t++) {
        for (const c of [0, 1]) {
          const expected = t < frames ? weight * value(a, t, c) + (1 - weight) * value(b, t, c) : 0;
          expect((batch.x.data as Float32Array)[(row * batch.frames + t) * 2 + c]).toBeCloseTo(expected, 5);
        }
      }
      expect(Number(batch.lengths.data[row])).toBe(frames);
      for (let l = 0; l < 4; l++) {
        const share = (l === a ? weight : 0) + (l === b ? 1 - weight : 0);
        expect((batch.targets.data as Float32Array)[row * 4 + l]).toBeCloseTo(share, 6);
      }
    }
  });

  test("a branch of functionals gets the clips as they are before mixing and hiding, perturbed and smoothed alike", () => {
    const functionals = { bands: 1, cepstra: 1, contours: 1, level: 0, voicing: 1, units: [2, 2] as const, dropout: 0 };
    const config = { ...masked, functionals };
    const changed = { mixup: 0.4, specAugment: { timeMasks: 2, timeWidth: 2 }, labelSmoothing: 0.2 };
    const { frames, plain, x } = trainingBatch(clips, all, config, changed, 3, 5);
    const bare = trainingBatch(clips, all, config, { labelSmoothing: 0.2 }, 3, 5);
    expect(frames).toBe(bare.frames);
    expect(plain).toEqual({ x: bare.x, lengths: bare.lengths, targets: bare.targets });
    expect(bare.plain).toEqual(plain);
    expect(x).not.toEqual(plain!.x);
    expect(trainingBatch(clips, all, masked, changed, 3, 5).plain).toBeUndefined();
  });

  test("SpecAugment hides what it draws for (seed, step, clip), whatever else is in the batch", () => {
    const wide = { ...network, features: 6 };
    const noise: Clips = {
      ...clips,
      features: (i) => Float32Array.from({ length: 48 }, (_, k) => 1 + new Random(i, k).uniform()),
    };
    const recipe = { specAugment: { timeMasks: 1, timeWidth: 4, timeShare: 0.5, frequencyMasks: 1, fill: 0 } };
    const row = (indices: readonly number[], at: number, step: number): Float32Array =>
      (trainingBatch(noise, indices, wide, recipe, 1, step).x.data as Float32Array).subarray(at * 48, at * 48 + 48);
    let hidden = 0;
    for (let step = 1; step <= 20; step++) {
      expect(row([0, 1, 2], 1, step)).toEqual(row([3, 2, 1], 2, step));
      hidden += row([1], 0, step).filter((x) => x === 0).length;
    }
    expect(hidden).toBeGreaterThan(0);
    expect(row([1], 0, 1)).not.toEqual(row([1], 0, 2));
    expect(noise.features(1).every((x) => x >= 1)).toBe(true);
  });
});

describe("sampling", () => {
  // 80, 15 and 5 clips of three groups.
  const many: Clips = { length: 100, features: () => new Float32Array(4), label: (i) => (i < 80 ? 0 : i < 95 ? 1 : 2) };

  test("power 1 makes groups equal, 0.5 goes by the square root; none comes twice before all have come once", () => {
    for (const power of [1, 0.5]) {
      const seen = [0, 0, 0];
      for (let epoch = 0; epoch < 200; epoch++) {
        const times = new Map<number, number>();
        for (const i of drawBalanced(many, power, new Random(epoch))) {
          seen[many.label(i)]!++;
          times.set(i, (times.get(i) ?? 0) + 1);
        }
        for (const label of [0, 1, 2]) {
          const own = [...Array(100).keys()].filter((i) => many.label(i) === label).map((i) => times.get(i) ?? 0);
          expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(1);
        }
      }
      const sizes = [80, 15, 5].map((n) => n ** (1 - power));
      const sum = sizes.reduce((a, b) => a + b);
      // Within a clip an epoch on average: rounding by chance.
      expect(seen.map((n) => n / 200)).toBeAllClose(
        sizes.map((size) => (100 * size) / sum),
        { atol: 0.15 },
      );
    }
  });

  test("without balance every clip is in one batch; with it the batches are a function of seed and epoch", () => {
    const indices = epochBatches(many, 16, 1, 0, network).flat();
    expect(indices.toSorted((a, b) => a - b)).toEqual([...Array(100).keys()]);
    expect(epochBatches(many, 16, 1, 3, network, 1)).toEqual(epochBatches(many, 16, 1, 3, network, 1));
    expect(epochBatches(many, 16, 1, 3, network, 1)).not.toEqual(epochBatches(many, 16, 1, 4, network, 1));
  });

  test("groups are asked for where clips have them", () => {
    const drawn = drawBalanced({ ...many, group: (i) => (i < 50 ? "a" : "b") }, 1, new Random(1));
    expect(drawn.toSorted((a, b) => a - b)).toEqual([...Array(100).keys()]);
  });

  test("weights of labels: at power 1 scikit-learn's compute_class_weight('balanced') in each population, 1 on average always", () => {
    const one = labelWeights(100, many.label, () => "all", 1);
    // n / (labels · count): 100/240, 100/45, 100/15.
    const ofLabel = (label: number): number => one[Array.from(one.keys()).find((i) => many.label(i) === label)!]!;
    expect([0, 1, 2].map(ofLabel)).toBeAllClose([0.416667, 2.222222, 6.666667], { rtol: 1e-5 });
    const half = labelWeights(100, many.label, () => "all", 0.5);
    expect(half.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(100, 9);
    expect(Math.max(...half) / Math.min(...half)).toBeCloseTo(4, 9);
  });

  test("weights of labels: a population's shares do not touch another's", () => {
    // Two corpora: labels 0 0 0 1 and 0 1 1 1.
    const [labels, corpora] = [[0, 0, 0, 1, 0, 1, 1, 1], [..."aaaabbbb"]] as const;
    const of = (power: number): number[] => [
      ...labelWeights(
        8,
        (i) => labels[i]!,
        (i) => corpora[i]!,
        power,
      ),
    ];
    expect(of(1)).toBeAllClose([2 / 3, 2 / 3, 2 / 3, 2, 2, 2 / 3, 2 / 3, 2 / 3], { rtol: 1e-12 });
    expect(of(0)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });
});
