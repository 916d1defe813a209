/**
 * `npm run compatibility` writes COMPATIBILITY.md: every function of src/features that librosa has, and the largest difference from librosa 0.11 over the
 * goldens of test/golden/features, with the calls that made them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { Matrix } from "../src/matrix.ts";
import { pitchGolden, pitchSignal } from "../test/features/pitch-golden.ts";
import { golden } from "../test/features/signals.ts";
import { VOCABULARY } from "../test/features/vocabulary.ts";
import { yin } from "../src/features/index.ts";

/** librosa's name, and what of its parameters we have not. */
const FUNCTIONS: Readonly<Record<string, readonly [theirs: string, missing: string]>> = {
  stft: ["librosa.stft", "`n_fft` is a power of two of at least 4; windows hann, hamming, blackman, ones or numbers"],
  istft: ["librosa.istft", "`n_fft` is a power of two; no `out`"],
  powerSpectrogram: ["numpy.abs(librosa.stft(y)) ** 2", "as stft"],
  getWindow: ["librosa.filters.get_window", "hann, hamming, blackman, ones; periodic only"],
  fftFrequencies: ["librosa.fft_frequencies", ""],
  hzToMel: ["librosa.hz_to_mel", "one number a call"],
  melToHz: ["librosa.mel_to_hz", "one number a call"],
  melFilterBank: ["librosa.filters.mel", ""],
  melSpectrogram: ["librosa.feature.melspectrogram", ""],
  powerToDb: ["librosa.power_to_db", ""],
  amplitudeToDb: ["librosa.amplitude_to_db", ""],
  dbToPower: ["librosa.db_to_power", ""],
  dbToAmplitude: ["librosa.db_to_amplitude", ""],
  dct: ["scipy.fft.dct (axis 0)", "types 1 to 3"],
  mfcc: ["librosa.feature.mfcc", "types 1 to 3; librosa's `norm` is `dctNorm`, its `mel_norm` is `norm`"],
  delta: ["librosa.feature.delta", "along frames; polynomial of degree `order`"],
  chromaFilterBank: ["librosa.filters.chroma", "no `norm`: always 2"],
  chromaStft: ["librosa.feature.chroma_stft", "norms > 0, Infinity and null"],
  piptrack: ["librosa.piptrack(S=…)", "`ref` is a number, not a function"],
  estimateTuning: ["librosa.estimate_tuning(S=…)", ""],
  rms: ["librosa.feature.rms(y=…)", "pads with zeros; no `S`"],
  zeroCrossingRate: ["librosa.feature.zero_crossing_rate", "no `pad`, `zero_pos`, `ref_magnitude`"],
  spectralCentroid: ["librosa.feature.spectral_centroid", "`freq` is one vector"],
  spectralBandwidth: ["librosa.feature.spectral_bandwidth", "`freq` is one vector"],
  spectralRolloff: ["librosa.feature.spectral_rolloff", "`freq` is one vector"],
  spectralFlatness: ["librosa.feature.spectral_flatness", ""],
  spectralContrast: ["librosa.feature.spectral_contrast", "no `freq`"],
  trim: ["librosa.effects.trim", "one channel: no `aggregate`"],
  split: ["librosa.effects.split", "one channel: no `aggregate`"],
  preemphasis: ["librosa.effects.preemphasis", "no `return_zf`"],
  deemphasis: ["librosa.effects.deemphasis", "no `return_zf`"],
  resample: [
    "librosa.resample (soxr_hq)",
    "same filter specification, other taps: they differ in the transition band, which the golden's noise fills",
  ],
};

interface Compared {
  readonly function: string;
  readonly call: string;
  /** Largest |ours - librosa's|, and the largest |librosa's| to judge it by. */
  readonly error: number;
  readonly scale: number;
}

