/** One pass: `quarter` butterflies of stride `s`, x → y, turned by the twiddles from `w` on (six numbers a butterfly). */
function radix4Pass(
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
  quarter: number,
  s: number,
  twiddles: Float64Array,
  w: number,
): void {
  const span = s * quarter;
  for (let p = 0, i0 = 0, o0 = 0; p < quarter; p++, w += 6, o0 += 3 * s) {
    const w1r = twiddles[w]!;
    const w1i = twiddles[w + 1]!;
    const w2r = twiddles[w + 2]!;
    const w2i = twiddles[w + 3]!;
    const w3r = twiddles[w + 4]!;
    const w3i = twiddles[w + 5]!;
    for (let q = 0; q < s; q++, i0++, o0++) {
      const i1 = i0 + span;
      const i2 = i1 + span;
      const i3 = i2 + span;
      const x0r = xr[i0]!;
      const x0i = xi[i0]!;
      const x1r = xr[i1]!;
      const x1i = xi[i1]!;
      const x2r = xr[i2]!;
      const x2i = xi[i2]!;
      const x3r = xr[i3]!;
      const x3i = xi[i3]!;
      const ar = x0r + x2r;
      const ai = x0i + x2i;
      const br = x0r - x2r;
      const bi = x0i - x2i;
      const cr = x1r + x3r;
      const ci = x1i + x3i;
      // -i·(x1 - x3)
      const dr = x1i - x3i;
      const di = x3r - x1r;
      yr[o0] = ar + cr;
      yi[o0] = ai + ci;
      const er = br + dr;
      const ei = bi + di;
      const fr = ar - cr;
      const fi = ai - ci;
      const gr = br - dr;
      const gi = bi - di;
      const o1 = o0 + s;
      const o2 = o1 + s;
      const o3 = o2 + s;
      yr[o1] = er * w1r - ei * w1i;
      yi[o1] = er * w1i + ei * w1r;
      yr[o2] = fr * w2r - fi * w2i;
      yi[o2] = fr * w2i + fi * w2r;
      yr[o3] = gr * w3r - gi * w3i;
      yi[o3] = gr * w3i + gi * w3r;
    }
  }
}

/**
 * The first pass, of stride 1: as {@link radix4Pass} without its inner loop, and from interleaved complex numbers, which
 * is how a real signal already stands in memory (even samples real, odd ones imaginary).
 */
function firstRadix4(
  x: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
  quarter: number,
  twiddles: Float64Array,
): void {
  for (let p = 0, o = 0, w = 0; p < quarter; p++, o += 4, w += 6) {
    const i0 = 2 * p;
    const i1 = i0 + 2 * quarter;
    const i2 = i1 + 2 * quarter;
    const i3 = i2 + 2 * quarter;
    const x0r = x[i0]!;
    const x0i = x[i0 + 1]!;
    const x1r = x[i1]!;
    const x1i = x[i1 + 1]!;
    const x2r = x[i2]!;
    const x2i = x[i2 + 1]!;
    const x3r = x[i3]!;
    const x3i = x[i3 + 1]!;
    const ar = x0r + x2r;
    const ai = x0i + x2i;
    const br = x0r - x2r;
    const bi = x0i - x2i;
    const cr = x1r + x3r;
    const ci = x1i + x3i;
    const dr = x1i - x3i;
    const di = x3r - x1r;
    const w1r = twiddles[w]!;
    const w1i = twiddles[w + 1]!;
    const w2r = twiddles[w + 2]!;
    const w2i = twiddles[w + 3]!;
    const w3r = twiddles[w + 4]!;
    const w3i = twiddles[w + 5]!;
    const er = br + dr;
    const ei = bi + di;
    const fr = ar - cr;
    const fi = ai - ci;
    const gr = br - dr;
    const gi = bi - di;
    yr[o] = ar + cr;
    yi[o] = ai + ci;
    yr[o + 1] = er * w1r - ei * w1i;
    yi[o + 1] = er * w1i + ei * w1r;
    yr[o + 2] = fr * w2r - fi * w2i;
    yi[o + 2] = fr * w2i + fi * w2r;
    yr[o + 3] = gr * w3r - gi * w3i;
    yi[o + 3] = gr * w3i + gi * w3r;
  }
}

