import { assert, constantFrom, double, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Waveform } from "../../src/audio/index.ts";
import {
  amplitudeToDb,
  dbToAmplitude,
  dbToPower,
  dct,
  deemphasis,
  delta,
  getWindow,
  istft,
  melFilterBank,
  mfcc,
  piptrack,
  powerSpectrogram,
  powerToDb,
  preemphasis,
  spectralBandwidth,
  spectralCentroid,
  spectralContrast,
  spectralFlatness,
  spectralRolloff,
  split,
  stft,
  trim,
} from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { Random } from "../../src/random.ts";
import { SAMPLE_RATE } from "./signals.ts";

const waveform = (samples: Float32Array): Waveform => ({ samples, sampleRate: SAMPLE_RATE });
const noise = (length: number, seed: number): Float32Array => {
  const random = new Random(seed, "properties");
  return Float32Array.from({ length }, () => random.normal());
};
/** A sine in the middle of bin k of 2048. */
const tone = (k: number): Waveform =>
  waveform(Float32Array.from({ length: 8192 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * k * i) / 2048)));

describe("istft", () => {
  test("undoes stft, for any frames that overlap", () => {
    assert(
      property(
        integer({ min: 1, max: 4000 }),
        constantFrom(16, 64, 512),
        integer({ min: 1, max: 16 }),
        constantFrom("hann", "hamming", "blackman"),
        (length, nFft, hops, window) => {
          const x = noise(length, length);
          const hopLength = Math.ceil(nFft / 4 / hops);
          const spectra = stft(waveform(x), { nFft, hopLength, window });
          expect(istft(spectra, { hopLength, window, length })).toBeAllClose(x, { atol: 2e-6 });
        },
      ),
      { numRuns: 40, seed: 3 },
    );
  });

  test("breaking rules", () => {
    const real = new Matrix(33, 4);
    expect(() => istft({ real, imaginary: new Matrix(33, 5) })).toThrow(
      "istft: real and imaginary parts must have one shape, got 33 × 4 and 33 × 5",
    );
    expect(() => istft({ real, imaginary: real }, { winLength: 65 })).toThrow("winLength=65 must not exceed nFft=64");
    expect(() => istft({ real, imaginary: real }, { length: 0 })).toThrow("istft: length=0 must be an integer");
  });
});

test("windows: a name that is none, numbers that do not fit", () => {
  expect(() => getWindow("kaiser" as never, 8)).toThrow(
    '"kaiser" is no window; there are hann, hamming, blackman, ones',
  );
  expect(() => getWindow(new Float64Array(7), 8)).toThrow("a window of 7 numbers was given where 8 are needed");
  expect([...getWindow(Float64Array.of(1, 2, 3), 3)]).toEqual([1, 2, 3]);
});

test("padding: what stands beyond the ends of 1, 2, 3", () => {
  // One frame of four samples around sample 0, no window: the sum of two samples of padding, then 1 and 2.
  const sum = (padMode: "constant" | "edge" | "reflect"): number =>
    stft(waveform(Float32Array.of(1, 2, 3)), { nFft: 4, hopLength: 4, window: "ones", padMode }).real.data[0]!;
  expect([sum("constant"), sum("edge"), sum("reflect")]).toEqual([3, 5, 8]);
  expect(() => sum("wrap" as never)).toThrow('stft: padMode="wrap" must be "constant", "edge" or "reflect"');
});

describe("decibels", () => {
  test("there and back is the same, above the least", () => {
    const values = new Matrix(2, 3, Float32Array.of(1e-4, 0.5, 1, 2, 30, 1e4));
    const options = { ref: 3, topDb: null };
    expect(dbToPower(powerToDb(values, options), 3).data).toBeAllClose(values.data, { rtol: 1e-5 });
    expect(dbToAmplitude(amplitudeToDb(values, options), 3).data).toBeAllClose(values.data, { rtol: 1e-5 });
  });

  test("amplitudes: twice is 6.02 dB, the sign does not matter, ref may be a function", () => {
    const values = new Matrix(1, 3, Float32Array.of(1, -2, 0));
    expect(amplitudeToDb(values).data).toBeAllClose([0, 6.0206, -73.9794], { atol: 1e-4 });
    expect(amplitudeToDb(values, { ref: (all) => Math.max(...all), amin: 1e-3 }).data).toBeAllClose(
      [-6.0206, 0, -66.0206],
      { atol: 1e-4 },
    );
  });
});

