import { type Kernels, SharedPart, twiddlesOf, vectorKernels } from "../kernels.ts";
import { findTrough, type Trough } from "./yin.ts";

/** Mean square, of full scale, that counts as no sound: -150 dB, below any recording. */
export const PITCH_SILENCE = 1e-15;
/** The part of the frame's energy that counts as no difference: far above what rounding leaves of it. */
export const PITCH_ROUNDING = 1e-9;

/**
 * The first period whose normalised difference falls below this is taken. On 40 recordings of four corpora, against
 * librosa.pyin where both hear a voice: 0.1 errs by more than 20 % in 1.2 % of frames, 0.15 in 1.5, 0.2 in 2.3.
 */
export const PITCH_THRESHOLD = 0.1;

/** Where a {@link FramePitch} keeps what it works on, in bytes. */
interface Layout {
  readonly twiddles: number;
  /** Seven arrays of a frame's length: the frame, and what `correlate` wants. */
  readonly work: number;
  readonly real: number;
  readonly imaginary: number;
  readonly normalized: number;
}

interface Views {
  readonly frame: Float64Array;
  readonly normalized: Float64Array;
}

/**
 * F0 and periodicity of single frames, by YIN with the paper's own difference function: a stretch of the frame is compared
 * with equally long ones `lag` samples later, so that a perfect period differs by exactly 0 (librosa's `yin` compares with
 * zeros beyond the frame, and never reaches 0). Nothing but the frame's samples counts: there is no smoothing, so that a
 * frame means the same in a file, in a stream and in a model's graph.
 *
 * It works in the memory of the vector loops and keeps nothing from frame to frame, so one serves all streams of a thread.
 *
 * Source: de Cheveigné and Kawahara 2002, equations 1 to 8; the correlation by Fourier transform.
 */
export class FramePitch {
  /** Of the frame last measured, in hertz, from about fMin to fMax; a number without meaning where there is no period. */
  f0 = 0;
  /** 1 less the aperiodicity (the normalised difference at the period): 0 (noise, silence) … 1 (repeats exactly). */
  periodicity = 0;
  readonly #frameLength: number;
  readonly #sampleRate: number;
  readonly #shortest: number;
  readonly #longest: number;
  /** Samples compared at each lag. */
  readonly #stretch: number;
  readonly #lags: number;
  readonly #part: SharedPart<Layout, Views>;
  readonly #trough: Trough = { index: 0, shift: 0 };

  /**
   * @param frameLength a power of two, at least two periods of fMin long
   * @param fMin lowest F0 looked for, in hertz
   * @param fMax highest F0 looked for, in hertz
   */
  constructor(sampleRate: number, frameLength: number, fMin: number, fMax: number) {
    this.#frameLength = frameLength;
    this.#sampleRate = sampleRate;
    this.#shortest = Math.floor(sampleRate / fMax);
    this.#longest = Math.ceil(sampleRate / fMin);
    this.#stretch = frameLength - this.#longest;
    this.#lags = this.#longest - this.#shortest + 1;
    this.#part = new SharedPart(
      (kernels) => this.#place(kernels),
      (kernels, { work, normalized }) => ({
        frame: kernels.float64(work, frameLength),
        normalized: kernels.float64(normalized, this.#lags),
      }),
    );
  }

  /** The frame to measure, shape (frameLength): to be filled after {@link begin}. */
  get frame(): Float64Array {
    return this.#part.views.frame;
  }

  /** Spectrum of the frame last measured, without a window, bins 0 … frameLength / 2: where its parts lie in memory. */
  get spectrum(): Pick<Layout, "real" | "imaginary"> {
    return this.#part.layout;
  }

  /** Makes the memory ours, and {@link frame} a view of it. @returns where the frame lies */
  begin(kernels: Kernels = vectorKernels()): number {
    this.#part.open(kernels);
    return this.#part.layout.work;
  }

  #place(kernels: Kernels): Layout {
    const size = this.#frameLength;
    return {
      twiddles: kernels.place(twiddlesOf(size)),
      work: kernels.reserve(7 * 8 * size),
      // The loops go in pairs, one number beyond the last bin.
      real: kernels.reserve(8 * (2 + size / 2)),
      imaginary: kernels.reserve(8 * (2 + size / 2)),
      normalized: kernels.reserve(8 * this.#lags),
    };
  }

  /** {@link frame} → {@link f0}, {@link periodicity} and the spectrum. */
  measure(): void {
    const { max, min } = Math;
    const { loops } = vectorKernels();
    const size = this.#frameLength;
    const { twiddles, work, real, imaginary, normalized } = this.#part.layout;
    const values = this.#part.views.normalized;
    const stretch = this.#stretch;
    const power = loops.correlate(work, size, stretch, twiddles, real, imaginary);
    const scale = 1 / size;
    const silence = 2 * stretch * PITCH_SILENCE + PITCH_ROUNDING * scale * power;
    const correlation = work + 3 * 8 * size;
    loops.differences(work, correlation, stretch, this.#shortest, this.#longest, scale, silence, normalized);
    findTrough(values, this.#lags, PITCH_THRESHOLD, this.#trough);
    const { index, shift } = this.#trough;
    this.f0 = this.#sampleRate / (this.#shortest + index + shift);
    this.periodicity = min(1, max(0, 1 - values[index]!));
  }
}
