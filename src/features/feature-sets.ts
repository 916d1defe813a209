import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { named } from "../nearest.ts";
import type { FeatureSet } from "./feature-set.ts";
import { librosa54 } from "./librosa54.ts";
import { logmel72 } from "./logmel72.ts";

const SETS: readonly FeatureSet[] = [librosa54, logmel72];

/** The ids that {@link featureSet} knows. */
export const FEATURE_SETS: readonly string[] = SETS.map(({ id }) => id);

/** The feature set of an id such as "librosa54@1". @throws ParameterError when there is none; the message names those there are */
export function featureSet(id: string): FeatureSet {
  return named("featureSet", id, SETS, (set) => set.id);
}

/**
 * Exactly so many frames: zeros after the last, or frames beyond cut off. The number of real frames is
 * `Math.min(features.rows, frames)`.
 *
 * @param features shape (any, columns)
 * @returns shape (frames, columns), always a copy
 * @throws ParameterError when `frames` is no positive integer
 */
export function padFrames(features: Matrix, frames: number): Matrix {
  if (!Number.isInteger(frames) || frames < 1) {
    throw new ParameterError(`padFrames: frames=${frames} must be a positive integer`);
  }
  const out = new Matrix(frames, features.columns);
  out.data.set(features.data.subarray(0, out.data.length));
  return out;
}
