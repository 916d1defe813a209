import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { dctMatrix } from "./dct.ts";
import { powerToDb } from "./decibels.ts";
import { melFrames, type MelOptions } from "./mel.ts";
import { requireInteger, requireNumber } from "./parameters.ts";
import type { Spectrogram } from "./power-spectrogram.ts";
import { cepstrumRows, foldCosines, type FoldedCosines } from "./vector-loops.ts";

/** Options of {@link mfcc}. */
export interface MfccOptions extends MelOptions {
  /** Coefficients; 1 … nMels, default 20. */
  readonly nMfcc?: number;
  /** Kind of cosine transform, as in {@link dct}; default 2. */
  readonly dctType?: 1 | 2 | 3;
  /** Scale of the cosine transform, as in {@link dct} (librosa's `norm`; `norm` here is its `mel_norm`); default "ortho". */
  readonly dctNorm?: "ortho" | null;
  /** Strength of the cepstral lifter, coefficient n times 1 + lifter/2·sin(π(n + 1)/lifter); ≥ 0, default 0: none. */
  readonly lifter?: number;
  /** As in {@link powerToDb}, in decibels; default 80. */
  readonly topDb?: number | null;
}

/** The first `count` rows of the cosine transform of `size` points, times the lifter; shape (count, size). */
function cosineRows(
  count: number,
  size: number,
  { dctType = 2, dctNorm = "ortho", lifter = 0 }: MfccOptions,
): Float64Array {
  const rows = dctMatrix("mfcc", size, { type: dctType, norm: dctNorm, count });
  if (lifter === 0) return rows;
  return rows.map((weight, i) => {
    const k = Math.floor(i / size);
    return weight * (1 + (lifter / 2) * Math.sin((Math.PI * (k + 1)) / lifter));
  });
}

/** The cosines of librosa's defaults for the vector loops. */
export function foldedCosines(count: number, size: number): FoldedCosines {
  return foldCosines(cosineRows(count, size, {}), count, size);
}

/** A cosine transform's rows, and the same folded where the vector loops can take them. */
interface Cosines {
  readonly rows: Float64Array;
  readonly folded: FoldedCosines | null;
}

const COSINES_KEPT = 32;
const cosines = new Map<string, Cosines>();

/** {@link mfcc} of mel power (frames, nMels), frame by frame, written into `out` (frames, columns) from column `column` on. */
function cepstrumFrames(mel: Matrix, options: MfccOptions, out: Matrix, column: number): void {
  const { nMfcc = 20, dctType = 2, dctNorm = "ortho", lifter = 0, topDb = 80 } = options;
  const nMels = mel.columns;
  const key = [nMfcc, nMels, dctType, dctNorm, lifter].join();
  // Cosine rows (but type 3's) are even or odd about their middle: fold the bands once, then half the products are enough.
  const folds = dctType !== 3;
  let held = cosines.get(key);
  if (!held) {
    const made = cosineRows(nMfcc, nMels, options);
    held = { rows: made, folded: folds && nMels % 4 === 0 ? foldCosines(made, nMfcc, nMels) : null };
    // A program uses few; what a caller sweeps through need not stay.
    if (cosines.size >= COSINES_KEPT) cosines.clear();
    cosines.set(key, held);
  }
  const { rows, folded } = held;
  if (folded) {
    cepstrumRows(mel, folded, nMfcc, topDb, out, column);
    return;
  }
  const decibels = powerToDb(mel, { topDb });
  const half = folds ? nMels >> 1 : nMels;
  const middle = folds && nMels & 1 ? half : -1;
  const even = new Float64Array(half);
  const odd = new Float64Array(half);
  for (let t = 0; t < decibels.rows; t++) {
    const bands = decibels.row(t);
    for (let n = 0; n < half; n++) {
      const low = bands[n]!;
      const high = folds ? bands[nMels - 1 - n]! : 0;
      even[n] = low + high;
      odd[n] = low - high;
    }
    const at = t * out.columns + column;
    for (let k = 0; k < nMfcc; k++) {
      const side = k & 1 ? odd : even;
      const row = k * nMels;
      let sum = middle >= 0 ? bands[middle]! * rows[row + middle]! : 0;
      for (let n = 0; n < half; n++) sum += side[n]! * rows[row + n]!;
      out.data[at + k] = sum;
    }
  }
}

/** @throws ParameterError when the options of {@link mfcc} that are not the mel bank's break their rules */
function checkOptions({ nMfcc = 20, nMels = 128, lifter = 0, topDb = 80 }: MfccOptions): void {
  requireInteger("mfcc", "nMfcc", nMfcc, 1);
  requireInteger("mfcc", "nMels", nMels, 1);
  if (nMfcc > nMels) throw new ParameterError(`mfcc: nMfcc=${nMfcc} must not exceed nMels=${nMels}`);
  requireNumber("mfcc", "lifter", lifter, 0);
  if (topDb !== null && !(topDb >= 0)) {
    throw new ParameterError(`mfcc: topDb=${topDb} must be a number of at least 0, or null`);
  }
}

/**
 * Mel-frequency cepstral coefficients: the orthonormal DCT-II of the mel spectrum in decibels, `librosa.feature.mfcc`.
 * The decibels are clamped to 80 below the loudest band of the whole clip. Silence gives -100·√nMels, then zeros.
 *
 * @returns shape (nMfcc, frames)
 * @throws ParameterError when an option breaks its rule
 */
export function mfcc(spectrogram: Spectrogram, options: MfccOptions = {}): Matrix {
  checkOptions(options);
  const { rows } = spectrogram.power;
  const mel = new Matrix(rows, options.nMels ?? 128);
  melFrames(spectrogram, options, mel, 0);
  const frames = new Matrix(rows, options.nMfcc ?? 20);
  cepstrumFrames(mel, options, frames, 0);
  return frames.transpose();
}
