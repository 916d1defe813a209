import { RealFft, type Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { framing } from "./framing.ts";
import { requireInteger, requireSamples } from "./parameters.ts";
import { centredWindow, type WindowShape } from "./window.ts";

/** What stands beyond the waveform's ends: zeros, its first and last sample, or its mirror image (`numpy.pad`). */
export type PadMode = "constant" | "edge" | "reflect";

/** Options of {@link stft} and {@link powerSpectrogram}. */
export interface StftOptions {
  /** Samples a transform: a power of two of at least 4, default 2048. */
  readonly nFft?: number;
  /** Samples between frames; at least 1, default ⌊winLength / 4⌋ ({@link powerSpectrogram}: 512, as librosa.feature's). */
  readonly hopLength?: number;
  /** Samples under the window, which is centred in the transform; 1 … nFft, default nFft. */
  readonly winLength?: number;
  /** Default "hann". */
  readonly window?: WindowShape;
  /** True: frame t is centred on sample t·hopLength, with padding beyond the ends. Default true. */
  readonly center?: boolean;
  /** What the padding is; default "constant": zeros. */
  readonly padMode?: PadMode;
}

/** Real and imaginary parts of short-time spectra, each of shape (1 + nFft/2, frames). */
export interface ComplexSpectrogram {
  /** Shape (1 + nFft/2, frames). */
  readonly real: Matrix;
  /** Shape (1 + nFft/2, frames). */
  readonly imaginary: Matrix;
}

/** The samples with `pad` more on either side, as `mode` says; "constant" is for callers, who need no copy for zeros. */
export function padded(where: string, samples: Float32Array, pad: number, mode: PadMode): Float32Array {
  const n = samples.length;
  const out = new Float32Array(n + 2 * pad);
  out.set(samples, pad);
  if (mode === "edge") {
    out.fill(samples[0]!, 0, pad);
    out.fill(samples[n - 1]!, pad + n);
  } else if (mode === "reflect") {
    // The mirror image of a mirror image where the clip is shorter than the padding; one sample has only itself.
    const period = Math.max(1, 2 * (n - 1));
    const at = (i: number): number => {
      const turned = ((i % period) + period) % period;
      return samples[turned < n ? turned : period - turned]!;
    };
    for (let i = 0; i < pad; i++) {
      out[i] = at(i - pad);
      out[pad + n + i] = at(n + i);
    }
  } else {
    throw new ParameterError(`${where}: padMode="${String(mode)}" must be "constant", "edge" or "reflect"`);
  }
  return out;
}

/** @throws ParameterError when the transform's size is no power of two of at least 4, or the window does not fit */
export function checkTransform(where: string, nFft: number, winLength: number): void {
  if (!Number.isInteger(Math.log2(nFft)) || nFft < 4) {
    throw new ParameterError(`${where}: nFft=${nFft} must be a power of two of at least 4`);
  }
  requireInteger(where, "winLength", winLength, 1);
  if (winLength > nFft) throw new ParameterError(`${where}: winLength=${winLength} must not exceed nFft=${nFft}`);
}

/**
 * Short-time spectra of a waveform, one frame after the other: `librosa.stft` as a loop, so that no caller must hold a
 * spectrogram. Arithmetic is float64.
 */
export class FrameSpectra {
  readonly frames: number;
  readonly bins: number;
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  readonly #fft: RealFft;
  readonly #window: Float64Array;
  readonly #buffer: Float64Array;
  readonly #samples: Float32Array;
  readonly #hopLength: number;
  readonly #pad: number;

  constructor(where: string, samples: Float32Array, options: StftOptions) {
    const { nFft = 2048, winLength = nFft, window = "hann", center = true, padMode = "constant" } = options;
    checkTransform(where, nFft, winLength);
    const { hopLength = Math.max(1, Math.floor(winLength / 4)) } = options;
    const frames = framing(where, samples.length, { frameLength: nFft, hopLength, center });
    requireSamples(where, samples);
    this.frames = frames.frames;
    const filled = center && padMode !== "constant";
    this.#samples = filled ? padded(where, samples, frames.pad, padMode) : samples;
    this.#pad = filled ? 0 : frames.pad;
    this.#hopLength = hopLength;
    this.#fft = fftOf(nFft);
    this.bins = this.#fft.bins;
    this.#window = centredWindow(window, winLength, nFft);
    this.#buffer = new Float64Array(nFft);
    this.real = new Float64Array(this.bins);
    this.imaginary = new Float64Array(this.bins);
  }

  /** Fills {@link real} and {@link imaginary} with the spectrum of frame t. */
  transform(t: number): void {
    const buffer = this.#buffer;
    const window = this.#window;
    const samples = this.#samples;
    const start = t * this.#hopLength - this.#pad;
    const first = Math.min(buffer.length, Math.max(0, -start));
    const last = Math.max(first, Math.min(buffer.length, samples.length - start));
    buffer.fill(0, 0, first);
    for (let i = first; i < last; i++) buffer[i] = samples[start + i]! * window[i]!;
    buffer.fill(0, last);
    this.#fft.forward(buffer, this.real, this.imaginary);
  }
}

const ffts = new Map<number, RealFft>();

function fftOf(size: number): RealFft {
  let fft = ffts.get(size);
  if (!fft) ffts.set(size, (fft = new RealFft(size)));
  return fft;
}

/**
 * Short-time Fourier transform: `librosa.stft`. {@link istft} undoes it.
 *
 * @returns real and imaginary parts, each of shape (1 + nFft/2, frames)
 * @throws ParameterError when an option breaks its rule, or the waveform has no samples
 */
export function stft({ samples }: Waveform, options: StftOptions = {}): ComplexSpectrogram {
  const spectra = new FrameSpectra("stft", samples, options);
  const { bins, frames } = spectra;
  const real = new Matrix(bins, frames);
  const imaginary = new Matrix(bins, frames);
  for (let t = 0; t < frames; t++) {
    spectra.transform(t);
    for (let k = 0; k < bins; k++) {
      real.data[k * frames + t] = spectra.real[k]!;
      imaginary.data[k * frames + t] = spectra.imaginary[k]!;
    }
  }
  return { real, imaginary };
}
