import { assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { resample } from "../../src/audio/index.ts";
import { Random } from "../../src/random.ts";
import { sine } from "./wav-file.ts";

const decibels = (amplitude: number): number => 20 * Math.log10(amplitude);

/** Pairs with whole, simple and large ratios, up and down. */
const RATES: readonly [from: number, to: number][] = [
  [48000, 22050],
  [44100, 22050],
  [16000, 22050],
  [24414, 22050],
  [8000, 22050],
  [11025, 22050],
  [96000, 22050],
  [44101, 22050],
  [48000, 16000],
  [22050, 48000],
  [192000, 8000],
];

describe("resample", () => {
  test.each(RATES)("%i → %i Hz: a sine stays that sine, in place", (from, to) => {
    // Up to 0.9 of the pass band; the ends see the silence around the clip.
    for (const part of [0.01, 0.3, 0.9]) {
      const hertz = (part * Math.min(from, to)) / 2;
      const { samples, sampleRate } = resample({ samples: sine(hertz, from, 0.5), sampleRate: from }, to);
      expect(sampleRate).toBe(to);
      const margin = Math.ceil(0.1 * to);
      const expected = sine(hertz, to, 0.6).slice(margin, samples.length - margin);
      expect(samples.slice(margin, -margin)).toBeAllClose(expected, { atol: 4e-6 });
    }
  });

  test.each([
    [48000, 22050],
    [96000, 22050],
    [48000, 16000],
    [24414, 22050],
  ])("%i → %i Hz: what lies above the new band is 100 dB down", (from, to) => {
    for (const part of [1.001, 1.05, 1.5, 2.1]) {
      const hertz = (part * to) / 2;
      if (hertz > from / 2) continue;
      const { samples } = resample({ samples: sine(hertz, from, 0.5, 1), sampleRate: from }, to);
      // Away from the ends, where the tone begins and stops at full level and is therefore no longer narrow.
      const loudest = samples.subarray(3000, -3000).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      expect(decibels(loudest), `${hertz} Hz`).toBeLessThan(-100);
    }
  });

  test("a sine swept from 11.1 to 24 kHz vanishes from 22,050 Hz: aliases below -90 dB", () => {
    const [from, seconds] = [48000, 4];
    const samples = Float32Array.from({ length: from * seconds }, (_, i) => {
      const t = i / from;
      // Faded in and out over 50 ms: a sudden start would be sound at every frequency.
      const fade = Math.sin((Math.PI / 2) * Math.min(1, t / 0.05, (seconds - t) / 0.05)) ** 2;
      return fade * Math.sin(2 * Math.PI * (11100 * t + ((24000 - 11100) / (2 * seconds)) * t * t));
    });
    const loudest = resample({ samples, sampleRate: from }, 22050).samples.reduce(
      (most, x) => Math.max(most, Math.abs(x)),
      0,
    );
    expect(decibels(loudest)).toBeLessThan(-90);
  });

  test("raising the rate makes no images: 100 dB down", () => {
    const { samples } = resample({ samples: sine(7000, 16000, 0.5, 1), sampleRate: 16000 }, 48000);
    const ideal = sine(7000, 48000, 0.5, 1);
    const error = samples.subarray(4800, -4800).map((x, i) => x - ideal[i + 4800]!);
    expect(decibels(error.reduce((most, x) => Math.max(most, Math.abs(x)), 0))).toBeLessThan(-100);
  });

  test("the same signal as a plain sum over the windowed sinc gives, on noise", () => {
    // One stage, straight from the definition: y(m) = Σ x[n]·h(m·from/to - n), h the same Kaiser-windowed sinc.
    const [from, to] = [48000, 22050];
    const random = new Random(3, "resample");
    const x = Float32Array.from({ length: 3000 }, () => random.uniform() - 0.5);
    const half = 200;
    const beta = 0.1102 * (120 - 8.7);
    const i0 = (v: number): number => {
      let sum = 1;
      for (let k = 1, term = 1; k < 60; k++) sum += term *= (v / (2 * k)) ** 2;
      return sum;
    };
    const cutoff = ((1 + 0.9136) / 2) * (to / from);
    const kernel = (d: number): number => {
      if (Math.abs(d) >= half) return 0;
      const arc = Math.PI * cutoff * d;
      return (cutoff * (d === 0 ? 1 : Math.sin(arc) / arc) * i0(beta * Math.sqrt(1 - (d / half) ** 2))) / i0(beta);
    };
    const expected = Float64Array.from({ length: 1379 }, (_, m) =>
      x.reduce((sum, value, n) => sum + value * kernel((m * from) / to - n), 0),
    );
    // The filters' half lengths differ by a few samples, hence a difference inside the transition band.
    expect(resample({ samples: x, sampleRate: from }, to).samples).toBeAllClose(expected, { atol: 2e-3 });
  });

  test("silence stays silence, a constant stays that constant", () => {
    expect(resample({ samples: new Float32Array(9600), sampleRate: 48000 }, 22050).samples.every((x) => x === 0)).toBe(
      true,
    );
    const { samples } = resample({ samples: new Float32Array(9600).fill(0.5), sampleRate: 48000 }, 22050);
    expect(samples.subarray(500, -500)).toBeAllClose(new Float32Array(samples.length - 1000).fill(0.5), { atol: 1e-6 });
  });

  test("length is ceil(n · to / from), for any length and rate", () => {
    assert(
      property(
        integer({ min: 1, max: 3000 }),
        constantFrom(8000, 16000, 22050, 24414, 44100, 48000),
        constantFrom(8000, 16000, 22050, 24414, 44100, 48000),
        (n, from, to) => {
          const { samples } = resample({ samples: new Float32Array(n).fill(0.1), sampleRate: from }, to);
          expect(samples.length).toBe(Math.ceil((n * to) / from));
          expect(samples.every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  test("is linear", () => {
    const random = new Random(5, "linear");
    const a = Float32Array.from({ length: 5000 }, () => random.uniform() - 0.5);
    const b = Float32Array.from({ length: 5000 }, () => random.uniform() - 0.5);
    const at = (samples: Float32Array): Float32Array => resample({ samples, sampleRate: 24414 }, 22050).samples;
    const [ya, yb] = [at(a), at(b)];
    expect(at(a.map((x, i) => x - 0.5 * b[i]!))).toBeAllClose(
      ya.map((y, i) => y - 0.5 * yb[i]!),
      { atol: 5e-7 },
    );
  });

  test("the same rate gives the same waveform", () => {
    const waveform = { samples: sine(440, 16000, 0.01), sampleRate: 16000 };
    expect(resample(waveform, 16000)).toBe(waveform);
  });

  test.each([0, -1, 22050.5, NaN, Infinity])("a rate of %d is refused", (rate) => {
    const waveform = { samples: new Float32Array(10), sampleRate: 16000 };
    expect(() => resample(waveform, rate)).toThrow(`resample: sampleRate=${rate} must be a positive integer, in hertz`);
    expect(() => resample({ ...waveform, sampleRate: rate }, 16000)).toThrow("resample: waveform.sampleRate=");
  });
});
