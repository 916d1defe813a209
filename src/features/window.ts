import { ParameterError } from "../errors.ts";
import { noneOf } from "../nearest.ts";

/**
 * The shape that a frame is multiplied by before its transform, by name, or as numbers of one's own (as many as
 * `winLength`). "ones" is no window at all.
 */
export type WindowShape = "hann" | "hamming" | "blackman" | "ones" | Float64Array;

/** Coefficients of each cosine window's terms, a₀ - a₁·cos + a₂·cos 2 …; scipy.signal.windows.general_cosine. */
const COSINES: Readonly<Record<Exclude<WindowShape, Float64Array>, readonly number[]>> = {
  hann: [0.5, 0.5],
  hamming: [0.54, 0.46],
  blackman: [0.42, 0.5, 0.08],
  ones: [1],
};

/**
 * A periodic window: `librosa.filters.get_window(shape, length, fftbins=True)`.
 *
 * @param length samples; at least 1
 * @returns shape (length); a copy of numbers of one's own
 * @throws ParameterError for an unknown name, numbers that are not finite or not `length` many, or a length below 1
 */
export function getWindow(shape: WindowShape, length: number): Float64Array {
  if (!Number.isInteger(length) || length < 1) {
    throw new ParameterError(`getWindow: length=${length} must be an integer of at least 1`);
  }
  if (shape instanceof Float64Array) {
    if (shape.length !== length) {
      throw new ParameterError(`getWindow: a window of ${shape.length} numbers was given where ${length} are needed`);
    }
    if (!shape.every(Number.isFinite)) throw new ParameterError("getWindow: every number of a window must be finite");
    return shape.slice();
  }
  if (!Object.hasOwn(COSINES, shape)) {
    throw new ParameterError(`getWindow: ${noneOf(String(shape), Object.keys(COSINES), "no window")}`);
  }
  const terms = COSINES[shape];
  const window = new Float64Array(length);
  // Angles from -π, as scipy takes them: the middle of the window is then exactly its peak.
  for (let n = 0; n < length; n++) {
    const angle = -Math.PI + (2 * Math.PI * n) / length;
    // One sample is no period to take a cosine over: scipy gives 1.
    window[n] = length === 1 ? 1 : terms.reduce((sum, term, i) => sum + term * Math.cos(i * angle), 0);
  }
  return window;
}

/**
 * A periodic Hann window: 0.5 + 0.5·cos(2π(n - N/2)/N), `scipy.signal.get_window("hann", N)`.
 *
 * @returns shape (length), 0 … 1
 * @throws ParameterError for a length that is no positive integer
 */
export function hannWindow(length: number): Float64Array {
  return getWindow("hann", length);
}

/** A window of `winLength` in the middle of `nFft` samples, zeros around it: `librosa.util.pad_center`. */
export function centredWindow(shape: WindowShape, winLength: number, nFft: number): Float64Array {
  const window = new Float64Array(nFft);
  window.set(getWindow(shape, winLength), Math.floor((nFft - winLength) / 2));
  return window;
}
