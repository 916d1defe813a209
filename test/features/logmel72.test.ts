import { assert, constantFrom, double, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Waveform } from "../../src/audio/index.ts";
import {
  activeFrames,
  createExtractor,
  featureSet,
  hzToMel,
  melToHz,
  normalizeWindow,
} from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { harmonics } from "./pitch-golden.ts";
import { lcgNoise, signal } from "./signals.ts";

const set = featureSet("logmel72@1");

/** Raw frames and their columns by name. */
function raw({ samples, sampleRate }: Waveform): { frames: Matrix; column: (name: string) => number[] } {
  const extractor = createExtractor("logmel72@1", sampleRate);
  const head = extractor.push(samples);
  const rows = [...head.data];
  rows.push(...extractor.finish().data);
  const frames = new Matrix(rows.length / extractor.columns.length, extractor.columns.length, Float32Array.from(rows));
  const column = (name: string): number[] => {
    const c = extractor.columns.findIndex((each) => each.name === name);
    return Array.from({ length: frames.rows }, (_, t) => frames.row(t)[c]!);
  };
  return { frames, column };
}

function column(features: Matrix, name: string): number[] {
  const c = set.columns.findIndex((each) => each.name === name);
  return Array.from({ length: features.rows }, (_, t) => features.row(t)[c]!);
}

const at16k = (samples: Float32Array): Waveform => ({ samples, sampleRate: 16000 });
const sine = (hertz: number, amplitude: number, n = 16000): Waveform =>
  at16k(Float32Array.from({ length: n }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / 16000)));
/** Frames that see no end of the clip. */
const inside = (values: readonly number[]): number[] => values.slice(2, -3);

/** A sentence with a pause, espeak-ng's. */
async function speech(): Promise<Waveform> {
  return signal("sentence");
}

