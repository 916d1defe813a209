import { resample, type Waveform } from "../../src/audio/index.ts";
import {
  amplitudeToDb,
  chromaFilterBank,
  chromaStft,
  dbToAmplitude,
  dbToPower,
  dct,
  deemphasis,
  delta,
  estimateTuning,
  fftFrequencies,
  getWindow,
  hzToMel,
  type Interval,
  istft,
  type IstftOptions,
  melFilterBank,
  melSpectrogram,
  melToHz,
  mfcc,
  piptrack,
  powerSpectrogram,
  powerToDb,
  preemphasis,
  rms,
  type Spectrogram,
  spectralBandwidth,
  spectralCentroid,
  spectralContrast,
  spectralFlatness,
  spectralRolloff,
  split,
  stft,
  trim,
  zeroCrossingRate,
} from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { lcgNoise, SAMPLE_RATE as SR, signal } from "./signals.ts";

/** One call of ours beside one of librosa's, whose array and call test/golden/features holds under the same name. */
export interface VocabularyCase {
  /** The function of src/features (or audio) that is compared. */
  readonly function: string;
  readonly golden: string;
  readonly ours: () => Promise<Matrix>;
  /** Largest allowed |ours - librosa's|: atol + rtol · |librosa's|. */
  readonly atol: number;
  readonly rtol: number;
}

const cases: VocabularyCase[] = [];

function add(name: string, golden: string, atol: number, rtol: number, ours: () => Promise<Matrix> | Matrix): void {
  cases.push({ function: name, golden, atol, rtol, ours: async () => ours() });
}

const row = (values: ArrayLike<number>): Matrix => new Matrix(1, values.length, Float32Array.from(values));
const steps = (from: number, to: number, by: number): number[] =>
  Array.from({ length: Math.ceil((to - from) / by) }, (_, i) => from + i * by);
const sentence = (): Promise<Waveform> => signal("sentence");
const spectrum = async (name = "sentence", nFft = 2048, hopLength = 512): Promise<Spectrogram> =>
  powerSpectrogram(await signal(name), { nFft, hopLength });
const power = async (name = "sentence"): Promise<Matrix> => (await spectrum(name)).power.transpose();
const roots = async (): Promise<Matrix> => {
  const { rows, columns, data } = await power();
  return new Matrix(rows, columns, data.map(Math.sqrt));
};
/** librosa's `mel` in reference/features.py. */
const mel = async (): Promise<Matrix> => powerToDb(melSpectrogram(await spectrum(), { nMels: 20 }));

add("stft", "stft-default-real", 1e-4, 0, async () => stft(await sentence()).real);
{
  const options = { nFft: 512, hopLength: 200, winLength: 400, center: false };
  add("stft", "stft-real", 1e-4, 0, async () => stft(await signal("chirp"), options).real);
  add("stft", "stft-imaginary", 1e-4, 0, async () => stft(await signal("chirp"), options).imaginary);
}
add("stft", "stft-centred-real", 1e-4, 0, async () => stft(await sentence(), { nFft: 1024, hopLength: 300 }).real);
add("stft", "stft-hamming-real", 1e-5, 0, async () => {
  return stft(await sentence(), { nFft: 256, hopLength: 100, window: "hamming", padMode: "reflect" }).real;
});
add("stft", "stft-blackman-imaginary", 1e-5, 0, async () => {
  return stft(await sentence(), { nFft: 128, window: "blackman", padMode: "edge" }).imaginary;
});
add("stft", "stft-boxcar-real", 1e-5, 0, async () => {
  return stft(await signal("chirp"), { nFft: 64, winLength: 48, window: "ones" }).real;
});
add(
  "stft",
  "stft-short-real",
  1e-4,
  0,
  async () => stft(await signal("hundred"), { nFft: 512, padMode: "reflect" }).real,
);
add("powerSpectrogram", "power", 1e-9, 1e-5, () => power());

const roundTrip = async (name: string, nFft: number, hopLength: number, inverse: IstftOptions): Promise<Matrix> => {
  const { winLength = nFft, window = "hann" } = inverse;
  return row(istft(stft(await signal(name), { nFft, hopLength, winLength, window }), inverse));
};
add("istft", "istft-default", 1e-6, 0, () => roundTrip("sentence", 2048, 512, {}));
add("istft", "istft-other", 1e-6, 0, () => {
  return roundTrip("sentence", 512, 100, { hopLength: 100, winLength: 400, window: "hamming", length: 20000 });
});
add("istft", "istft-another-hop", 1e-5, 0, () => roundTrip("sentence", 512, 128, { hopLength: 160, center: false }));
add("istft", "istft-longer", 1e-6, 0, () => roundTrip("hundred", 64, 16, { hopLength: 16, length: 150 }));

