import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { requireInteger } from "./parameters.ts";

/** Options of {@link delta}. */
export interface DeltaOptions {
  /** Frames that the polynomial is fitted to; odd, at least 3, default 9. */
  readonly width?: number;
  /** Which derivative, and the degree of the polynomial; 1 … width - 1, default 1. */
  readonly order?: number;
  /**
   * What stands beyond the ends: nothing, the first and last whole window's polynomial is used ("interp", needs at least
   * `width` frames), the end values ("nearest"), the mirror image without the end itself ("mirror"), zeros ("constant") or
   * the other end ("wrap"). Default "interp".
   */
  readonly mode?: "interp" | "nearest" | "mirror" | "constant" | "wrap";
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/**
 * Savitzky and Golay's weights for the highest derivative that a polynomial has: its leading coefficient is the projection
 * on the orthogonal polynomial of that degree (Gram's), times order!.
 */
function weights(width: number, order: number): Float64Array {
  const half = (width - 1) / 2;
  const places = Float64Array.from({ length: width }, (_, i) => i - half);
  let before = new Float64Array(width);
  let here = new Float64Array(width).fill(1);
  const square = (p: Float64Array): number => p.reduce((sum, value) => sum + value * value, 0);
  for (let degree = 0; degree < order; degree++) {
    const ratio = degree === 0 ? 0 : square(here) / square(before);
    const next = here.map((value, i) => places[i]! * value - ratio * before[i]!);
    before = here;
    here = next;
  }
  const scale = factorial(order) / square(here);
  return here.map((value) => value * scale);
}

/** The index inside 0 … n - 1 that stands at i, or -1 for a zero. */
function beyond(i: number, n: number, mode: DeltaOptions["mode"]): number {
  if (i >= 0 && i < n) return i;
  if (mode === "constant") return -1;
  if (mode === "wrap") return ((i % n) + n) % n;
  if (mode === "nearest") return i < 0 ? 0 : n - 1;
  const period = Math.max(1, 2 * (n - 1));
  const turned = ((i % period) + period) % period;
  return turned < n ? turned : period - turned;
}

const MODES: readonly unknown[] = ["interp", "nearest", "mirror", "constant", "wrap"];

/**
 * Derivatives along the frames, smoothed by a local polynomial (Savitzky and Golay): `librosa.feature.delta`, in units a
 * frame.
 *
 * @param features shape (features, frames)
 * @returns the same shape
 * @throws ParameterError when an option breaks its rule, or there are fewer than `width` frames and mode is "interp"
 */
export function delta(features: Matrix, options: DeltaOptions = {}): Matrix {
  const { width = 9, order = 1, mode = "interp" } = options;
  const { rows, columns: frames } = features;
  requireInteger("delta", "width", width, 3);
  if (width % 2 === 0) throw new ParameterError(`delta: width=${width} must be odd`);
  requireInteger("delta", "order", order, 1);
  if (order >= width) throw new ParameterError(`delta: order=${order} must be less than width=${width}`);
  if (!MODES.includes(mode)) throw new ParameterError(`delta: mode="${mode}" must be one of ${MODES.join(", ")}`);
  if (mode === "interp" && frames < width) {
    throw new ParameterError(`delta: mode="interp" needs at least width=${width} frames, got ${frames}`);
  }
  const taps = weights(width, order);
  const half = (width - 1) / 2;
  const out = new Matrix(rows, frames);
  for (let r = 0; r < rows; r++) {
    const row = features.row(r);
    const to = out.row(r);
    for (let t = 0; t < frames; t++) {
      // The polynomial of the end's window has this derivative everywhere.
      const centre = mode === "interp" ? Math.min(Math.max(t, half), frames - 1 - half) : t;
      let sum = 0;
      for (let i = 0; i < width; i++) {
        const at = beyond(centre + i - half, frames, mode);
        if (at >= 0) sum += taps[i]! * row[at]!;
      }
      to[t] = sum;
    }
  }
  return out;
}