/** The last pass of a power of four: no twiddles. */
function lastRadix4(xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array, s: number): void {
  for (let i0 = 0; i0 < s; i0++) {
    const i1 = i0 + s;
    const i2 = i1 + s;
    const i3 = i2 + s;
    const ar = xr[i0]! + xr[i2]!;
    const ai = xi[i0]! + xi[i2]!;
    const br = xr[i0]! - xr[i2]!;
    const bi = xi[i0]! - xi[i2]!;
    const cr = xr[i1]! + xr[i3]!;
    const ci = xi[i1]! + xi[i3]!;
    const dr = xi[i1]! - xi[i3]!;
    const di = xr[i3]! - xr[i1]!;
    yr[i0] = ar + cr;
    yi[i0] = ai + ci;
    yr[i1] = br + dr;
    yi[i1] = bi + di;
    yr[i2] = ar - cr;
    yi[i2] = ai - ci;
    yr[i3] = br - dr;
    yi[i3] = bi - di;
  }
}

/** The last pass where log₂ of the size is odd. */
function lastRadix2(xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array, s: number): void {
  for (let i0 = 0; i0 < s; i0++) {
    const i1 = i0 + s;
    const ar = xr[i0]!;
    const ai = xi[i0]!;
    const br = xr[i1]!;
    const bi = xi[i1]!;
    yr[i0] = ar + br;
    yi[i0] = ai + bi;
    yr[i1] = ar - br;
    yi[i1] = ai - bi;
  }
}

/**
 * A complex Fourier transform of fixed power-of-two size: Stockham's self-sorting form, radix 4 with one radix-2 pass
 * when log₂ of the size is odd. In float64, on separate real and imaginary arrays, without allocation after construction.
 */
export class ComplexFft {
  readonly #size: number;
  /** In the order of use: e^(-2πip/n) and its square and cube, for each p of each pass. */
  readonly #twiddles: Float64Array;
  readonly #buffers: readonly [Float64Array, Float64Array, Float64Array, Float64Array];

  constructor(size: number) {
    this.#size = size;
    const twiddles: number[] = [];
    for (let n = size; n > 4; n /= 4) {
      for (let p = 0; p < n / 4; p++) {
        for (let power = 1; power <= 3; power++) {
          const angle = (-2 * Math.PI * p * power) / n;
          twiddles.push(Math.cos(angle), Math.sin(angle));
        }
      }
    }
    this.#twiddles = Float64Array.from(twiddles);
    const buffer = (): Float64Array => new Float64Array(size);
    this.#buffers = [buffer(), buffer(), buffer(), buffer()];
  }

  /** Forward transform of interleaved x (2·size) into `re` and `im` (size): X[k] = Σ x[n]·e^(-2πikn/size), unscaled. */
  transform(x: Float64Array, re: Float64Array, im: Float64Array): void {
    const twiddles = this.#twiddles;
    let [xr, xi, yr, yi] = this.#buffers;
    // Each pass turns `n`-point transforms of stride `s` into n/4-point ones of stride 4s; n·s stays the size.
    let n = this.#size;
    let s = 1;
    let w = 0;
    if (n > 4) {
      firstRadix4(x, xr, xi, n / 4, twiddles);
      w = (n / 4) * 6;
      n /= 4;
      s = 4;
    } else {
      for (let k = 0; k < n; k++) {
        xr[k] = x[2 * k]!;
        xi[k] = x[2 * k + 1]!;
      }
    }
    while (n > 4) {
      radix4Pass(xr, xi, yr, yi, n / 4, s, twiddles, w);
      w += (n / 4) * 6;
      n /= 4;
      s *= 4;
      const [tr, ti] = [xr, xi];
      xr = yr;
      xi = yi;
      yr = tr;
      yi = ti;
    }
    if (n === 4) lastRadix4(xr, xi, re, im, s);
    else lastRadix2(xr, xi, re, im, s);
  }
}
