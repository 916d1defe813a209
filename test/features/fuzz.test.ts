import { type Arbitrary, assert, constantFrom, integer, oneof, option, property, record, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { resample, type Waveform } from "../../src/audio/index.ts";
import { InputError, ParameterError } from "../../src/errors.ts";
import * as features from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { Random } from "../../src/random.ts";

// Every public function, given any finite samples and options both right and wrong: the documented shape without a NaN, or
// one of our own errors.

/** Sound of many kinds and levels, from seed to samples. */
function sound(kind: string, length: number, level: number, seed: number): Float32Array {
  const random = new Random(seed, "fuzz");
  const gain = 10 ** level;
  return Float32Array.from({ length }, (_, i) => {
    switch (kind) {
      case "silence":
        return 0;
      case "constant":
        return gain;
      case "click":
        return i === length >> 1 ? gain : 0;
      case "tone":
        return gain * Math.sin(i * (0.01 + (seed % 300) / 100));
      default:
        return gain * random.normal();
    }
  });
}

const RATES = [8000, 16000, 22050, 44100, 48000];
const waveforms: Arbitrary<Waveform> = tuple(
  constantFrom("silence", "constant", "click", "tone", "noise"),
  oneof(integer({ min: 0, max: 40 }), integer({ min: 41, max: 5000 })),
  // Denormal powers to powers near the end of single precision.
  integer({ min: -25, max: 15 }),
  integer({ min: 0, max: 10_000 }),
  constantFrom(...RATES),
).map(([kind, length, level, seed, sampleRate]) => ({ samples: sound(kind, length, level, seed), sampleRate }));

const matrices: Arbitrary<Matrix> = tuple(
  integer({ min: 1, max: 12 }),
  integer({ min: 0, max: 30 }),
  integer({ min: -25, max: 30 }),
  integer({ min: 0, max: 10_000 }),
).map(([rows, columns, level, seed]) => new Matrix(rows, columns, sound("noise", rows * columns, level, seed)));

/** What a careless caller writes for a number. */
const NUMBERS = [-1, 0, 0.5, 1, 2, 3, 7, 12, 40, 100, 700.5, NaN, Infinity, -Infinity];
const numbers = constantFrom(...NUMBERS);
const flags = constantFrom(true, false);

/** Any subset of the options; those left out are absent, not undefined. */
function some<T extends object>(options: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T> {
  return record(options, { requiredKeys: [] }) as Arbitrary<T>;
}

const spectra = some({
  nFft: constantFrom(4, 16, 32, 64, 256, 2048, 100, 0, -2, NaN),
  hopLength: constantFrom(1000, 512, 100, 33, 0, 0.5, NaN),
  winLength: constantFrom(1, 3, 16, 30, 5000, NaN),
  window: constantFrom("hann", "hamming", "blackman", "ones"),
  center: flags,
  padMode: constantFrom("constant", "edge", "reflect"),
});
/** Of those only what is right, for functions that are given a spectrogram. */
const rightSpectra = some({
  nFft: constantFrom(4, 16, 64, 256, 2048),
  hopLength: constantFrom(1000, 512, 100, 33),
  window: constantFrom("hann", "hamming", "blackman", "ones"),
});
const frames = some({
  frameLength: constantFrom(1, 2, 31, 256, 2048, 0, 1.5, NaN),
  hopLength: constantFrom(1000, 512, 100, 33, 0, 0.5, NaN),
  center: flags,
});
const mels = some({
  nMels: constantFrom(1, 2, 13, 40, 128, 0, 2.5),
  fMin: numbers,
  fMax: constantFrom(...NUMBERS, 4000, 30_000),
  htk: flags,
  norm: constantFrom("slaney", null, 1, 2, Infinity, -1, NaN),
});
const chromas = some({
  nChroma: constantFrom(1, 2, 5, 12, 24, 0, 1.5),
  tuning: numbers,
  ctroct: constantFrom(5, 0, 2.5, -3, NaN),
  octwidth: constantFrom(null, 2, 0.5, 0, NaN),
  baseC: flags,
  norm: constantFrom(null, 1, 2, 0.5, Infinity, 0, -1, NaN),
});
const tunings = some({
  resolution: constantFrom(0.01, 0.3, 0.9, 0, 1, NaN),
  binsPerOctave: constantFrom(1, 12, 36, 0, 1.5),
  fMin: numbers,
  fMax: constantFrom(...NUMBERS, 4000, 30_000),
  threshold: numbers,
});
const decibels = some({ ref: numbers, amin: numbers, topDb: constantFrom(null, ...NUMBERS) });
const silences = some({
  topDb: numbers,
  ref: numbers,
  frameLength: constantFrom(1, 31, 2048, 0),
  hopLength: constantFrom(1, 100, 512, 0),
});
const emphases = some({ coef: constantFrom(...NUMBERS, 0.97, -0.5), zi: numbers });

/** What must hold of a result: no NaN in `values`, and its shape. */
interface Checked {
  readonly values: ArrayLike<number>;
  readonly shape?: readonly number[];
  readonly documented?: readonly number[];
}

const ofMatrix = (matrix: Matrix, rows: number, columns: number): Checked => ({
  values: matrix.data,
  shape: [matrix.rows, matrix.columns],
  documented: [rows, columns],
});

/** @returns false where the run refused its options */
function check(run: () => readonly Checked[]): boolean {
  let results: readonly Checked[];
  try {
    results = run();
  } catch (error) {
    if (error instanceof ParameterError || error instanceof InputError) return false;
    throw error;
  }
  for (const { values, shape, documented } of results) {
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) expect.fail(`NaN at index ${i}`);
    if (documented) expect(shape).toEqual(documented);
  }
  return true;
}

const RUNS = { numRuns: 400, seed: 11 };

/** Options of any kind: the types are the test's to break. */
type Loose = never;

function fuzz<A extends unknown[]>(
  arbitraries: { [K in keyof A]: Arbitrary<A[K]> },
  run: (...values: A) => readonly Checked[],
): void {
  let accepted = 0;
  assert(
    property(tuple<A>(...arbitraries), (values) => {
      if (check(() => run(...values))) accepted++;
    }),
    RUNS,
  );
  // Refusing everything would pass, too.
  expect(accepted).toBeGreaterThan(10);
}

/** Number of frames as librosa counts them. */
function frameCount(samples: number, length: number, hop: number, center: boolean): number {
  return 1 + Math.floor((samples + (center ? 2 * Math.floor(length / 2) : 0) - length) / hop);
}

type Shape = Partial<Record<"nFft" | "hopLength" | "winLength" | "frameLength", number>> & { center?: boolean };

/** A spectrogram of any kind, or one of our errors on the way. */
function spectrumOf(waveform: Waveform, options: Shape): features.Spectrogram {
  return features.powerSpectrogram(waveform, options as Loose);
}

const FUZZED: Readonly<Record<string, () => void>> = {
  stft: () =>
    fuzz([waveforms, spectra], (waveform, options) => {
      const { real, imaginary } = features.stft(waveform, options as Loose);
      const {
        nFft = 2048,
        winLength = nFft,
        hopLength = Math.max(1, Math.floor(winLength / 4)),
        center = true,
      } = options as Shape;
      const count = frameCount(waveform.samples.length, nFft, hopLength, center);
      return [ofMatrix(real, 1 + nFft / 2, count), ofMatrix(imaginary, 1 + nFft / 2, count)];
    }),
  powerSpectrogram: () =>
    fuzz([waveforms, spectra], (waveform, options) => {
      const { power } = spectrumOf(waveform, options);
      const { nFft = 2048, hopLength = 512, center = true } = options as Shape;
      return [ofMatrix(power, frameCount(waveform.samples.length, nFft, hopLength, center), 1 + nFft / 2)];
    }),
  istft: () =>
    fuzz([matrices, spectra, option(integer({ min: -1, max: 3000 }), { nil: undefined })], (real, options, length) => {
      const samples = features.istft({ real, imaginary: real }, {
        ...options,
        ...(length !== undefined && { length }),
      } as Loose);
      return [{ values: samples, ...(length !== undefined && { shape: [samples.length], documented: [length] }) }];
    }),
  getWindow: () =>
    fuzz([constantFrom("hann", "hamming", "blackman", "ones", "kaiser", "constructor"), numbers], (shape, length) => {
      const window = features.getWindow(shape as Loose, length);
      return [{ values: window, shape: [window.length], documented: [length] }];
    }),
  hannWindow: () => fuzz([numbers], (length) => [{ values: features.hannWindow(length) }]),
  fftFrequencies: () =>
    fuzz([constantFrom(...RATES), constantFrom(4, 512, 2048)], (rate, nFft) => {
      const values = features.fftFrequencies(rate, nFft);
      return [{ values, shape: [values.length], documented: [1 + nFft / 2] }];
    }),
  hzToMel: () =>
    fuzz([integer({ min: 0, max: 100_000 }), flags], (hertz, htk) => [{ values: [features.hzToMel(hertz, htk)] }]),
  melToHz: () =>
    fuzz([integer({ min: 0, max: 5000 }), flags], (mel, htk) => [{ values: [features.melToHz(mel, htk)] }]),
  melFilterBank: () =>
    fuzz([constantFrom(...RATES), constantFrom(4, 64, 2048), mels], (rate, nFft, options) => {
      const bank = features.melFilterBank(rate, nFft, options as Loose);
      return [ofMatrix(bank, (options as { nMels?: number }).nMels ?? 128, 1 + nFft / 2)];
    }),
  logmel72Bank: () => fuzz([], () => [ofMatrix(features.logmel72Bank().weights, 64, 513)]),
  melSpectrogram: () =>
    fuzz([waveforms, rightSpectra, mels, numbers], (waveform, shape, options, power) => {
      const spectrogram = spectrumOf(waveform, shape);
      const mel = features.melSpectrogram(spectrogram, { ...options, power } as Loose);
      return [ofMatrix(mel, (options as { nMels?: number }).nMels ?? 128, spectrogram.power.rows)];
    }),
  mfcc: () =>
    fuzz(
      [
        waveforms,
        rightSpectra,
        mels,
        some({
          nMfcc: constantFrom(1, 2, 13, 40, 0),
          dctType: constantFrom(1, 2, 3, 4),
          dctNorm: constantFrom("ortho", null),
          lifter: numbers,
          topDb: constantFrom(null, ...NUMBERS),
        }),
      ],
      (waveform, shape, bank, options) => {
        const spectrogram = spectrumOf(waveform, shape);
        const result = features.mfcc(spectrogram, { ...bank, ...options } as Loose);
        return [ofMatrix(result, (options as { nMfcc?: number }).nMfcc ?? 20, spectrogram.power.rows)];
      },
    ),
  powerToDb: () =>
    fuzz([matrices, decibels], (values, options) => [
      ofMatrix(features.powerToDb(values, options as Loose), values.rows, values.columns),
    ]),
  amplitudeToDb: () =>
    fuzz([matrices, decibels], (values, options) => [
      ofMatrix(features.amplitudeToDb(values, options as Loose), values.rows, values.columns),
    ]),
  dbToPower: () =>
    fuzz([matrices, numbers], (values, ref) => [
      ofMatrix(features.dbToPower(values, ref), values.rows, values.columns),
    ]),
  dbToAmplitude: () =>
    fuzz([matrices, numbers], (values, ref) => [
      ofMatrix(features.dbToAmplitude(values, ref), values.rows, values.columns),
    ]),
  dct: () =>
    fuzz(
      [matrices, some({ type: constantFrom(1, 2, 3, 4), norm: constantFrom("ortho", null, "other"), count: numbers })],
      (values, options) => [
        ofMatrix(
          features.dct(values, options as Loose),
          (options as { count?: number }).count ?? values.rows,
          values.columns,
        ),
      ],
    ),
  delta: () =>
    fuzz(
      [
        matrices,
        some({
          width: constantFrom(3, 5, 9, 2, 1, NaN),
          order: constantFrom(1, 2, 3, 9, 0),
          mode: constantFrom("interp", "nearest", "mirror", "constant", "wrap", "other"),
        }),
      ],
      (values, options) => [ofMatrix(features.delta(values, options as Loose), values.rows, values.columns)],
    ),
  chromaFilterBank: () =>
    fuzz([constantFrom(...RATES), constantFrom(4, 64, 2048), chromas], (rate, nFft, options) => [
      ofMatrix(
        features.chromaFilterBank(rate, nFft, options as Loose),
        (options as { nChroma?: number }).nChroma ?? 12,
        1 + nFft / 2,
      ),
    ]),
  chromaStft: () =>
    fuzz([waveforms, rightSpectra, chromas], (waveform, shape, options) => {
      const spectrogram = spectrumOf(waveform, shape);
      const chroma = features.chromaStft(spectrogram, options as Loose);
      return [ofMatrix(chroma, (options as { nChroma?: number }).nChroma ?? 12, spectrogram.power.rows)];
    }),
  piptrack: () =>
    fuzz([waveforms, rightSpectra, tunings, option(numbers, { nil: undefined })], (waveform, shape, options, ref) => {
      const spectrogram = spectrumOf(waveform, shape);
      const { rows, columns } = spectrogram.power;
      const { pitches, magnitudes } = features.piptrack(spectrogram, {
        ...options,
        ...(ref !== undefined && { ref }),
      } as Loose);
      return [ofMatrix(pitches, columns, rows), ofMatrix(magnitudes, columns, rows)];
    }),
  spectralPeaks: () =>
    fuzz([waveforms, rightSpectra, tunings], (waveform, shape, options) => {
      const { hertz, magnitude } = features.spectralPeaks(spectrumOf(waveform, shape), options as Loose);
      return [{ values: hertz, shape: [hertz.length], documented: [magnitude.length] }, { values: magnitude }];
    }),
  estimateTuning: () =>
    fuzz([waveforms, rightSpectra, tunings], (waveform, shape, options) => {
      const tuning = features.estimateTuning(spectrumOf(waveform, shape), options as Loose);
      expect(tuning).toBeGreaterThanOrEqual(-0.5);
      expect(tuning).toBeLessThanOrEqual(0.5);
      return [{ values: [tuning] }];
    }),
  pitchTuning: () =>
    fuzz([matrices, constantFrom(0.01, 0.5), constantFrom(12, 24)], ({ data }, resolution, bins) => [
      { values: [features.pitchTuning(data, resolution, bins)] },
    ]),
  rms: () =>
    fuzz([waveforms, frames], (waveform, options) => {
      const { frameLength = 2048, hopLength = 512, center = true } = options as Shape;
      return [
        ofMatrix(
          features.rms(waveform, options),
          1,
          frameCount(waveform.samples.length, frameLength, hopLength, center),
        ),
      ];
    }),
  zeroCrossingRate: () =>
    fuzz([waveforms, frames, numbers], (waveform, options, threshold) => {
      const { frameLength = 2048, hopLength = 512, center = true } = options as Shape;
      const rate = features.zeroCrossingRate(waveform, { ...options, threshold });
      expect(rate.data.every((value) => value >= 0 && value <= 1)).toBe(true);
      return [ofMatrix(rate, 1, frameCount(waveform.samples.length, frameLength, hopLength, center))];
    }),
  ...Object.fromEntries(
    (
      [
        ["spectralCentroid", features.spectralCentroid, some({})],
        ["spectralBandwidth", features.spectralBandwidth, some({ p: numbers, norm: flags })],
        ["spectralRolloff", features.spectralRolloff, some({ rollPercent: constantFrom(...NUMBERS, 0.1, 0.99) })],
        ["spectralFlatness", features.spectralFlatness, some({ amin: numbers, power: numbers })],
      ] as const
    ).map(([name, measure, arbitrary]) => [
      name,
      () =>
        fuzz([waveforms, rightSpectra, arbitrary as Arbitrary<object>], (waveform, shape, options) => {
          const spectrogram = spectrumOf(waveform, shape);
          return [ofMatrix(measure(spectrogram, options), 1, spectrogram.power.rows)];
        }),
    ]),
  ),
  spectralContrast: () =>
    fuzz(
      [
        waveforms,
        rightSpectra,
        some({
          fMin: numbers,
          nBands: constantFrom(1, 2, 6, 9, 0),
          quantile: constantFrom(0.02, 0.5, 0.99, 0, 1),
          linear: flags,
        }),
      ],
      (waveform, shape, options) => {
        const spectrogram = spectrumOf(waveform, shape);
        const contrast = features.spectralContrast(spectrogram, options as Loose);
        return [ofMatrix(contrast, 1 + ((options as { nBands?: number }).nBands ?? 6), spectrogram.power.rows)];
      },
    ),
  trim: () =>
    fuzz([waveforms, silences], (waveform, options) => {
      const { waveform: part, interval } = features.trim(waveform, options);
      return [{ values: part.samples, shape: [part.samples.length], documented: [interval.end - interval.start] }];
    }),
  split: () =>
    fuzz([waveforms, silences], (waveform, options) => {
      const edges = features.split(waveform, options).flatMap(({ start, end }) => [start, end]);
      // In order, inside, not overlapping.
      expect(edges).toEqual(edges.toSorted((a, b) => a - b));
      expect(edges.every((edge) => edge >= 0 && edge <= waveform.samples.length)).toBe(true);
      return [{ values: edges }];
    }),
  preemphasis: () =>
    fuzz([waveforms, emphases], (waveform, options) => {
      const { samples } = features.preemphasis(waveform, options);
      return [{ values: samples, shape: [samples.length], documented: [waveform.samples.length] }];
    }),
  deemphasis: () =>
    fuzz([waveforms, emphases], (waveform, options) => {
      const { samples } = features.deemphasis(waveform, options);
      return [{ values: samples, shape: [samples.length], documented: [waveform.samples.length] }];
    }),
  yin: () =>
    fuzz(
      [
        waveforms,
        some({ frameLength: constantFrom(512, 2048, 3, NaN), hopLength: constantFrom(100, 512, 0), center: flags }),
      ],
      (waveform, options) => {
        const { f0, aperiodicity } = features.yin(waveform, { fMin: 65, fMax: 500, ...options } as Loose);
        return [{ values: f0 }, { values: aperiodicity }];
      },
    ),
  padFrames: () =>
    fuzz([matrices, numbers], (values, count) => [ofMatrix(features.padFrames(values, count), count, values.columns)]),
  encodeNpy: () =>
    fuzz([matrices], (values) => {
      const bytes = features.encodeNpy(values);
      return [{ values: bytes, shape: [(bytes.length - 4 * values.data.length) % 64], documented: [0] }];
    }),
  encodeCsv: () =>
    fuzz([matrices], (values) => {
      const columns = Array.from({ length: values.columns }, (_, i) => ({ name: `c${i}`, unit: "1", description: "" }));
      const lines = features.encodeCsv(values, columns).split("\n").length;
      return [{ values: [], shape: [lines], documented: [values.rows + 2] }];
    }),
  featureSet: () =>
    fuzz([constantFrom("librosa54@1", "other"), waveforms], (id, waveform) => {
      const set = features.featureSet(id);
      const result = set.extract(waveform);
      const samples = Math.ceil((waveform.samples.length * set.sampleRate) / waveform.sampleRate);
      return [ofMatrix(result, 1 + Math.floor(samples / set.hopLength), set.columns.length)];
    }),
};

/** Held by property tests of their own: incremental extraction and what goes with it. */
const ELSEWHERE = ["createExtractor", "FeatureExtractor", "FeatureWindows", "activeFrames", "normalizeWindow"];

test("no public function is missing here", () => {
  const functions = Object.entries(features).filter(([, value]) => typeof value === "function");
  const missing = functions.map(([name]) => name).filter((name) => !(name in FUZZED) && !ELSEWHERE.includes(name));
  expect(missing).toEqual([]);
});

describe("any finite samples, any options: documented shape, no NaN, no error but ours", () => {
  test.each(Object.entries(FUZZED))("%s", (_, run) => run());

  test("resample", () => {
    fuzz([waveforms, oneof(constantFrom(...RATES, 1, 96_000), numbers)], (waveform, rate) => {
      const { samples, sampleRate } = resample(waveform, rate);
      const length = Math.ceil((waveform.samples.length * rate) / waveform.sampleRate);
      return [{ values: samples, shape: [samples.length, sampleRate], documented: [length, rate] }];
    });
  });

  test("samples that are no numbers are told by their place", () => {
    for (const bad of [NaN, Infinity, 1e30]) {
      const samples = new Float32Array(3000).fill(0.1);
      samples[1234] = bad;
      const waveform = { samples, sampleRate: 22050 };
      const message = `samples must be finite and at most 1000000000000000 in magnitude, sample 1234 is ${Math.fround(bad)}`;
      for (const run of [
        () => features.stft(waveform),
        () => features.powerSpectrogram(waveform),
        () => features.rms(waveform),
        () => features.zeroCrossingRate(waveform),
        () => features.trim(waveform),
        () => features.preemphasis(waveform),
        () => features.featureSet("librosa54@1").extract(waveform),
      ]) {
        expect(run).toThrow(message);
      }
    }
  });
});
