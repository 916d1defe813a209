import { ParameterError } from "../errors.ts";
import { columnMeans, Matrix } from "../matrix.ts";
import type { Random } from "../random.ts";
import { requireIntegerWithin, requireWithin } from "./parameters.ts";

/** Options of {@link specAugment}. */
export interface SpecAugmentOptions {
  /** Masks over time: a whole number, 0 … 100, default 2. */
  readonly timeMasks?: number;
  /** The widest of them, in frames: a whole number from 0, default 25. */
  readonly timeWidth?: number;
  /** The widest of them as a share of the clip's frames: 0 … 1, default 0.2; the smaller of the two limits holds. */
  readonly timeShare?: number;
  /** Masks over columns: a whole number, 0 … 100, default 2. */
  readonly frequencyMasks?: number;
  /** The widest of them, in columns: a whole number from 0, default 8. */
  readonly frequencyWidth?: number;
  /** The first so many columns are those that masks over columns may hide: a whole number from 0, default all. */
  readonly frequencyColumns?: number;
  /** What stands under a mask: a number, or "mean", each column's mean over the clip. Default "mean". */
  readonly fill?: number | "mean";
}

/** A mask of SpecAugment: `width` uniform in 0 … widest, then `start` uniform where it fits. */
function drawMask(size: number, widest: number, random: Random): readonly [start: number, end: number] {
  const width = random.integer(Math.min(widest, size) + 1);
  const start = random.integer(size - width + 1);
  return [start, start + width];
}

/**
 * Frames and columns of a feature matrix hidden in strips, so that a network leans on none of them alone: SpecAugment
 * (Park et al., Interspeech 2019) without its time warp. Neighbouring columns must be related for the second kind to
 * mean anything: mel bands are, cepstral coefficients are not.
 *
 * @param features shape (frames, columns), real frames only
 * @param random decides where
 * @returns a copy of that shape
 * @throws ParameterError when an option breaks its rule
 */
export function specAugment(features: Matrix, options: SpecAugmentOptions, random: Random): Matrix {
  const { timeMasks = 2, timeWidth = 25, timeShare = 0.2, frequencyMasks = 2, frequencyWidth = 8 } = options;
  const { frequencyColumns = features.columns, fill = "mean" } = options;
  requireIntegerWithin("specAugment", "timeMasks", timeMasks, 0, 100);
  requireIntegerWithin("specAugment", "timeWidth", timeWidth, 0, 1e9);
  requireWithin("specAugment", "timeShare", timeShare, [0, 1]);
  requireIntegerWithin("specAugment", "frequencyMasks", frequencyMasks, 0, 100);
  requireIntegerWithin("specAugment", "frequencyWidth", frequencyWidth, 0, 1e9);
  requireIntegerWithin("specAugment", "frequencyColumns", frequencyColumns, 0, features.columns);
  if (fill !== "mean" && !Number.isFinite(fill)) {
    throw new ParameterError(`specAugment: fill=${String(fill)} must be a finite number or "mean"`);
  }
  const { rows, columns } = features;
  const out = new Matrix(rows, columns, features.data.slice());
  const filling = fill === "mean" ? columnMeans([features]) : new Float64Array(columns).fill(fill);
  const widest = Math.min(timeWidth, Math.floor(timeShare * rows));
  for (let i = 0; i < timeMasks; i++) {
    const [start, end] = drawMask(rows, widest, random);
    for (let t = start; t < end; t++) out.row(t).set(filling);
  }
  for (let i = 0; i < frequencyMasks; i++) {
    const [start, end] = drawMask(frequencyColumns, frequencyWidth, random);
    for (let t = 0; t < rows; t++) out.row(t).set(filling.subarray(start, end), start);
  }
  return out;
}