describe("logmel72@1, raw frames", () => {
  test("72 columns of the window, 71 of a frame, each named once, with unit and description", () => {
    const extractor = createExtractor("logmel72@1", 16000);
    expect([set.columns.length, extractor.columns.length]).toEqual([72, 71]);
    for (const columns of [set.columns, extractor.columns]) {
      expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
      expect(columns.every(({ unit, description }) => unit !== "" && description !== "")).toBe(true);
    }
    expect(set.columns.slice(63).map(({ name }) => name)).toEqual([
      "logmel_63",
      "level",
      "f0_relative",
      "f0",
      "voicing",
      "zcr",
      "centroid",
      "bandwidth",
      "tilt",
    ]);
  });

  test("level of a sine of -20 dB is -20 dB, wherever it lies in the band", () => {
    for (const hertz of [187.5, 437.5, 1000.7, 5000]) {
      for (const level of inside(raw(sine(hertz, 0.1 * Math.SQRT2)).column("level"))) expect(level).toBeCloseTo(-2, 2);
    }
  });

  test("a sine has its frequency as centroid, hardly a bandwidth, and no offset", () => {
    const { samples } = sine(2000, 0.3);
    const { column: of } = raw(at16k(samples.map((x) => x + 0.4)));
    for (const value of inside(of("centroid"))) expect(value).toBeCloseTo(1, 2);
    for (const value of inside(of("bandwidth"))) expect(value).toBeLessThan(-6);
    for (const value of inside(of("zcr"))) expect(value).toBeCloseTo(2 / 8, 2);
    for (const value of inside(of("tilt"))) expect(value).toBeCloseTo(6, 2);
    for (const value of inside(raw(sine(300, 0.3)).column("tilt"))) expect(value).toBeCloseTo(-6, 2);
  });

  test("of white noise every band has the part of the power that its triangle covers", () => {
    const { frames } = raw(at16k(Float32Array.from(lcgNoise(160000), (x) => 0.3 * x)));
    // Uniform in ±0.3: mean square 0.03, spread evenly over 8,000 Hz. A triangle's area is half its width.
    const [low, high] = [hzToMel(50), hzToMel(7600)];
    const edge = (m: number): number => melToHz(low + ((high - low) * m) / 65);
    for (let m = 4; m < 64; m++) {
      let mean = 0;
      for (let t = 2; t < frames.rows - 3; t++) mean += 10 ** frames.row(t)[m]! / (frames.rows - 5);
      const width = edge(m + 2) - edge(m);
      // Bins of 15.6 Hz sample the narrow triangles roughly; the rest is the noise's own chance.
      expect(Math.abs(Math.log10(mean) - Math.log10((0.03 * width) / 2 / 8000)), `band ${m}`).toBeLessThan(0.05);
    }
  });

  test("equals a plain DFT under a Hann window, triangle by triangle", async () => {
    const { samples } = await speech();
    const { frames } = raw(at16k(samples));
    const t = 40;
    const x = samples.slice(t * 256 - 512, t * 256 + 512);
    const mean = x.reduce((sum, value) => sum + value, 0) / 1024;
    const power = Array.from({ length: 513 }, (_, k) => {
      let [re, im] = [0, 0];
      for (let n = 0; n < 1024; n++) {
        const windowed = (x[n]! - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 1024));
        re += windowed * Math.cos((2 * Math.PI * k * n) / 1024);
        im -= windowed * Math.sin((2 * Math.PI * k * n) / 1024);
      }
      return (2 * (re * re + im * im)) / (1024 * 384);
    });
    const [low, high] = [hzToMel(50), hzToMel(7600)];
    const edge = (m: number): number => melToHz(low + ((high - low) * m) / 65);
    let total = 0;
    let [sum, moment] = [0, 0];
    for (let m = 0; m < 64; m++) {
      const [from, centre, to] = [edge(m), edge(m + 1), edge(m + 2)];
      let band = 0;
      for (const [k, p] of power.entries()) {
        const hertz = k * 15.625;
        band += p * Math.max(0, Math.min((hertz - from) / (centre - from), (to - hertz) / (to - centre)));
      }
      total += band;
      expect(frames.row(t)[m]).toBeCloseTo(Math.log10(band), 4);
    }
    expect(frames.row(t)[64]).toBeCloseTo(Math.log10(total), 4);
    for (let k = 4; k < 487; k++) {
      sum += power[k]!;
      moment += power[k]! * k * 15.625;
    }
    expect(frames.row(t)[68]).toBeCloseTo(Math.log2(moment / sum / 1000), 3);
    let spread = 0;
    for (let k = 4; k < 487; k++) spread += (power[k]! / sum) * (k * 15.625 - moment / sum) ** 2;
    expect(frames.row(t)[69]).toBeCloseTo(Math.log2(Math.sqrt(spread) / 1000), 3);
  });

  test("a voice of 200 Hz: F0 two octaves above 50 Hz, voiced; relative F0 is 0", () => {
    const voice = at16k(harmonics(16000, 16000, 200, 10));
    for (const value of inside(raw(voice).column("f0"))) expect(value).toBeCloseTo(2, 2);
    for (const value of inside(raw(voice).column("voicing"))) expect(value).toBeCloseTo(1, 3);
    const features = set.extract(voice);
    for (const value of inside(column(features, "f0_relative"))) expect(value).toBeCloseTo(0, 2);
  });

  test("frames are 1 + ⌊n / 256⌋, of any number of samples but none", () => {
    for (const n of [1, 100, 255, 256, 257, 16000]) {
      const { rows, columns } = set.extract(at16k(new Float32Array(n)));
      expect([rows, columns]).toEqual([1 + Math.floor(n / 256), 72]);
    }
    expect(() => set.extract(at16k(new Float32Array(0)))).toThrow("logmel72: the waveform has no samples");
  });
});