for (const [shape, theirs] of [
  ["hann", "hann"],
  ["hamming", "hamming"],
  ["blackman", "blackman"],
  ["ones", "boxcar"],
] as const) {
  add("getWindow", `window-${theirs}`, 1e-7, 0, () => row(getWindow(shape, 33)));
}
add("fftFrequencies", "fft-frequencies", 0, 1e-7, () => row(fftFrequencies(16000, 512)));
add("hzToMel", "hz-to-mel", 0, 1e-6, () => row(steps(0, 12000, 500).map((hertz) => hzToMel(hertz))));
add("hzToMel", "hz-to-mel-htk", 0, 1e-6, () => row(steps(0, 12000, 500).map((hertz) => hzToMel(hertz, true))));
add("melToHz", "mel-to-hz", 0, 1e-6, () => row(steps(0, 50, 2).map((value) => melToHz(value))));
add("melToHz", "mel-to-hz-htk", 0, 1e-6, () => row(steps(0, 3000, 100).map((value) => melToHz(value, true))));

add("melFilterBank", "mel-filters", 1e-9, 1e-5, () => melFilterBank(SR, 2048));
add("melFilterBank", "mel-filters-other", 1e-6, 1e-4, () => {
  return melFilterBank(16000, 512, { nMels: 40, fMin: 60, fMax: 7000, htk: true, norm: null });
});
for (const [norm, name] of [
  [1, "1"],
  [2, "2"],
  [Infinity, "inf"],
] as const) {
  add("melFilterBank", `mel-filters-norm-${name}`, 1e-6, 0, () => melFilterBank(SR, 512, { nMels: 20, norm }));
}
add("melSpectrogram", "mel-default", 1e-6, 1e-5, async () => melSpectrogram(await spectrum()));
add("melSpectrogram", "mel", 1e-7, 1e-4, async () => {
  return melSpectrogram(await spectrum(), { nMels: 61, fMin: 80, fMax: 7600 });
});
add("melSpectrogram", "mel-htk", 1e-5, 1e-4, async () => {
  return melSpectrogram(await spectrum(), { nMels: 30, htk: true, norm: null });
});
add("melSpectrogram", "mel-power-1", 1e-6, 1e-5, async () => melSpectrogram(await spectrum(), { nMels: 40, power: 1 }));

const most = (values: Float32Array): number => values.reduce((a, b) => Math.max(a, b), 0);
add("powerToDb", "power-to-db-default", 1e-3, 0, async () => powerToDb(await power()));
add("powerToDb", "power-to-db-max", 1e-3, 0, async () => powerToDb(await power(), { ref: most }));
add("powerToDb", "power-to-db", 1e-3, 0, async () =>
  powerToDb(await power("burst"), { ref: 0.5, amin: 1e-7, topDb: 30 }),
);
add("powerToDb", "power-to-db-unclamped", 1e-3, 0, async () => powerToDb(await power("burst"), { topDb: null }));
add("amplitudeToDb", "amplitude-to-db-default", 1e-3, 0, async () => amplitudeToDb(await roots()));
add("amplitudeToDb", "amplitude-to-db-other", 1e-3, 0, async () => {
  return amplitudeToDb(await roots(), { ref: 0.3, amin: 1e-3, topDb: 50 });
});
add("dbToPower", "db-to-power", 1e-9, 1e-5, async () => dbToPower(await mel(), 0.5));
add("dbToAmplitude", "db-to-amplitude", 1e-7, 1e-5, async () => dbToAmplitude(await mel(), 0.5));

