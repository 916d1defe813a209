import { ParameterError } from "../errors.ts";
import { ComplexFft } from "./complex-fft.ts";

/**
 * The Fourier transform of real signals of one power-of-two size, by a complex transform of half the size
 * (`numpy.fft.rfft`, `irfft`). Keep one for many frames: tables and buffers are made once.
 */
export class RealFft {
  /** Samples a transform. */
  readonly size: number;
  /** Frequency bins: size / 2 + 1. */
  readonly bins: number;
  readonly #half: ComplexFft;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  /** @throws ParameterError unless `size` is a power of two of at least 4 */
  constructor(size: number) {
    if (!Number.isInteger(Math.log2(size)) || size < 4) {
      throw new ParameterError(`RealFft: size=${size} must be a power of two of at least 4`);
    }
    this.size = size;
    const half = size / 2;
    this.bins = half + 1;
    this.#half = new ComplexFft(half);
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
    this.#cos = new Float64Array(half + 1);
    this.#sin = new Float64Array(half + 1);
    for (let k = 0; k <= half; k++) {
      this.#cos[k] = Math.cos((2 * Math.PI * k) / size);
      this.#sin[k] = Math.sin((2 * Math.PI * k) / size);
    }
  }

  /** x (size) → its spectrum in `re` and `im` (bins), unscaled: X[k] = Σ x[n]·e^(-2πikn/size). */
  forward(x: Float64Array, re: Float64Array, im: Float64Array): void {
    const half = this.size / 2;
    const zr = this.#re;
    const zi = this.#im;
    const cos = this.#cos;
    const sin = this.#sin;
    this.#half.transform(x, zr, zi);
    re[0] = zr[0]! + zi[0]!;
    im[0] = 0;
    re[half] = zr[0]! - zi[0]!;
    im[half] = 0;
    // Even samples went into the real part, odd ones into the imaginary: take their spectra apart, then join.
    for (let k = 1, m = half - 1; k <= m; k++, m--) {
      const evenR = (zr[k]! + zr[m]!) / 2;
      const evenI = (zi[k]! - zi[m]!) / 2;
      const oddR = (zi[k]! + zi[m]!) / 2;
      const oddI = (zr[m]! - zr[k]!) / 2;
      const c = cos[k]!;
      const s = sin[k]!;
      const turnedR = oddR * c + oddI * s;
      const turnedI = oddI * c - oddR * s;
      re[k] = evenR + turnedR;
      im[k] = evenI + turnedI;
      re[m] = evenR - turnedR;
      im[m] = turnedI - evenI;
    }
  }

  /** The spectrum `re`, `im` (bins) of a real signal → that signal in x (size), scaled by 1/size: undoes {@link forward}. */
  inverse(re: Float64Array, im: Float64Array, x: Float64Array): void {
    const half = this.size / 2;
    const zr = this.#re;
    const zi = this.#im;
    const cos = this.#cos;
    const sin = this.#sin;
    // The conjugate of what `forward` packed, so that a forward transform serves as the inverse.
    const scale = 1 / half;
    for (let k = 0; k < half; k++) {
      const m = half - k;
      const evenR = (re[k]! + re[m]!) / 2;
      const evenI = (im[k]! - im[m]!) / 2;
      const turnedR = (re[k]! - re[m]!) / 2;
      const turnedI = (im[k]! + im[m]!) / 2;
      const c = cos[k]!;
      const s = sin[k]!;
      const oddR = turnedR * c - turnedI * s;
      const oddI = turnedI * c + turnedR * s;
      x[2 * k] = (evenR - oddI) * scale;
      x[2 * k + 1] = -(evenI + oddR) * scale;
    }
    this.#half.transform(x, zr, zi);
    for (let k = 0; k < half; k++) {
      x[2 * k] = zr[k]!;
      x[2 * k + 1] = -zi[k]!;
    }
  }
}