function compare(matrix: Matrix, name: string): Pick<Compared, "error" | "scale"> {
  const { columns, values, frames, everyFrame } = golden(name);
  let error = 0;
  let scale = 0;
  for (const [i, expected] of values.entries()) {
    const ours = matrix.data[Math.floor(i / columns) * frames + (i % columns) * everyFrame]!;
    error = Math.max(error, Math.abs(ours - expected));
    scale = Math.max(scale, Math.abs(expected));
  }
  return { error, scale };
}

/** Rounded up to one digit, so that another processor's last bits do not change the file. */
function upTo(error: number): string {
  if (error === 0) return "0";
  const unit = 10 ** Math.floor(Math.log10(error));
  return (Math.ceil(error / unit) * unit).toExponential(0);
}

async function compared(): Promise<Compared[]> {
  const rows: Compared[] = [];
  for (const { function: name, golden: array, ours } of VOCABULARY) {
    rows.push({ function: name, call: golden(array).call, ...compare(await ours(), array) });
  }
  return rows;
}

async function pitchRow(): Promise<string> {
  const expected = pitchGolden("voice");
  const { f0 } = yin(await pitchSignal("voice"), { fMin: 65, fMax: 500 });
  const error = f0.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected.f0[i]!)), 0);
  const scale = expected.f0.reduce((worst, value) => Math.max(worst, value), 0);
  return `| \`yin\` | \`librosa.yin\` | also gives the aperiodicity, from which voicing is told | ${upTo(error)} | ${scale.toPrecision(3)} | 1 of test/golden/pitch |`;
}

const rows = await compared();
const versions = JSON.parse(readFileSync(new URL("../test/golden/features/index.json", import.meta.url), "utf8")) as {
  readonly librosa: string;
  readonly numpy: string;
};
const table = Object.entries(FUNCTIONS).map(([name, [theirs, missing]]) => {
  const own = rows.filter((each) => each.function === name);
  if (own.length === 0) throw new Error(`${name} has no golden in test/features/vocabulary.ts`);
  const worst = own.reduce((a, b) => (b.error > a.error ? b : a));
  return `| \`${name}\` | \`${theirs}\` | ${missing || "whole"} | ${upTo(worst.error)} | ${worst.scale.toPrecision(3)} | ${own.length} |`;
});
const unknown = rows.filter((each) => !(each.function in FUNCTIONS)).map((each) => each.function);
if (unknown.length > 0) throw new Error(`no row for ${unknown.join(", ")}`);
const calls = rows.map(
  ({ function: name, call, error, scale }) =>
    `| \`${name}\` | \`${call}\` | ${upTo(error)} | ${scale.toPrecision(3)} |`,
);
const text = `# Compatibility with librosa ${versions.librosa}

Generated by \`npm run compatibility\` from the arrays in test/golden/features (librosa ${versions.librosa}, NumPy ${versions.numpy}; made by
\`python reference/features.py\`); do not edit. The same comparisons, with their tolerances, are test/features/vocabulary.test.ts.

Orientation, semantics and defaults are librosa's, names are camelCase (\`n_fft\` → \`nFft\`). Functions of spectra take our
\`Spectrogram\` (power, kept once for all) where librosa takes \`y\` or \`S\`. librosa works in single precision, which is what
most of the differences are.

| Function | librosa's | Whole, or what is missing | Largest error | of values up to | Calls |
| --- | --- | --- | --- | --- | --- |
${table.join("\n")}
${await pitchRow()}

\`librosa54@1\`: 54 columns on eleven signals within 1e-3 (MFCC) and 1e-4 (the rest), test/features/librosa54.test.ts; on real
recordings, live, \`npm run test:reference\`. Time stretch and pitch shift: test/augment/.

Not here: what music needs (CQT, VQT, beat, onset, harmonic-percussive separation, tonnetz, plp), \`pyin\`, multichannel arrays.

## Every call

| Function | Call | Largest error | of values up to |
| --- | --- | --- | --- |
${calls.join("\n")}
`;
writeFileSync(new URL("../COMPATIBILITY.md", import.meta.url), text);
console.log(`COMPATIBILITY.md: ${table.length + 1} functions, ${calls.length} calls`);
