import { ParameterError } from "../errors.ts";

/**
 * A complex Fourier transform of fixed power-of-two size: Stockham's self-sorting form, radix 4 with one radix-2 pass
 * when log₂ of the size is odd. In float64, on separate real and imaginary arrays, without allocation after construction.
 */
class ComplexFft {
  readonly size: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.#cos = new Float64Array(size);
    this.#sin = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      this.#cos[k] = Math.cos((2 * Math.PI * k) / size);
      this.#sin[k] = -Math.sin((2 * Math.PI * k) / size);
    }
    this.#re = new Float64Array(size);
    this.#im = new Float64Array(size);
  }

  /** Forward transform in place: X[k] = Σ x[n]·e^(-2πikn/size), unscaled. */
  transform(re: Float64Array, im: Float64Array): void {
    const { size } = this;
    const cos = this.#cos;
    const sin = this.#sin;
    let xr = re;
    let xi = im;
    let yr = this.#re;
    let yi = this.#im;
    // Each pass turns `n`-point transforms of stride `s` into n/4-point ones of stride 4s; n·s stays `size`.
    let n = size;
    let s = 1;
    while (n >= 4) {
      const quarter = n >> 2;
      const span = s * quarter;
      for (let p = 0; p < quarter; p++) {
        const t = p * s;
        const w1r = cos[t]!;
        const w1i = sin[t]!;
        const w2r = cos[2 * t]!;
        const w2i = sin[2 * t]!;
        const w3r = cos[3 * t]!;
        const w3i = sin[3 * t]!;
        const out = 4 * t;
        for (let q = 0; q < s; q++) {
          const i0 = q + t;
          const i1 = i0 + span;
          const i2 = i1 + span;
          const i3 = i2 + span;
          const ar = xr[i0]! + xr[i2]!;
          const ai = xi[i0]! + xi[i2]!;
          const br = xr[i0]! - xr[i2]!;
          const bi = xi[i0]! - xi[i2]!;
          const cr = xr[i1]! + xr[i3]!;
          const ci = xi[i1]! + xi[i3]!;
          // -i·(x1 - x3)
          const dr = xi[i1]! - xi[i3]!;
          const di = xr[i3]! - xr[i1]!;
          const o = q + out;
          yr[o] = ar + cr;
          yi[o] = ai + ci;
          const er = br + dr;
          const ei = bi + di;
          yr[o + s] = er * w1r - ei * w1i;
          yi[o + s] = er * w1i + ei * w1r;
          const fr = ar - cr;
          const fi = ai - ci;
          yr[o + 2 * s] = fr * w2r - fi * w2i;
          yi[o + 2 * s] = fr * w2i + fi * w2r;
          const gr = br - dr;
          const gi = bi - di;
          yr[o + 3 * s] = gr * w3r - gi * w3i;
          yi[o + 3 * s] = gr * w3i + gi * w3r;
        }
      }
      [xr, yr] = [yr, xr];
      [xi, yi] = [yi, xi];
      n = quarter;
      s *= 4;
    }
    if (n === 2) {
      for (let q = 0; q < s; q++) {
        const ar = xr[q]!;
        const ai = xi[q]!;
        const br = xr[q + s]!;
        const bi = xi[q + s]!;
        yr[q] = ar + br;
        yi[q] = ai + bi;
        yr[q + s] = ar - br;
        yi[q + s] = ai - bi;
      }
      [xr, yr] = [yr, xr];
      [xi, yi] = [yi, xi];
    }
    if (xr !== re) {
      re.set(xr);
      im.set(xi);
    }
  }
}

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
    for (let k = 0; k < half; k++) {
      zr[k] = x[2 * k]!;
      zi[k] = x[2 * k + 1]!;
    }
    this.#half.transform(zr, zi);
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
      const c = this.#cos[k]!;
      const s = this.#sin[k]!;
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
    // The conjugate of what `forward` packed, so that a forward transform serves as the inverse.
    const scale = 1 / half;
    for (let k = 0; k < half; k++) {
      const m = half - k;
      const evenR = (re[k]! + re[m]!) / 2;
      const evenI = (im[k]! - im[m]!) / 2;
      const turnedR = (re[k]! - re[m]!) / 2;
      const turnedI = (im[k]! + im[m]!) / 2;
      const c = this.#cos[k]!;
      const s = this.#sin[k]!;
      const oddR = turnedR * c - turnedI * s;
      const oddI = turnedI * c + turnedR * s;
      zr[k] = (evenR - oddI) * scale;
      zi[k] = -(evenI + oddR) * scale;
    }
    this.#half.transform(zr, zi);
    for (let k = 0; k < half; k++) {
      x[2 * k] = zr[k]!;
      x[2 * k + 1] = -zi[k]!;
    }
  }
}
