import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { requireInteger, requireNumber, requirePositive } from "./parameters.ts";
import type { Spectrogram } from "./power-spectrogram.ts";
import { LARGEST_FLOAT } from "./single-precision.ts";
import { bandRows, bankVectors, type BankVectors } from "./vector-loops.ts";

/** Options of {@link melFilterBank}. */
export interface MelOptions {
  /** Bands; at least 1, default 128. */
  readonly nMels?: number;
  /** Lower edge of the lowest band in hertz; ≥ 0, default 0. */
  readonly fMin?: number;
  /** Upper edge of the highest band in hertz; above fMin, default half the sampling rate. */
  readonly fMax?: number;
  /** True: HTK's formula, 2595·log₁₀(1 + f/700). False: Slaney's, linear below 1 kHz. Default false. */
  readonly htk?: boolean;
  /**
   * "slaney": triangles of equal area. null: triangles of height 1. A number p > 0 (or Infinity): each filter's weights
   * divided by their p-norm. Default "slaney".
   */
  readonly norm?: "slaney" | number | null;
}

/** Options of {@link melSpectrogram}. */
export interface MelSpectrogramOptions extends MelOptions {
  /** Exponent of the magnitudes that the bands sum; > 0, default 2: power. */
  readonly power?: number;
}

const SLANEY_STEP = 200 / 3;
const SLANEY_CORNER = 1000;
const SLANEY_LOG_STEP = Math.log(6.4) / 27;

/** Frequency in hertz → mel: `librosa.hz_to_mel`. */
export function hzToMel(hertz: number, htk = false): number {
  if (htk) return 2595 * Math.log10(1 + hertz / 700);
  if (hertz < SLANEY_CORNER) return hertz / SLANEY_STEP;
  return SLANEY_CORNER / SLANEY_STEP + Math.log(hertz / SLANEY_CORNER) / SLANEY_LOG_STEP;
}

/**
 * Mel → frequency in hertz: `librosa.mel_to_hz`.
 *
 * @param mel at least 0
 * @returns in hertz
 */
export function melToHz(mel: number, htk = false): number {
  if (htk) return 700 * (10 ** (mel / 2595) - 1);
  const corner = SLANEY_CORNER / SLANEY_STEP;
  return mel < corner ? mel * SLANEY_STEP : SLANEY_CORNER * Math.exp(SLANEY_LOG_STEP * (mel - corner));
}

/** A filter bank of triangles: row m is zero outside its own range of bins. */
interface MelBank {
  /** First bin of each row, and one past its last; shape (nMels). */
  readonly first: Int32Array;
  readonly end: Int32Array;
  /** The rows' weights, one row after the other. */
  readonly weights: Float32Array;
  /** The same for the vector loops; null where the spectrum is too short for them. */
  readonly vectors: BankVectors | null;
}

/** Divides the numbers from `start` on by their p-norm, librosa.util.normalize. */
function normalize(weights: number[], start: number, p: number): void {
  let length = 0;
  for (let i = start; i < weights.length; i++) {
    length = p === Infinity ? Math.max(length, weights[i]!) : length + weights[i]! ** p;
  }
  if (p !== Infinity) length **= 1 / p;
  if (length > 0) for (let i = start; i < weights.length; i++) weights[i]! /= length;
}

function makeBank(sampleRate: number, nFft: number, options: MelOptions): MelBank {
  const { nMels = 128, fMin = 0, fMax = sampleRate / 2, htk = false, norm = "slaney" } = options;
  requireInteger("melFilterBank", "nMels", nMels, 1);
  requireNumber("melFilterBank", "fMin", fMin, 0);
  if (!(fMax > fMin)) throw new ParameterError(`melFilterBank: fMax=${fMax} must be above fMin=${fMin}, in hertz`);
  if (fMax === Infinity) throw new ParameterError("melFilterBank: fMax=Infinity must be finite, in hertz");
  if (norm !== null && norm !== "slaney" && !(typeof norm === "number" && norm > 0)) {
    throw new ParameterError(`melFilterBank: norm=${String(norm)} must be "slaney", null or a positive number`);
  }
  const bins = 1 + nFft / 2;
  const lowest = hzToMel(fMin, htk);
  const step = (hzToMel(fMax, htk) - lowest) / (nMels + 1);
  const edges = Float64Array.from({ length: nMels + 2 }, (_, m) => melToHz(lowest + m * step, htk));
  const first = new Int32Array(nMels);
  const end = new Int32Array(nMels);
  const weights: number[] = [];
  for (let m = 0; m < nMels; m++) {
    const low = edges[m]!;
    const centre = edges[m + 1]!;
    const high = edges[m + 2]!;
    const area = norm === "slaney" ? 2 / (high - low) : 1;
    let started = false;
    const start = weights.length;
    for (let k = 0; k < bins; k++) {
      const hertz = (k * sampleRate) / nFft;
      const weight = Math.min((hertz - low) / (centre - low), (high - hertz) / (high - centre));
      if (weight <= 0) {
        if (started) break;
        continue;
      }
      if (!started) first[m] = k;
      started = true;
      end[m] = k + 1;
      weights.push(Math.fround(weight) * area);
    }
    if (typeof norm === "number") normalize(weights, start, norm);
  }
  const plain = { first, end, weights: Float32Array.from(weights) };
  return { ...plain, vectors: bankVectors(plain, bins) };
}

