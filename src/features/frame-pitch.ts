import { RealFft } from "../audio/index.ts";
import { findTrough, type Trough } from "./yin.ts";

/** Mean square, of full scale, that counts as no sound: -150 dB, below any recording. */
const SILENCE = 1e-15;
/** The part of the frame's energy that counts as no difference: far above what rounding leaves of it. */
const ROUNDING = 1e-9;

/**
 * The first period whose normalised difference falls below this is taken. On 40 recordings of four corpora, against
 * librosa.pyin where both hear a voice: 0.1 errs by more than 20 % in 1.2 % of frames, 0.15 in 1.5, 0.2 in 2.3.
 */
const THRESHOLD = 0.1;

/**
 * F0 and periodicity of single frames, by YIN with the paper's own difference function: a stretch of the frame is compared
 * with equally long ones `lag` samples later, so that a perfect period differs by exactly 0 (librosa's `yin` compares with
 * zeros beyond the frame, and never reaches 0). Nothing but the frame's samples counts: there is no smoothing, so that a
 * frame means the same in a file, in a stream and in a model's graph.
 *
 * Source: de Cheveigné and Kawahara 2002, equations 1 to 8; the correlation by Fourier transform.
 */
export class FramePitch {
  /** Of the frame last measured, in hertz, from about fMin to fMax; a number without meaning where there is no period. */
  f0 = 0;
  /** 1 less the aperiodicity (the normalised difference at the period): 0 (noise, silence) … 1 (repeats exactly). */
  periodicity = 0;
  readonly #sampleRate: number;
  readonly #shortest: number;
  readonly #longest: number;
  /** Samples compared at each lag. */
  readonly #stretch: number;
  readonly #fft: RealFft;
  readonly #head: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #correlation: Float64Array;
  readonly #normalized: Float64Array;
  readonly #trough: Trough = { index: 0, shift: 0 };

  /**
   * @param frameLength a power of two, at least two periods of fMin long
   * @param fMin lowest F0 looked for, in hertz
   * @param fMax highest F0 looked for, in hertz
   */
  constructor(sampleRate: number, frameLength: number, fMin: number, fMax: number) {
    this.#sampleRate = sampleRate;
    this.#shortest = Math.floor(sampleRate / fMax);
    this.#longest = Math.ceil(sampleRate / fMin);
    this.#stretch = frameLength - this.#longest;
    // stretch + longest = frameLength: no lag wraps around into another.
    this.#fft = new RealFft(frameLength);
    this.#head = new Float64Array(frameLength);
    this.#re = new Float64Array(this.#fft.bins);
    this.#im = new Float64Array(this.#fft.bins);
    this.#correlation = new Float64Array(frameLength);
    this.#normalized = new Float64Array(this.#longest - this.#shortest + 1);
  }

  /**
   * Fills {@link f0} and {@link periodicity}.
   *
   * @param frame shape (frameLength)
   * @param real its spectrum, unwindowed, of shape (1 + frameLength/2)
   * @param imaginary
   */
  measure(frame: Float64Array, real: Float64Array, imaginary: Float64Array): void {
    const stretch = this.#stretch;
    const head = this.#head;
    const re = this.#re;
    const im = this.#im;
    const correlation = this.#correlation;
    const normalized = this.#normalized;
    const shortest = this.#shortest;
    const longest = this.#longest;
    const { max, min } = Math;
    for (let i = 0; i < stretch; i++) head[i] = frame[i]!;
    this.#fft.forward(head, re, im);
    // conj(head) · frame: the head's correlation with the frame at each lag.
    let power = 0;
    for (let k = 0; k < re.length; k++) {
      const a = re[k]!;
      const b = im[k]!;
      const c = real[k]!;
      const d = imaginary[k]!;
      power += c * c + d * d;
      re[k] = a * c + b * d;
      im[k] = a * d - b * c;
    }
    this.#fft.inverse(re, im, correlation);
    // At lag 0 the correlation is the head's energy.
    const energy = correlation[0]!;
    // The frame's energy is the spectrum's (Parseval), of which half the bins are here.
    const silence = 2 * stretch * SILENCE + (ROUNDING * 2 * power) / frame.length;
    let later = energy;
    let sum = 0;
    for (let lag = 1; lag <= longest; lag++) {
      const out = frame[lag - 1]!;
      const into = frame[lag - 1 + stretch]!;
      later += into * into - out * out;
      const difference = max(0, energy + later - 2 * correlation[lag]!);
      sum += difference;
      // Over the mean of the differences so far, sum / lag.
      if (lag >= shortest) normalized[lag - shortest] = ((difference + silence) * lag) / (sum + silence * lag);
    }
    findTrough(normalized, normalized.length, THRESHOLD, this.#trough);
    const { index, shift } = this.#trough;
    this.f0 = this.#sampleRate / (shortest + index + shift);
    this.periodicity = min(1, max(0, 1 - normalized[index]!));
  }
}