describe("dct", () => {
  test("type 3 undoes type 2, type 1 itself; all keep the length of a vector", () => {
    const values = new Matrix(9, 4, noise(36, 1));
    expect(dct(dct(values), { type: 3 }).data).toBeAllClose(values.data, { atol: 1e-5 });
    expect(dct(dct(values, { type: 1 }), { type: 1 }).data).toBeAllClose(values.data, { atol: 1e-5 });
  });

  test("breaking rules", () => {
    const values = new Matrix(1, 4);
    expect(() => dct(values, { type: 1 })).toThrow("dct: type=1 needs at least 2 values, got 1");
    expect(() => dct(values, { type: 4 as never })).toThrow("dct: type=4 must be 1, 2 or 3");
    expect(() => dct(values, { count: 2 })).toThrow("dct: count=2 must not exceed the number of rows, 1");
    const spectrogram = powerSpectrogram(tone(5));
    expect(() => mfcc(spectrogram, { dctType: 5 as never })).toThrow("mfcc: type=5 must be 1, 2 or 3");
  });
});

describe("delta", () => {
  test("of a ramp is its slope everywhere, of a parabola the second is twice its coefficient", () => {
    const ramp = new Matrix(
      1,
      20,
      Float32Array.from({ length: 20 }, (_, t) => 3 - 0.5 * t),
    );
    expect(delta(ramp).data).toBeAllClose(new Float32Array(20).fill(-0.5), { atol: 1e-6 });
    const parabola = new Matrix(
      1,
      20,
      Float32Array.from({ length: 20 }, (_, t) => 0.25 * t * t - t),
    );
    expect(delta(parabola, { order: 2, width: 5 }).data).toBeAllClose(new Float32Array(20).fill(0.5), { atol: 1e-5 });
  });

  test("breaking rules", () => {
    const short = new Matrix(1, 8);
    expect(() => delta(short)).toThrow('delta: mode="interp" needs at least width=9 frames, got 8');
    expect(() => delta(short, { width: 4 })).toThrow("delta: width=4 must be odd");
    expect(() => delta(short, { width: 5, order: 5 })).toThrow("delta: order=5 must be less than width=5");
    expect(() => delta(short, { mode: "reflect" as never })).toThrow('delta: mode="reflect" must be one of interp');
  });
});

describe("spectral shape", () => {
  test("a tone's centroid and rolloff are its frequency, its bandwidth is narrow, it is not flat", () => {
    const hertz = (100 * SAMPLE_RATE) / 2048;
    const spectrogram = powerSpectrogram(tone(100));
    // Frame 8 lies inside the tone: Hann's main lobe has three bins, ½, 1, ½.
    expect(spectralCentroid(spectrogram).data[8]).toBeCloseTo(hertz, 1);
    expect(spectralRolloff(spectrogram, { rollPercent: 0.6 }).data[8]).toBeCloseTo(hertz, 3);
    // The rounding of the samples is a floor over all bins, and far bins count most.
    const lobe = SAMPLE_RATE / 2048 / Math.SQRT2;
    expect(spectralBandwidth(spectrogram).data[8]! / lobe).toBeCloseTo(1.05, 1);
    expect(spectralFlatness(spectrogram).data[8]).toBeLessThan(1e-5);
  });

  test("white noise is flat: the geometric mean of an exponential distribution is e^-γ = 0.5615 of its mean", () => {
    const { data } = spectralFlatness(powerSpectrogram(waveform(noise(40_000, 2))));
    const mean = data.subarray(4, -4).reduce((sum, value) => sum + value, 0) / (data.length - 8);
    expect(mean).toBeCloseTo(0.5615, 1);
  });

  test("contrast: bands that begin beyond half the rate, or have no bins, are refused", () => {
    const spectrogram = powerSpectrogram(tone(5));
    expect(() => spectralContrast(spectrogram, { nBands: 8 })).toThrow("band 7 would begin at 12800 Hz");
    expect(() => spectralContrast(spectrogram, { fMin: 1 })).toThrow("has no bins: raise fMin=1 or nFft");
  });

  test("breaking rules", () => {
    const spectrogram = powerSpectrogram(tone(5));
    expect(() => spectralRolloff(spectrogram, { rollPercent: 1 })).toThrow("rollPercent=1 must lie between 0 and 1");
    expect(() => spectralCentroid(spectrogram, { freq: new Float64Array(3) })).toThrow(
      "freq must be 1025 finite numbers",
    );
    expect(() => spectralBandwidth(spectrogram, { centroid: new Matrix(1, 2) })).toThrow("centroid has 2 frames");
  });
});