const banks = new Map<string, MelBank>();

/** The vectors of a bank for rows of 1 + nFft/2 bins, or null where those are too few. */
export function melVectors(sampleRate: number, nFft: number, options: MelOptions): BankVectors | null {
  return melBank(sampleRate, nFft, options).vectors;
}

/** A bank costs as much as twenty frames of using it, and a program uses few: all are kept, keyed by every parameter. */
function melBank(sampleRate: number, nFft: number, options: MelOptions): MelBank {
  const { nMels, fMin, fMax, htk, norm } = options;
  const key = [sampleRate, nFft, nMels, fMin, fMax, htk, norm].join();
  let bank = banks.get(key);
  if (!bank) banks.set(key, (bank = makeBank(sampleRate, nFft, options)));
  return bank;
}

/**
 * Triangular filters on the mel scale: `librosa.filters.mel`.
 *
 * @returns shape (nMels, 1 + nFft/2)
 * @throws ParameterError when an option breaks its rule
 */
export function melFilterBank(sampleRate: number, nFft: number, options: MelOptions = {}): Matrix {
  const { first, end, weights } = melBank(sampleRate, nFft, options);
  const out = new Matrix(first.length, 1 + nFft / 2);
  let at = 0;
  for (let m = 0; m < first.length; m++) {
    const row = out.row(m);
    for (let k = first[m]!; k < end[m]!; k++) row[k] = weights[at++]!;
  }
  return out;
}

/** {@link melSpectrogram} frame by frame, written into `out` (frames, nMels) from row `row` on. */
export function melFrames(
  { power, sampleRate, nFft }: Spectrogram,
  options: MelOptions,
  out: Matrix,
  row: number,
): void {
  const { first, end, weights, vectors } = melBank(sampleRate, nFft, options);
  if (vectors) {
    bandRows(power, vectors, out, row);
    return;
  }
  const nMels = first.length;
  const { data } = power;
  for (let t = 0; t < power.rows; t++) {
    const start = t * power.columns;
    let at = 0;
    for (let m = 0; m < nMels; m++) {
      let sum = 0;
      for (let k = start + first[m]!, stop = start + end[m]!; k < stop; k++) sum += data[k]! * weights[at++]!;
      out.data[(row + t) * nMels + m] = sum;
    }
  }
}

/**
 * Power (or another exponent of the magnitudes) in mel bands: `librosa.feature.melspectrogram`.
 *
 * @returns shape (nMels, frames), ≥ 0
 * @throws ParameterError when an option breaks its rule
 */
export function melSpectrogram(spectrogram: Spectrogram, options: MelSpectrogramOptions = {}): Matrix {
  const { nMels = 128, power: exponent = 2 } = options;
  requireInteger("melSpectrogram", "nMels", nMels, 1);
  requirePositive("melSpectrogram", "power", exponent);
  const { power } = spectrogram;
  // Held inside single precision: a band's zero weight times an infinite power would be no number.
  const raise = (x: number): number => Math.min(LARGEST_FLOAT, x ** (exponent / 2));
  const raised =
    exponent === 2
      ? spectrogram
      : { ...spectrogram, power: new Matrix(power.rows, power.columns, power.data.map(raise)) };
  const frames = new Matrix(power.rows, nMels);
  melFrames(raised, options, frames, 0);
  return frames.transpose();
}
