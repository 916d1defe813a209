import { roundHalfEven } from "../arithmetic.ts";
import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { powerToDb } from "./decibels.ts";
import { requireInteger, requirePositive } from "./parameters.ts";
import type { Spectrogram } from "./power-spectrogram.ts";

/** Options of {@link spectralContrast}. */
export interface ContrastOptions {
  /** Upper edge of the lowest band in hertz; > 0, default 200. */
  readonly fMin?: number;
  /** Octaves above that one; at least 1, default 6. Each must begin below half the sampling rate. */
  readonly nBands?: number;
  /** Part of a band's bins that are its peak, and its valley; in (0, 1), default 0.02. */
  readonly quantile?: number;
  /** True: peak - valley. False: the same in decibels. Default false. */
  readonly linear?: boolean;
}

/** A band's bins from … to - 1, and how many of them make its peak. */
interface Band {
  readonly from: number;
  readonly to: number;
  readonly extremes: number;
}

/** librosa's bands: neighbours share an edge bin, each but the last gives its uppermost bin away. */
function bandsOf({ power, sampleRate, nFft }: Spectrogram, fMin: number, nBands: number, quantile: number): Band[] {
  const bins = power.columns;
  const hertz = (k: number): number => (k * sampleRate) / nFft;
  return Array.from({ length: nBands + 1 }, (_, b) => {
    const low = b === 0 ? 0 : fMin * 2 ** (b - 1);
    const high = fMin * 2 ** b;
    if (low >= sampleRate / 2) {
      throw new ParameterError(
        `spectralContrast: band ${b} would begin at ${low} Hz, not below ${sampleRate / 2} Hz: lower fMin=${fMin} or nBands=${nBands}`,
      );
    }
    let from = 0;
    while (from < bins && hertz(from) < low) from++;
    let to = from;
    while (to < bins && hertz(to) <= high) to++;
    const empty = from === to;
    if (b > 0) from--;
    if (b === nBands) to = bins;
    const count = to - from;
    if (b < nBands) to--;
    if (empty || from < 0 || to <= from) {
      throw new ParameterError(
        `spectralContrast: band ${b}, ${low} to ${high} Hz, has no bins: raise fMin=${fMin} or nFft`,
      );
    }
    return { from, to, extremes: Math.max(1, roundHalfEven(quantile * count)) };
  });
}

/**
 * How far each octave band's strongest bins stand above its weakest: `librosa.feature.spectral_contrast`.
 *
 * @returns shape (nBands + 1, frames), in decibels unless `linear`; the first row is the band below fMin
 * @throws ParameterError when an option breaks its rule, or a band has no bins
 */
export function spectralContrast(spectrogram: Spectrogram, options: ContrastOptions = {}): Matrix {
  const { fMin = 200, nBands = 6, quantile = 0.02, linear = false } = options;
  requirePositive("spectralContrast", "fMin", fMin);
  requireInteger("spectralContrast", "nBands", nBands, 1);
  if (!(quantile > 0 && quantile < 1)) {
    throw new ParameterError(`spectralContrast: quantile=${quantile} must lie between 0 and 1`);
  }
  const { power } = spectrogram;
  const frames = power.rows;
  const peaks = new Matrix(nBands + 1, frames);
  const valleys = new Matrix(nBands + 1, frames);
  for (const [b, { from, to, extremes }] of bandsOf(spectrogram, fMin, nBands, quantile).entries()) {
    // A band that gave its last bin away may hold one fewer than its extremes want: all of it, then.
    const count = Math.min(extremes, to - from);
    for (let t = 0; t < frames; t++) {
      const sorted = power.row(t).slice(from, to).sort();
      let low = 0;
      let high = 0;
      for (let i = 0; i < count; i++) {
        low += Math.sqrt(sorted[i]!);
        high += Math.sqrt(sorted[sorted.length - 1 - i]!);
      }
      valleys.data[b * frames + t] = low / count;
      peaks.data[b * frames + t] = high / count;
    }
  }
  const [high, low] = linear ? [peaks, valleys] : [powerToDb(peaks), powerToDb(valleys)];
  return new Matrix(
    nBands + 1,
    frames,
    high.data.map((value, i) => value - low.data[i]!),
  );
}
