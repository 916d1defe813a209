import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  augment,
  augmentationText,
  mixup,
  OPERATIONS,
  Random,
  specAugment,
  type Augmentation,
} from "../../src/augment/index.ts";
import { Matrix } from "../../src/matrix.ts";

const RATES = [8000, 11_025, 16_000, 22_050, 44_100];

/** Waveforms of 1 to 6,000 samples: noise, digital silence, a step, full scale and beyond. */
const waveforms = fc
  .record({
    n: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 6000 })),
    kind: fc.constantFrom("noise", "silence", "step", "loud", "tiny"),
    seed: fc.integer(),
    sampleRate: fc.constantFrom(...RATES),
  })
  .map(({ n, kind, seed, sampleRate }) => {
    const random = new Random(seed);
    const level = { noise: 0.3, silence: 0, step: 0, loud: 100, tiny: 1e-30 }[kind]!;
    const samples = Float32Array.from({ length: n }, (_, i) =>
      kind === "step" ? Number(i > n / 2) : level * random.normal(),
    );
    return { samples, sampleRate };
  });

/** Samples that the operation's documentation promises. */
const LENGTHS: Readonly<Record<string, (n: number, value: number) => number>> = {
  stretch: (n, rate) => Math.max(1, Math.round(n / rate)),
  speed: (n, factor) => Math.ceil(n / factor),
  crop: (n, share) => Math.max(1, Math.round(n * share)),
};

describe.each(Object.keys(OPERATIONS))("%s", (operation) => {
  const { limits, range } = OPERATIONS[operation]!;
  // The extremes of the limits only cost time here: pitches four octaves up, rooms of ten seconds.
  const [least, most] = [Math.max(limits[0], 2 * range[0] - range[1]), Math.min(limits[1], 2 * range[1] - range[0])];

  test("finite in, finite out; length as documented; the same seed, the same samples; the input is left alone", () => {
    fc.assert(
      fc.property(waveforms, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (waveform, part, seed) => {
        const value = Math.max(least, Math.min(most, least + (most - least) * part));
        const augmentation: Augmentation = { operation, value, seed };
        const before = waveform.samples.slice();
        const { samples, sampleRate } = augment(waveform, augmentation);
        expect(samples.every(Number.isFinite)).toBe(true);
        const expected = LENGTHS[operation]?.(before.length, value) ?? before.length;
        expect(Math.abs(samples.length - expected)).toBeLessThanOrEqual(operation === "stretch" ? 1 : 0);
        expect(sampleRate).toBe(waveform.sampleRate);
        expect(waveform.samples).toEqual(before);
        expect(augment(waveform, augmentation).samples).toEqual(samples);
      }),
      { numRuns: 30 },
    );
  });

  test("values beyond its limits, and waveforms without samples, are refused", () => {
    const waveform = { samples: new Float32Array(100), sampleRate: 22_050 };
    for (const value of [limits[0] - 1, limits[1] + 1, NaN]) {
      expect(() => augment(waveform, { operation, value, seed: 1 })).toThrow(
        `augment: ${operation}=${value} must lie in ${limits[0]} … ${limits[1]}`,
      );
    }
  });
});

test("another seed is other noise, another room, another place", () => {
  const random = new Random(1);
  const waveform = { samples: Float32Array.from({ length: 4000 }, () => random.normal()), sampleRate: 8000 };
  for (const operation of ["noise", "reverb", "crop"]) {
    const value = OPERATIONS[operation]!.range[0];
    const [one, two] = [1, 2].map((seed) => augment(waveform, { operation, value, seed }).samples);
    expect(one).not.toEqual(two);
  }
});

test("an augmentation's text has everything that decides its samples", () => {
  const base: Augmentation = { operation: "pitch", value: -1.25, seed: 7 };
  expect(augmentationText(base)).toBe("augment@1 pitch=-1.25 seed=7");
  const others = [{ operation: "stretch" }, { value: 1.25 }, { seed: 8 }].map((change) => ({ ...base, ...change }));
  expect(new Set([base, ...others].map(augmentationText)).size).toBe(4);
  expect(() => augment({ samples: new Float32Array(9), sampleRate: 8000 }, { ...base, operation: "echo" })).toThrow(
    'augment: "echo" is no operation; there are pitch, stretch, noise',
  );
});

const matrices = (columns: number): fc.Arbitrary<Matrix> =>
  fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer()).map(([rows, seed]) => {
    const random = new Random(seed);
    return new Matrix(
      rows,
      columns,
      Float32Array.from({ length: rows * columns }, () => random.normal()),
    );
  });

test("specAugment: shape kept, input left alone, at most so many frames and columns touched, any options", () => {
  const options = fc.record({
    timeMasks: fc.integer({ min: 0, max: 4 }),
    timeWidth: fc.integer({ min: 0, max: 80 }),
    timeShare: fc.double({ min: 0, max: 1, noNaN: true }),
    frequencyMasks: fc.integer({ min: 0, max: 4 }),
    frequencyWidth: fc.integer({ min: 0, max: 9 }),
    fill: fc.constantFrom("mean" as const, 0, -7.5),
  });
  fc.assert(
    fc.property(matrices(6), options, fc.integer(), (features, chosen, seed) => {
      const before = features.data.slice();
      const masked = specAugment(features, chosen, new Random(seed));
      expect(features.data).toEqual(before);
      expect([masked.rows, masked.columns]).toEqual([features.rows, features.columns]);
      expect(masked.data.every(Number.isFinite)).toBe(true);
      expect(specAugment(features, chosen, new Random(seed))).toEqual(masked);
      const changed = (r: number, c: number): boolean => masked.row(r)[c] !== features.row(r)[c];
      const frames = Array.from({ length: features.rows }, (_, r) => [0, 1, 2, 3, 4, 5].filter((c) => changed(r, c)));
      // A frame where every column has changed is under a time mask, unless column masks cover all six.
      const widest = Math.min(chosen.timeWidth, Math.floor(chosen.timeShare * features.rows));
      if (chosen.frequencyMasks * chosen.frequencyWidth < 6) {
        const whole = frames.filter((columns) => columns.length === 6).length;
        expect(whole).toBeLessThanOrEqual(chosen.timeMasks * widest);
      }
      if (chosen.timeMasks * widest < features.rows) {
        const columns = [0, 1, 2, 3, 4, 5].filter((c) => frames.every((hit) => hit.includes(c))).length;
        expect(columns).toBeLessThanOrEqual(chosen.frequencyMasks * chosen.frequencyWidth);
      }
    }),
  );
});

test("mixup: labels keep their sum, values lie between the two, order and weight are symmetric", () => {
  fc.assert(
    fc.property(matrices(4), matrices(4), fc.double({ min: 0, max: 1, noNaN: true }), (a, b, weight) => {
      const first = { features: a, labels: Float32Array.of(0, 1, 0) };
      const second = { features: b, labels: Float32Array.of(0.5, 0, 0.5) };
      const mixed = mixup(first, second, weight);
      expect(mixed.features.rows).toBe(Math.max(a.rows, b.rows));
      expect(mixed.labels.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 6);
      for (let i = 0; i < mixed.features.data.length; i++) {
        const [x, y] = [a.data[i] ?? 0, b.data[i] ?? 0];
        expect(mixed.features.data[i]).toBeGreaterThanOrEqual(Math.min(x, y) - 1e-6);
        expect(mixed.features.data[i]).toBeLessThanOrEqual(Math.max(x, y) + 1e-6);
      }
      expect(mixup(second, first, 1 - weight).features.data).toBeAllClose(mixed.features.data, { atol: 1e-6 });
    }),
    { numRuns: 50 },
  );
});
