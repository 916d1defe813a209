import { expect, test } from "vitest";
import { levelsOf, resample } from "../../src/audio/index.ts";
import { Random } from "../../src/random.ts";

const noise = (length: number): Float32Array => {
  const random = new Random(length, "levels");
  return Float32Array.from({ length }, () => random.normal());
};

// Lengths around a vector (4) and around a block (16,384).
test.each([0, 1, 2, 3, 4, 5, 7, 16383, 16384, 16385, 50001])("%i samples: as the plain loop says", (length) => {
  const samples = noise(length);
  let peak = 0;
  let energy = 0;
  for (const x of samples) {
    peak = Math.max(peak, Math.abs(x));
    energy += x * x;
  }
  const levels = levelsOf(samples);
  expect(levels.peak).toBe(peak);
  expect(Math.abs(levels.energy - energy)).toBeLessThanOrEqual(1e-12 * energy);
});

test("one sample that is no finite number shows in the peak, wherever it stands", () => {
  for (const length of [1, 6, 16390]) {
    for (const at of [0, length >> 1, length - 1]) {
      for (const value of [NaN, Infinity, -Infinity]) {
        const samples = noise(length);
        samples[at] = value;
        expect(Number.isFinite(levelsOf(samples).peak), `${value} at ${at} of ${length}`).toBe(false);
      }
    }
  }
});

test("the tables of others in the vector loops' memory stay", () => {
  const waveform = { samples: noise(30000), sampleRate: 48000 };
  const before = resample(waveform, 22050).samples;
  levelsOf(noise(20000));
  expect(resample(waveform, 22050).samples).toEqual(before);
});