for (const type of [1, 2, 3] as const) {
  for (const norm of ["ortho", null] as const) {
    add("dct", `dct-${type}-${norm ?? "none"}`, 1e-3, 1e-6, async () => dct(await mel(), { type, norm }));
  }
}
add("mfcc", "mfcc-default", 1e-3, 0, async () => mfcc(await spectrum()));
add("mfcc", "mfcc-other", 5e-3, 0, async () => {
  // librosa passes norm="ortho" to the cosine transform, not to the bank; its lifter takes values to about ×12.
  return mfcc(await spectrum(), { nMfcc: 13, nMels: 41, fMin: 50, fMax: 7000, htk: true, lifter: 22 });
});
add("mfcc", "mfcc-frames", 1e-3, 0, async () => mfcc(await spectrum("chirp", 1024, 256)));
add("mfcc", "mfcc-type-3", 1e-3, 0, async () => mfcc(await spectrum(), { nMfcc: 12, dctType: 3, nMels: 30 }));
add("mfcc", "mfcc-type-1", 1e-3, 0, async () => {
  return mfcc(await spectrum(), { nMfcc: 12, dctType: 1, nMels: 31, norm: null });
});
add("mfcc", "mfcc-no-norm", 2e-2, 1e-6, async () => mfcc(await spectrum(), { nMfcc: 12, dctNorm: null, lifter: 10 }));

add("delta", "delta-default", 1e-4, 0, async () => delta(await mel()));
add("delta", "delta-2", 1e-4, 0, async () => delta(await mel(), { width: 5, order: 2 }));
add("delta", "delta-3", 1e-4, 0, async () => delta(await mel(), { width: 11, order: 3 }));
for (const mode of ["nearest", "mirror", "constant", "wrap"] as const) {
  add("delta", `delta-${mode}`, 1e-4, 0, async () => delta(await mel(), { width: 7, mode }));
}

add("chromaFilterBank", "chroma-filters", 1e-6, 0, () => chromaFilterBank(SR, 2048, { tuning: 0.17 }));
add("chromaFilterBank", "chroma-filters-other", 1e-6, 0, () => {
  return chromaFilterBank(16000, 1024, { nChroma: 24, tuning: -0.3, ctroct: 4, octwidth: null, baseC: false });
});
add("chromaFilterBank", "chroma-filters-odd", 1e-6, 0, () => {
  return chromaFilterBank(SR, 1024, { nChroma: 18, ctroct: 4.5, octwidth: 1 });
});
add("chromaStft", "chroma-default", 1e-5, 0, async () => chromaStft(await spectrum()));
add("chromaStft", "chroma-norm-2", 1e-5, 0, async () => chromaStft(await spectrum(), { norm: 2, tuning: 0.1 }));
add("chromaStft", "chroma-norm-1", 1e-5, 0, async () => chromaStft(await spectrum(), { norm: 1, tuning: 0 }));
add("chromaStft", "chroma-24", 0, 1e-4, async () => chromaStft(await spectrum("chord"), { nChroma: 24, norm: null }));
add("chromaStft", "chroma-frames", 1e-5, 0, async () => {
  return chromaStft(await spectrum("sentence", 1024, 256), { tuning: -0.2, norm: 3 });
});
add("chromaStft", "chroma-octaves", 1e-5, 0, async () => {
  return chromaStft(await spectrum(), { tuning: 0, ctroct: 4, octwidth: 1, baseC: false });
});
add("piptrack", "piptrack-pitches", 1e-3, 0, async () => piptrack(await spectrum()).pitches);
add("piptrack", "piptrack-magnitudes", 1e-6, 1e-5, async () => piptrack(await spectrum()).magnitudes);
add("piptrack", "piptrack-other", 1e-3, 0, async () => {
  return piptrack(await spectrum(), { fMin: 300, fMax: 2000, threshold: 0.3 }).pitches;
});
add("piptrack", "piptrack-ref", 1e-3, 0, async () => piptrack(await spectrum(), { ref: 0.5 }).pitches);
for (const name of ["tone", "chord", "chirp", "sentence", "silence"]) {
  add("estimateTuning", `tuning-${name}`, 1e-6, 0, async () => row([estimateTuning(await spectrum(name))]));
}
add("estimateTuning", "tuning-other", 1e-6, 0, async () => {
  const options = { resolution: 0.05, binsPerOctave: 24, fMin: 100, fMax: 2000, threshold: 0.2 };
  return row([estimateTuning(await spectrum(), options)]);
});

add("rms", "rms-default", 1e-6, 0, async () => rms(await sentence()));
add("rms", "rms-other", 1e-6, 0, async () => rms(await sentence(), { frameLength: 1000, hopLength: 300 }));
add("rms", "rms-uncentred", 1e-6, 0, async () => {
  return rms(await sentence(), { frameLength: 999, hopLength: 250, center: false });
});
add("zeroCrossingRate", "zcr-default", 1e-7, 0, async () => zeroCrossingRate(await sentence()));
add("zeroCrossingRate", "zcr-other", 1e-7, 0, async () => {
  return zeroCrossingRate(await sentence(), { frameLength: 1001, hopLength: 333, threshold: 0.01 });
});
add("zeroCrossingRate", "zcr-uncentred", 1e-7, 0, async () => {
  return zeroCrossingRate(await sentence(), { frameLength: 1000, hopLength: 250, center: false });
});