describe("logmel72@1, the window's normalisation", () => {
  test("20 dB more or less change nothing", async () => {
    const { samples: sentence, sampleRate } = await speech();
    // Before it a second with the little that codecs leave in pauses.
    const samples = new Float32Array(sentence.length + 22050);
    samples.set(Float32Array.from(lcgNoise(22050), (x) => 3e-8 * x));
    samples.set(sentence, 22050);
    const expected = set.extract({ samples, sampleRate }).data;
    assert(
      property(double({ min: -20, max: 20, noNaN: true }), (decibels) => {
        const gain = 10 ** (decibels / 20);
        const features = set.extract({ samples: samples.map((x) => gain * x), sampleRate });
        expect(features.data).toBeAllClose(expected, { atol: 1e-3 });
      }),
      { numRuns: 15, seed: 3, examples: [[-20], [20]] },
    );
  });

  test("active frames have the level 0 B in the mean of their power; silence around them does not count", async () => {
    const voice = harmonics(16000, 16000, 150, 10);
    const padded = new Float32Array(64000);
    padded.set(voice, 24000);
    for (const waveform of [at16k(voice), at16k(padded)]) {
      const { frames } = raw(waveform);
      const weights = activeFrames(frames);
      const level = column(normalizeWindow(frames), "level");
      const power = level.reduce((sum, bel, t) => sum + weights[t]! * 10 ** bel, 0);
      expect(Math.log10(power / weights.reduce((a, b) => a + b, 0))).toBeCloseTo(0, 3);
      expect(inside(level.filter((_, t) => weights[t] === 1)).every((bel) => Math.abs(bel) < 0.7)).toBe(true);
    }
    const silent = set.extract(at16k(padded)).row(10);
    expect([...silent.subarray(0, 64)]).toEqual(Array.from({ length: 64 }, () => -7));
    expect([...silent.subarray(64)]).toEqual([-5, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("weights by hand: full within 3.5 bel of the loudest, half at 4, none at 4.5", () => {
    const frames = new Matrix(5, 71);
    for (const [t, level] of [-1, -4.5, -5, -5.5, -15].entries()) frames.row(t)[64] = level;
    expect([...activeFrames(frames)]).toEqual([1, 1, 0.5, 0, 0]);
  });

  test("F0 is relative to the mean of its logarithm over voiced frames, by hand", () => {
    const frames = new Matrix(3, 71);
    for (const [t, [f0, voicing]] of [
      [1, 1],
      [2, 1],
      [0.25, 0.65],
    ].entries()) {
      // A frame that counts half (0.65) carries half of its F0 of 0.5.
      frames.row(t).set([-2, f0!, voicing!], 64);
    }
    // (1 + 2 + 0.25) / (1 + 1 + 0.5) = 1.3
    const features = normalizeWindow(frames);
    expect(column(features, "f0_relative")).toBeAllClose([-0.3, 0.7, 0.25 - 0.65], { atol: 1e-6 });
    expect(column(features, "f0")).toBeAllClose([1, 2, 0.25], { atol: 1e-6 });
  });

  test("a mask of the caller's own", () => {
    const { frames } = raw(at16k(harmonics(16000, 16000, 150, 10)));
    const none = normalizeWindow(frames, new Float32Array(frames.rows));
    expect(none.data.every(Number.isFinite)).toBe(true);
    expect(column(none, "voicing").every((value) => value === 0)).toBe(true);
    expect(() => normalizeWindow(frames, new Float32Array(3))).toThrow("normalizeWindow: 3 weights for 63 frames");
    expect(() => normalizeWindow(new Matrix(2, 72))).toThrow("frames have 72 columns, 71 raw ones are needed");
  });

  test("another speaker an octave higher has the same relative F0", () => {
    const melody = (hertz: number): Waveform => {
      let phase = 0;
      const samples = Float32Array.from({ length: 32000 }, (_, i) => {
        phase += (2 * Math.PI * hertz * 2 ** (0.3 * Math.sin((2 * Math.PI * i) / 16000))) / 16000;
        return [1, 2, 3, 4, 5].reduce((sum, h) => sum + (0.2 / h) * Math.sin(h * phase), 0);
      });
      return at16k(samples);
    };
    const [low, high] = [110, 220].map((hertz) => inside(column(set.extract(melody(hertz)), "f0_relative")));
    expect(low!).toBeAllClose(high!, { atol: 0.05 });
    expect(Math.max(...low!)).toBeGreaterThan(0.2);
  });

  test("finite and within its documented limits for anything: silence, clicks, one sample, any rate and level", () => {
    assert(
      property(
        constantFrom("silence", "click", "noise", "constant", "voice"),
        integer({ min: 1, max: 6000 }),
        constantFrom(8000, 16000, 22050, 48000),
        double({ min: -12, max: 3, noNaN: true }),
        (kind, n, sampleRate, power) => {
          const noise = lcgNoise(n);
          const samples = Float32Array.from({ length: n }, (_, i) => {
            const unit = {
              silence: 0,
              click: i === n >> 1 ? 1 : 0,
              noise: noise[i]!,
              constant: 1,
              voice: Math.sin(i / 20),
            };
            return 10 ** power * unit[kind];
          });
          const features = set.extract({ samples, sampleRate });
          expect(features.data.every(Number.isFinite)).toBe(true);
          for (let t = 0; t < features.rows; t++) {
            const row = features.row(t);
            expect(Math.min(...row.subarray(0, 64))).toBeGreaterThanOrEqual(-7);
            expect(row[64]).toBeGreaterThanOrEqual(-5);
            expect(row[67]! >= 0 && row[67]! <= 1 && row[68]! >= 0 && row[68]! <= 1).toBe(true);
            expect(Math.abs(row[71]!)).toBeLessThanOrEqual(6.0001);
          }
        },
      ),
      { numRuns: 60, seed: 8 },
    );
  });
});
