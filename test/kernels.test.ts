import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { assert, double, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { bandSums } from "../src/augment/band-measures.ts";
import {
  chromaFilterBank,
  chromaStft,
  dct,
  estimateTuning,
  getWindow,
  melFilterBank,
  melSpectrogram,
  mfcc,
  powerSpectrogram,
  powerToDb,
  rms,
  type Spectrogram,
  spectralPeaks,
  stft,
  zeroCrossingRate,
} from "../src/features/index.ts";
import { librosa54Frames } from "../src/features/librosa54-loops.ts";
import { KERNELS_SOURCE } from "../src/kernels.wasm.ts";
import { turnsOf, twiddlesOf, vectorKernels, windowVectors } from "../src/kernels.ts";
import { Matrix } from "../src/matrix.ts";
import { Random } from "../src/random.ts";

// The vector loops of wasm/ against the plain loops of src/, which goldens and naive versions hold.

const SAMPLE_RATE = 22050;

/** Noise that swells and fades over a drone, so that there are peaks, quiet frames and loud ones. */
function sound(length: number, seed: number, gain = 0.3): Float32Array {
  const random = new Random(seed, "kernels");
  const hertz = 100 + 400 * random.uniform();
  return Float32Array.from({ length }, (_, i) => {
    const t = i / SAMPLE_RATE;
    const drone = Math.sin(2 * Math.PI * hertz * t) + 0.3 * Math.sin(6.02 * Math.PI * hertz * t);
    return gain * (Math.sin(3 * t) ** 2 * drone + 0.05 * random.normal());
  });
}

describe("transforms", () => {
  test.each([16, 32, 64, 512, 1024, 2048])(
    "complex, size %i: equals the definition, and with parts exchanged its inverse",
    (size) => {
      const kernels = vectorKernels();
      kernels.claim({});
      const random = new Random(1, "fft", size);
      const [re, im] = [0, 1].map(() => Float64Array.from({ length: size }, () => random.normal())) as [
        Float64Array,
        Float64Array,
      ];
      const [xr, xi, yr, yi, br, bi] = [re, im, re, im, re, im].map((array) => kernels.place(array)) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const twiddles = kernels.place(twiddlesOf(size));
      kernels.loops.complexFft(xr, xi, yr, yi, br, bi, size, twiddles);
      const sums = { re: new Float64Array(size), im: new Float64Array(size) };
      for (let k = 0; k < size; k++) {
        for (let n = 0; n < size; n++) {
          const angle = (-2 * Math.PI * ((k * n) % size)) / size;
          sums.re[k]! += re[n]! * Math.cos(angle) - im[n]! * Math.sin(angle);
          sums.im[k]! += re[n]! * Math.sin(angle) + im[n]! * Math.cos(angle);
        }
      }
      expect(kernels.float64(yr, size)).toBeAllClose(sums.re, { atol: 1e-12 * size });
      expect(kernels.float64(yi, size)).toBeAllClose(sums.im, { atol: 1e-12 * size });
      kernels.loops.complexFft(yi, yr, xi, xr, br, bi, size, twiddles);
      expect(kernels.float64(xr, size).map((x) => x / size)).toBeAllClose(re, { atol: 1e-13 * size });
      expect(kernels.float64(xi, size).map((x) => x / size)).toBeAllClose(im, { atol: 1e-13 * size });
    },
  );

  test.each([32, 64, 128, 256, 512, 1024, 2048, 4096])(
    "power spectra of %i samples equal the plain transform's",
    (nFft) => {
      const samples = sound(3 * nFft + 17, nFft);
      const hopLength = nFft / 4 + 3;
      const waveform = { samples, sampleRate: SAMPLE_RATE };
      const { power } = powerSpectrogram(waveform, { nFft, hopLength, window: "hamming" });
      const { real, imaginary } = stft(waveform, { nFft, hopLength, window: "hamming" });
      const expected = real.data.map((re, i) => re * re + imaginary.data[i]! ** 2);
      expect(power.transpose().data).toBeAllClose(expected, { rtol: 1e-6, atol: 1e-12 });
    },
  );

  test("tables: a window as vectors, twiddles and turns of the smallest transform", () => {
    expect([...windowVectors(getWindow("ones", 8))]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect([...windowVectors(Float64Array.of(0, 2, 4, 6))]).toEqual([0, 2, 1, 3]);
    // One pass of four butterflies with three pairs each; the last pass of 16 = 4 · 4 has no twiddles.
    expect(twiddlesOf(16).length).toBe(4 * 3 * 2);
    expect([...turnsOf(4)]).toBeAllClose([Math.SQRT1_2, 0, Math.SQRT1_2, 1], { atol: 1e-15 });
  });
});

/** Rows of a bank times each frame's power, sum by sum: (rows, frames). */
function product(bank: Matrix, power: Matrix): Matrix {
  const out = new Matrix(bank.rows, power.rows);
  for (let m = 0; m < bank.rows; m++) {
    for (let t = 0; t < power.rows; t++) {
      let sum = 0;
      for (let k = 0; k < bank.columns; k++)
        sum += bank.data[m * bank.columns + k]! * power.data[t * power.columns + k]!;
      out.data[m * power.rows + t] = sum;
    }
  }
  return out;
}

function plainMfcc({ power, sampleRate, nFft }: Spectrogram, count: number, nMels: number): Matrix {
  return dct(powerToDb(product(melFilterBank(sampleRate, nFft, { nMels }), power)), { count });
}

/** Each frame divided by its largest. */
function plainChroma({ power, sampleRate, nFft }: Spectrogram, tuning: number): Matrix {
  const sums = product(chromaFilterBank(sampleRate, nFft, { tuning }), power);
  const out = new Matrix(sums.rows, sums.columns);
  for (let t = 0; t < sums.columns; t++) {
    let most = 0;
    for (let c = 0; c < sums.rows; c++) most = Math.max(most, sums.data[c * sums.columns + t]!);
    for (let c = 0; c < sums.rows; c++) {
      out.data[c * sums.columns + t] = sums.data[c * sums.columns + t]! / (most < 1.2e-38 ? 1 : most);
    }
  }
  return out;
}

describe("mel, cepstrum and chroma in vectors equal plain sums", () => {
  test.each([
    [2048, 128, 40],
    [1024, 64, 20],
    [512, 41, 13],
    [256, 12, 12],
    [64, 6, 5],
    [4, 3, 2],
  ])("nFft %i, %i bands, %i coefficients", (nFft, nMels, nMfcc) => {
    const waveform = { samples: sound(6 * nFft + 1000, nFft), sampleRate: SAMPLE_RATE };
    const spectrogram = powerSpectrogram(waveform, { nFft, hopLength: nFft / 4 });
    const bank = melFilterBank(SAMPLE_RATE, nFft, { nMels });
    const mel = product(bank, spectrogram.power);
    expect(melSpectrogram(spectrogram, { nMels }).data).toBeAllClose(mel.data, { rtol: 1e-5, atol: 1e-30 });
    const expected = plainMfcc(spectrogram, nMfcc, nMels);
    expect(mfcc(spectrogram, { nMfcc, nMels }).data).toBeAllClose(expected.data, { atol: 1e-4, rtol: 1e-6 });
    const chroma = plainChroma(spectrogram, 0.2);
    expect(chromaStft(spectrogram, { tuning: 0.2 }).data).toBeAllClose(chroma.data, { atol: 1e-5 });
  });

  test("more rows than one chunk of 512", () => {
    const waveform = { samples: sound(40_000, 9), sampleRate: SAMPLE_RATE };
    const spectrogram = powerSpectrogram(waveform, { nFft: 64, hopLength: 32 });
    expect(spectrogram.power.rows).toBeGreaterThan(1024);
    const mel = product(melFilterBank(SAMPLE_RATE, 64, { nMels: 6 }), spectrogram.power);
    expect(melSpectrogram(spectrogram, { nMels: 6 }).data).toBeAllClose(mel.data, { rtol: 1e-5, atol: 1e-30 });
    expect(chromaStft(spectrogram, { tuning: 0 }).data).toBeAllClose(plainChroma(spectrogram, 0).data, { atol: 1e-5 });
  });
});

describe("librosa54's loops equal the plain functions", () => {
  const compare = (samples: Float32Array, tuning: number | null): void => {
    const waveform = { samples, sampleRate: SAMPLE_RATE };
    const features = librosa54Frames(samples, tuning).transpose();
    const spectrogram = powerSpectrogram(waveform);
    const rows = (from: number, to: number): Float32Array =>
      features.data.subarray(from * features.columns, to * features.columns);
    expect(rows(0, 40)).toBeAllClose(plainMfcc(spectrogram, 40, 128).data, { atol: 1e-4, rtol: 2e-7 });
    expect(rows(40, 41)).toBeAllClose(zeroCrossingRate(waveform).data, { atol: 0 });
    const chroma = plainChroma(spectrogram, tuning ?? estimateTuning(spectrogram));
    expect(rows(41, 53)).toBeAllClose(chroma.data, { atol: 1e-5 });
    expect(rows(53, 54)).toBeAllClose(rms(waveform).data, { atol: 1e-7, rtol: 1e-6 });
  };

  test("for any length, level and tuning", () => {
    assert(
      property(
        integer({ min: 1, max: 30000 }),
        integer({ min: 0, max: 1000 }),
        double({ min: -6, max: 1, noNaN: true }),
        double({ min: -0.5, max: 0.49, noNaN: true }),
        (length, seed, level, tuning) => {
          compare(sound(length, seed, 10 ** level), seed % 2 ? null : tuning);
        },
      ),
      { numRuns: 40, seed: 5 },
    );
  });

  test("silence, one sample, and what ends inside a hop or on its edge", () => {
    for (const length of [1, 2, 511, 512, 513, 1024, 1025, 2048, 4096 + 511]) {
      compare(new Float32Array(length), null);
      compare(new Float32Array(length).fill(-0.5), null);
      compare(sound(length, length), null);
    }
  });

  test("the same tuning as the plain estimate, to the bit, over many sounds", () => {
    for (let seed = 0; seed < 20; seed++) {
      const samples = sound(11025, seed);
      const spectrogram = powerSpectrogram({ samples, sampleRate: SAMPLE_RATE });
      expect(spectralPeaks(spectrogram).hertz.length).toBeGreaterThan(20);
      const ours = librosa54Frames(samples, null);
      const given = librosa54Frames(samples, estimateTuning(spectrogram));
      expect(ours.data).toEqual(given.data);
    }
  });
});

describe("frames of logmel72 and the gate", () => {
  /** Whole numbers and signs, so that sums are exact in any order. */
  const numbers = (length: number, seed: number): number[] => {
    const random = new Random(seed, "frame");
    return Array.from({ length }, () => random.integer(201) - 100);
  };

  test.each([
    [96, 62],
    [90, 3],
    [7, 11],
  ])("products of %i samples with those 0 … %i before, naively", (window, lags) => {
    const kernels = vectorKernels();
    kernels.claim({});
    const x = numbers(lags + window, window);
    const at = kernels.place(Float32Array.from(x));
    const out = kernels.reserve(4 * (lags + 1));
    kernels.loops.lagProducts(at + 4 * lags, window, lags, out);
    const expected = Array.from({ length: lags + 1 }, (_, lag) =>
      Array.from({ length: window }, (__, i) => x[lags + i]! * x[lags + i - lag]!).reduce((a, b) => a + b, 0),
    );
    expect(Array.from(kernels.float32(out, lags + 1))).toEqual(expected);
  });

  test("the mean is taken away and changes of sign are counted, naively", () => {
    const kernels = vectorKernels();
    kernels.claim({});
    for (let seed = 0; seed < 20; seed++) {
      const x = numbers(64, seed);
      const at = kernels.place(Float64Array.from(x));
      const mean = x.reduce((a, b) => a + b, 0) / 64;
      const centred = x.map((value) => value - mean);
      const rms = Math.sqrt(centred.reduce((sum, value) => sum + value ** 2, 0) / 64);
      const negative = centred.map((value) => value < -0.01 - 0.2 * rms);
      const changes = negative.filter((sign, i) => i > 0 && sign !== negative[i - 1]).length;
      expect(kernels.loops.centre(at, 64, 0.2, 0.01)).toBe(changes);
      expect(kernels.float64(at, 64)).toBeAllClose(Float64Array.from(centred), { atol: 1e-12 });
    }
  });

  test.each([8, 9])("centre and spread of %i bins, naively", (count) => {
    const kernels = vectorKernels();
    kernels.claim({});
    const power = numbers(20, count).map((x) => x ** 2);
    const at = kernels.place(Float64Array.from(power));
    const out = kernels.reserve(16);
    kernels.loops.moments(at, 4, count, 0.5, 1e-3, out);
    const bins = Array.from({ length: count }, (_, i) => ({ p: power[4 + i]!, f: (4 + i) / 2 }));
    const sum = 1e-3 + bins.reduce((total, { p }) => total + p, 0);
    const centre = (1e-3 + bins.reduce((total, { p, f }) => total + p * f, 0)) / sum;
    const spread = (1e-3 + bins.reduce((total, { p, f }) => total + p * (f - centre) ** 2, 0)) / sum;
    expect(kernels.float64(out, 2)).toBeAllClose(Float64Array.of(centre, spread), { rtol: 1e-12 });
  });
});

test("the bytes are built from the sources in wasm/: node scripts/build-kernels.js", () => {
  const folder = new URL("../wasm/", import.meta.url);
  const digest = createHash("sha256");
  for (const file of readdirSync(folder).sort()) digest.update(readFileSync(new URL(file, folder)));
  expect(digest.digest("hex")).toBe(KERNELS_SOURCE);
});

test("memory grows for a long clip and serves a short one after it", () => {
  const long = librosa54Frames(sound(60 * SAMPLE_RATE, 1), null);
  const short = sound(9000, 2);
  expect(long.rows).toBe(1 + Math.floor((60 * SAMPLE_RATE) / 512));
  const before = librosa54Frames(short, null);
  // Another owner between the two.
  powerSpectrogram({ samples: short, sampleRate: SAMPLE_RATE }, { nFft: 64 });
  expect(librosa54Frames(short, null).data).toEqual(before.data);
});

test.each([10, 64])("powers of %i bands and their moments equal sums one by one", (bands) => {
  const random = new Random(3, "bandSums", bands);
  const centres = Array.from({ length: bands }, (_, b) => 50 * 2 ** (b / 8));
  const features = new Matrix(
    7,
    bands + 3,
    Float32Array.from({ length: 7 * (bands + 3) }, () => 9 * random.uniform() - 7),
  );
  features.row(0).fill(-7, 0, bands);
  features.row(1).fill(40, bands); // columns beside the bands count for nothing
  const corner = centres[6]!;
  const sums = bandSums(features, centres, { zero: 50, corner });
  for (let t = 0; t < features.rows; t++) {
    const expected = [0, 0, 0, 0];
    for (const [b, centre] of centres.entries()) {
      const power = 10 ** features.row(t)[b]!;
      expected[centre > corner ? 1 : 0]! += power;
      expected[2]! += (power * centre) / 50;
      expected[3]! += power * (centre / 50) ** 2;
    }
    expect(sums.subarray(4 * t, 4 * t + 4)).toBeAllClose(expected, { rtol: 3e-6, atol: 0 });
  }
});