for (const name of ["sentence", "silence", "chirp"]) {
  add("spectralCentroid", `centroid-${name}`, 1e-2, 1e-5, async () => spectralCentroid(await spectrum(name)));
  add("spectralBandwidth", `bandwidth-${name}`, 1e-2, 1e-5, async () => spectralBandwidth(await spectrum(name)));
  add("spectralRolloff", `rolloff-${name}`, 1e-3, 1e-6, async () => spectralRolloff(await spectrum(name)));
  add("spectralFlatness", `flatness-${name}`, 1e-6, 1e-4, async () => spectralFlatness(await spectrum(name)));
  add("spectralContrast", `contrast-${name}`, 1e-3, 0, async () => spectralContrast(await spectrum(name)));
}
add("spectralCentroid", "centroid-other", 1e-2, 1e-5, async () => {
  return spectralCentroid(await spectrum(), { freq: Float64Array.from({ length: 1025 }, (_, k) => (8000 * k) / 1024) });
});
add("spectralBandwidth", "bandwidth-other", 1e-2, 1e-5, async () => {
  const centroid = new Matrix(1, 57, new Float32Array(57).fill(1000));
  return spectralBandwidth(await spectrum(), { p: 3, norm: false, centroid });
});
add("spectralRolloff", "rolloff-other", 1e-3, 1e-6, async () =>
  spectralRolloff(await spectrum(), { rollPercent: 0.5 }),
);
add("spectralFlatness", "flatness-other", 1e-6, 1e-4, async () => {
  return spectralFlatness(await spectrum(), { amin: 1e-3, power: 1 });
});
add("spectralContrast", "contrast-other", 1e-4, 1e-5, async () => {
  return spectralContrast(await spectrum(), { fMin: 100, nBands: 4, quantile: 0.1, linear: true });
});

const ends = ({ start, end }: Interval): number[] => [start, end];
add("trim", "trim-default", 0, 0, async () => row(ends(trim(await sentence()).interval)));
add("trim", "trim-other", 0, 0, async () => {
  return row(ends(trim(await sentence(), { topDb: 20, frameLength: 512, hopLength: 100 }).interval));
});
add("trim", "trim-ref", 0, 0, async () => row(ends(trim(await signal("burst"), { topDb: 10, ref: 0.1 }).interval)));
add("trim", "trim-silence", 0, 0, async () => row(ends(trim(await signal("silence"), { ref: 1 }).interval)));
const both = (intervals: readonly Interval[]): Matrix =>
  new Matrix(
    2,
    intervals.length,
    Float32Array.from([...intervals.map((i) => i.start), ...intervals.map((i) => i.end)]),
  );
add("split", "split-default", 0, 0, async () => both(split(await sentence())));
add("split", "split-other", 0, 0, async () => {
  return both(split(await sentence(), { topDb: 25, frameLength: 512, hopLength: 128 }));
});
add("preemphasis", "preemphasis-default", 1e-6, 0, async () => row(preemphasis(await sentence()).samples));
add("preemphasis", "preemphasis-other", 1e-6, 0, async () => {
  return row(preemphasis(await sentence(), { coef: 0.5, zi: 0.1 }).samples);
});
add("deemphasis", "deemphasis-default", 1e-4, 0, async () => row(deemphasis(await sentence()).samples));
add("deemphasis", "deemphasis-other", 1e-4, 0, async () => {
  return row(deemphasis(await sentence(), { coef: 0.9, zi: 0.1 }).samples);
});
// Other taps of the same specification: equal in the pass band, not in the transition above 10 kHz, which noise fills.
add("resample", "resampled-noise", 3e-2, 0, () => {
  const samples = Float32Array.from(lcgNoise(12000), (x) => 0.3 * x);
  return row(resample({ samples, sampleRate: 48000 }, SR).samples);
});

/** Every function of the vocabulary against librosa, at its defaults and with each parameter apart from them. */
export const VOCABULARY: readonly VocabularyCase[] = cases;
