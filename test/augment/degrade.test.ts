import { describe, expect, test } from "vitest";
import { addSound, clip, cut, pad, Random, tilt } from "../../src/augment/index.ts";
import type { Waveform } from "../../src/audio/index.ts";
import { sine } from "../audio/wav-file.ts";

const noise = (n: number, seed = 1, sampleRate = 16_000): Waveform => {
  const random = new Random(seed);
  return { samples: Float32Array.from({ length: n }, () => random.normal()), sampleRate };
};
const power = (samples: Float32Array): number => samples.reduce((sum, x) => sum + x * x, 0) / samples.length;

describe("clip", () => {
  test.each([0.01, 0.05, 0.1])("a share of %d reaches the limit, the others keep their values", (share) => {
    const waveform = noise(10_000);
    const { samples } = clip(waveform, { share });
    const limit = Math.max(...samples.map(Math.abs));
    expect(samples.filter((x) => Math.abs(x) === limit)).toHaveLength(10_000 * share);
    // The limit of a normal distribution that a share p exceeds: the naive quantile of the sorted magnitudes.
    expect(limit).toBe([...waveform.samples].map(Math.abs).sort((a, b) => b - a)[10_000 * share - 1]);
    const naive = waveform.samples.map((x) => (Math.abs(x) < limit ? x : Math.sign(x) * limit));
    expect(samples).toBeAllClose(naive, {});
  });

  test("no share changes nothing; all of it is a square wave; silence stays", () => {
    const waveform = noise(100);
    expect(clip(waveform, { share: 0 })).toEqual(waveform);
    const square = clip(waveform, { share: 1 }).samples;
    expect(new Set(square.map(Math.abs)).size).toBe(1);
    expect(clip({ samples: new Float32Array(5), sampleRate: 8000 }).samples).toEqual(new Float32Array(5));
  });
});

describe("tilt", () => {
  test.each([
    [3, 1000],
    [-3, 1000],
    [-6, 400],
  ])("%d dB an octave about %d Hz: sines keep their phase and change as slope · log2(f / pivot)", (slope, pivot) => {
    for (const hertz of [125, 500, 1000, 3000, 7000]) {
      const before = sine(hertz, 16_000, 1);
      const { samples } = tilt({ samples: Float32Array.from(before), sampleRate: 16_000 }, { slope, pivot });
      expect(samples).toHaveLength(16_000);
      const gain = 10 ** ((slope * Math.log2(hertz / pivot)) / 20);
      // Away from the ends, where the filter sees the tone begin and stop.
      const middle = [4000, 12_000] as const;
      expect(samples.slice(...middle)).toBeAllClose(
        Float32Array.from(before.slice(...middle), (x) => x * gain),
        { atol: 0.5 * gain * 0.012 },
      );
    }
  });

  test("is flat below 50 Hz", () => {
    const constant = { samples: new Float32Array(16_000).fill(0.25), sampleRate: 16_000 };
    const { samples } = tilt(constant, { slope: -6 });
    expect(samples[8000]).toBeCloseTo(0.25 * 10 ** ((-6 * Math.log2(50 / 1000)) / 20), 2);
  });
});

describe("addSound", () => {
  test.each([20, 10, -5])(
    "at %d dB: the ratio is exact, the sound comes from a random place and begins again",
    (snr) => {
      const waveform = noise(5000);
      const sound = noise(700, 2);
      const { samples } = addSound(waveform, sound, { snr }, new Random(3));
      const added = samples.map((x, i) => x - waveform.samples[i]!);
      expect(10 * Math.log10(power(waveform.samples) / power(added))).toBeCloseTo(snr, 4);
      const start = new Random(3).integer(700);
      const scale = added[0]! / sound.samples[start]!;
      expect(added).toBeAllClose(
        Float32Array.from({ length: 5000 }, (_, i) => scale * sound.samples[(start + i) % 700]!),
        { atol: 1e-5 },
      );
    },
  );

  test("silence adds nothing; another rate is refused", () => {
    const waveform = noise(100);
    const silence = { samples: new Float32Array(10), sampleRate: 16_000 };
    expect(addSound(waveform, silence, {}, new Random(1))).toEqual(waveform);
    expect(() => addSound(waveform, noise(10, 2, 8000), {}, new Random(1))).toThrow(
      "addSound: sound.sampleRate=8000 must equal the waveform's, 16000, in hertz",
    );
  });
});

describe("pad and cut", () => {
  test("pad puts zeros around, cut takes shares away; together they give the clip back", () => {
    const waveform = noise(8000);
    const padded = pad(waveform, { before: 0.5, after: 1 });
    const around = [...new Float32Array(8000), ...waveform.samples, ...new Float32Array(16_000)];
    expect(padded.samples).toBeAllClose(around, {});
    expect(cut(padded, { start: 0.25, end: 0.5 }).samples).toBeAllClose(waveform.samples, {});
    expect(cut(waveform, { end: 0.1 }).samples).toBeAllClose(waveform.samples.slice(0, 7200), {});
  });

  test("something is always left; shares that leave nothing are refused", () => {
    expect(cut(noise(1), { start: 1 }).samples).toHaveLength(1);
    expect(() => cut(noise(10), { start: 0.6, end: 0.5 })).toThrow("cut: end=0.5 must lie in 0 … 0.4");
    expect(() => pad(noise(10), { before: -1 })).toThrow("pad: before=-1 must lie in 0 … 60, in seconds");
  });
});