test("piptrack: one peak a frame of a tone, at its frequency and height", () => {
  const spectrogram = powerSpectrogram(tone(100));
  const { pitches, magnitudes } = piptrack(spectrogram);
  const frame = pitches.transpose().row(8);
  expect(frame.filter((hertz) => hertz > 0).length).toBe(1);
  expect(frame[100]).toBeCloseTo((100 * SAMPLE_RATE) / 2048, 2);
  // 0.5 · Σ window / 2, squared.
  expect(magnitudes.transpose().row(8)[100]! / 256 ** 2).toBeCloseTo(1, 4);
});

test("mel filters of norm 1 sum to 1, of norm Infinity peak at 1", () => {
  for (const [norm, measure] of [
    [1, (row: Float32Array) => row.reduce((sum, x) => sum + x, 0)],
    [Infinity, (row: Float32Array) => Math.max(...row)],
  ] as const) {
    const bank = melFilterBank(SAMPLE_RATE, 1024, { nMels: 20, norm });
    for (let m = 0; m < 20; m++) expect(measure(bank.row(m))).toBeCloseTo(1, 6);
  }
});

describe("trim and split", () => {
  const spoken = new Float32Array(40_000);
  spoken.set(noise(5000, 3), 8000);
  spoken.set(noise(5000, 4), 25_000);

  test("find the loud parts, within a frame", () => {
    const { interval, waveform: part } = trim(waveform(spoken));
    expect(Math.abs(interval.start - 8000)).toBeLessThan(2048);
    expect(Math.abs(interval.end - 30_000)).toBeLessThan(2048);
    expect(part.samples).toEqual(spoken.subarray(interval.start, interval.end));
    expect(split(waveform(spoken)).length).toBe(2);
  });

  // Below -40 dB, librosa's amin of 1e-5 comes within its 60 dB.
  test("level changes nothing: the reference is the loudest frame", () => {
    assert(
      property(double({ min: -1, max: 3, noNaN: true }), (power) => {
        expect(split(waveform(spoken.map((x) => x * 10 ** power)))).toEqual(split(waveform(spoken)));
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  test("silence with a fixed reference: nothing", () => {
    const silence = waveform(new Float32Array(5000));
    expect(split(silence, { ref: 1 })).toEqual([]);
    expect(trim(silence, { ref: 1 }).waveform.samples.length).toBe(0);
  });
});

test("deemphasis undoes preemphasis; with zi, pieces join to the whole", () => {
  const x = noise(2000, 5);
  expect(deemphasis(preemphasis(waveform(x))).samples).toBeAllClose(x, { atol: 1e-4 });
  const whole = preemphasis(waveform(x), { zi: 0 }).samples;
  const second = preemphasis(waveform(x.subarray(700)), { zi: -0.97 * x[699]! }).samples;
  expect(second).toBeAllClose(whole.subarray(700), { atol: 1e-6 });
  expect(() => deemphasis(waveform(x), { coef: 2 })).toThrow("deemphasis: coef=2 must lie between -1 and 1");
});
