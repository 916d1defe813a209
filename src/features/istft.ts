import { RealFft } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import { requireInteger } from "./parameters.ts";
import { TINY } from "./single-precision.ts";
import type { ComplexSpectrogram } from "./stft.ts";
import { centredWindow, type WindowShape } from "./window.ts";

/** Options of {@link istft}. */
export interface IstftOptions {
  /** Samples between frames; at least 1, default ⌊winLength / 4⌋. */
  readonly hopLength?: number;
  /** Samples under the window; 1 … nFft, default nFft, which is twice the number of bins less one. */
  readonly winLength?: number;
  /** As the transform had it; default "hann". */
  readonly window?: WindowShape;
  /** True: frame t was centred on sample t·hopLength. Default true. */
  readonly center?: boolean;
  /** Samples to return: cut off or filled with zeros; at least 1, default what the frames cover. */
  readonly length?: number;
}

function sameShape(real: Matrix, imaginary: Matrix): boolean {
  return real.rows === imaginary.rows && real.columns === imaginary.columns;
}

/**
 * The waveform's samples back from its short-time spectra, by overlap-add with the least-squares window: `librosa.istft`.
 * With the transform's own options it undoes {@link stft} wherever some window is not zero.
 *
 * @param spectra real and imaginary parts, each of shape (1 + nFft/2, frames)
 * @returns shape (length)
 * @throws ParameterError when the shapes differ, nFft is no power of two, or an option breaks its rule
 */
export function istft({ real, imaginary }: ComplexSpectrogram, options: IstftOptions = {}): Float32Array {
  const nFft = 2 * (real.rows - 1);
  const { winLength = nFft, hopLength = Math.max(1, Math.floor(winLength / 4)), window = "hann" } = options;
  const { center = true, length } = options;
  if (!sameShape(real, imaginary)) {
    const shapes = [real, imaginary].map(({ rows, columns }) => `${rows} × ${columns}`).join(" and ");
    throw new ParameterError(`istft: real and imaginary parts must have one shape, got ${shapes}`);
  }
  requireInteger("istft", "winLength", winLength, 1);
  if (winLength > nFft) throw new ParameterError(`istft: winLength=${winLength} must not exceed nFft=${nFft}`);
  requireInteger("istft", "hopLength", hopLength, 1);
  if (length !== undefined) requireInteger("istft", "length", length, 1);
  const fft = new RealFft(nFft);
  const columns = real.columns;
  const start = center ? nFft / 2 : 0;
  // A given length needs only the frames that reach into it.
  const frames = length === undefined ? columns : Math.min(columns, Math.ceil((length + 2 * start) / hopLength));
  const covered = frames === 0 ? 0 : nFft + hopLength * (frames - 1);
  const shape = centredWindow(window, winLength, nFft);
  const sum = new Float64Array(covered);
  const squares = new Float64Array(covered);
  const re = new Float64Array(fft.bins);
  const im = new Float64Array(fft.bins);
  const frame = new Float64Array(nFft);
  for (let t = 0; t < frames; t++) {
    for (let k = 0; k < fft.bins; k++) {
      re[k] = real.data[k * columns + t]!;
      im[k] = imaginary.data[k * columns + t]!;
    }
    // A real signal has none there; numpy.fft.irfft ignores them too.
    im[0] = 0;
    im[fft.bins - 1] = 0;
    fft.inverse(re, im, frame);
    const at = t * hopLength;
    for (let n = 0; n < nFft; n++) {
      const weight = shape[n]!;
      sum[at + n]! += frame[n]! * weight;
      squares[at + n]! += weight * weight;
    }
  }
  const out = new Float32Array(length ?? Math.max(0, covered - 2 * start));
  const end = Math.min(out.length, covered - start);
  for (let i = 0; i < end; i++) {
    const weight = Math.fround(squares[start + i]!);
    out[i] = weight > TINY ? sum[start + i]! / weight : sum[start + i]!;
  }
  return out;
}
