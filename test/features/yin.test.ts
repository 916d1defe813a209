import { assert, double, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { yin, type YinOptions } from "../../src/features/index.ts";
import { harmonics, pitchGolden, pitchSignal } from "./pitch-golden.ts";
import { lcgNoise } from "./signals.ts";

const VOICE: YinOptions = { fMin: 65, fMax: 500 };

describe("yin", () => {
  // librosa.yin(y, sr=sr, …): reference/pitch.py has each call in test/golden/pitch/index.json.
  test.each<[string, string, YinOptions]>([
    ["voice", "voice", VOICE],
    ["glide", "glide", VOICE],
    ["noise", "noise", VOICE],
    ["sentence", "sentence", VOICE],
    ["silence", "silence", VOICE],
    ["one", "one", VOICE],
    ["sentence-other", "sentence", { fMin: 80, fMax: 400, frameLength: 1500, hopLength: 333, troughThreshold: 0.25 }],
    ["sentence-uncentred", "sentence", { fMin: 60, fMax: 2000, frameLength: 1024, center: false }],
    ["voice-low-threshold", "voice", { fMin: 50, fMax: 1000, troughThreshold: 0.001, frameLength: 1023 }],
  ])("librosa's: %s", async (name, signal, options) => {
    const expected = pitchGolden(name);
    const { f0, aperiodicity } = yin(await pitchSignal(signal), options);
    expect(f0).toBeAllClose(expected.f0, { rtol: 1e-5 });
    expect(aperiodicity).toBeAllClose(expected.aperiodicity, { atol: 1e-5 });
  });

  test("a sine of f has the F0 f, within 0.5 %: the zeros after the frame pull it", () => {
    for (const hertz of [70, 110, 155.5, 220, 330, 440]) {
      const { f0, aperiodicity } = yin({ samples: harmonics(16000, 16000, hertz, 1), sampleRate: 16000 }, VOICE);
      for (const value of f0.subarray(4, -4)) expect(Math.abs(value / hertz - 1)).toBeLessThan(5e-3);
      // librosa's difference is not 0 at the period: the zeros after the frame.
      for (const value of aperiodicity.subarray(4, -4)) expect(value).toBeLessThan(0.1);
    }
  });

  test("equals a plain sum over the frame and the zeros after it", () => {
    const samples = Float32Array.from(lcgNoise(300));
    const options = { fMin: 200, fMax: 2000, frameLength: 200, hopLength: 50, center: false };
    const { f0, aperiodicity } = yin({ samples, sampleRate: 8000 }, options);
    for (let t = 0; t < f0.length; t++) {
      const x = Float64Array.from(samples.subarray(50 * t, 50 * t + 200));
      const d = Array.from({ length: 41 }, (_, lag) =>
        x.reduce((sum, value, j) => sum + (value - (x[j + lag] ?? 0)) ** 2, 0),
      );
      // librosa's lag 1 keeps the energy of sample 0.
      d[1]! += x[0]! ** 2;
      const normalized = d.map((value, lag) => value / (d.slice(1, lag + 1).reduce((a, b) => a + b, 0) / lag));
      const lags = normalized.slice(4);
      const smallest = Math.min(...lags);
      expect(smallest, "noise: no trough below the threshold").toBeGreaterThan(0.1);
      expect(aperiodicity[t]).toBeCloseTo(smallest, 6);
      expect(Math.abs(8000 / f0[t]! - 4 - lags.indexOf(smallest))).toBeLessThan(1);
    }
  });

  test("finite for anything", () => {
    assert(
      property(integer({ min: 1, max: 3000 }), double({ min: -30, max: 30, noNaN: true }), (n, power) => {
        const samples = Float32Array.from(lcgNoise(n), (x) => x * 10 ** power);
        const { f0, aperiodicity } = yin({ samples, sampleRate: 16000 }, VOICE);
        expect(f0.length).toBe(1 + Math.floor(n / 512));
        expect(f0.every(Number.isFinite)).toBe(true);
        expect(aperiodicity.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  test.each<[YinOptions, string]>([
    [{ fMin: 0, fMax: 500 }, "yin: fMin=0 must be a positive number"],
    [{ fMin: 500, fMax: 500 }, "yin: fMax=500 must be above fMin=500 and at most half"],
    [{ fMin: 65, fMax: 9000 }, "yin: fMax=9000 must be above fMin=65 and at most half the sampling rate of 16000 Hz"],
    [{ fMin: 7, fMax: 500 }, "yin: fMin=7 is too low for frameLength=2048 at 16000 Hz"],
    [{ ...VOICE, troughThreshold: 0 }, "yin: troughThreshold=0 must be a positive number"],
    [{ ...VOICE, frameLength: 2.5 }, "yin: frameLength=2.5 must be an integer of at least 4"],
    [{ ...VOICE, hopLength: 0 }, "yin: hopLength=0 must be an integer of at least 1"],
    [{ ...VOICE, center: false }, "yin: a waveform of 100 samples is shorter than frameLength=2048"],
  ])("%o breaks a rule", (options, message) => {
    expect(() => yin({ samples: new Float32Array(100), sampleRate: 16000 }, options)).toThrow(message);
  });
});
