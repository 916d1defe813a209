// Fourier transforms in AssemblyScript: WebAssembly with 128-bit vectors. Two float64 a vector, real and imaginary parts in
// separate arrays. Stockham's self-sorting radix 4, the algorithm of src/audio/complex-fft.ts, which is its oracle in tests.
// Pointers are byte offsets into linear memory; src/kernels.ts lays it out and makes the tables.

@inline function ld(p: usize): v128 { return v128.load(p); }

/**
 * The first pass (stride 1): butterflies p and p + 1 in the two lanes, stored transposed. Inputs are four vectors of each
 * part; `w` points at their twiddles: (w1r, w1i, w2r, w2i, w3r, w3i), a vector each.
 */
@inline function firstButterfly(
  x0r: v128, x0i: v128, x1r: v128, x1i: v128, x2r: v128, x2i: v128, x3r: v128, x3i: v128,
  yr: usize, yi: usize, w: usize,
): void {
  const ar = f64x2.add(x0r, x2r), ai = f64x2.add(x0i, x2i);
  const br = f64x2.sub(x0r, x2r), bi = f64x2.sub(x0i, x2i);
  const cr = f64x2.add(x1r, x3r), ci = f64x2.add(x1i, x3i);
  const dr = f64x2.sub(x1i, x3i), di = f64x2.sub(x3r, x1r);
  const y0r = f64x2.add(ar, cr), y0i = f64x2.add(ai, ci);
  const er = f64x2.add(br, dr), ei = f64x2.add(bi, di);
  const fr = f64x2.sub(ar, cr), fi = f64x2.sub(ai, ci);
  const gr = f64x2.sub(br, dr), gi = f64x2.sub(bi, di);
  const w1r = ld(w), w1i = ld(w + 16), w2r = ld(w + 32), w2i = ld(w + 48), w3r = ld(w + 64), w3i = ld(w + 80);
  const y1r = f64x2.sub(f64x2.mul(er, w1r), f64x2.mul(ei, w1i));
  const y1i = f64x2.add(f64x2.mul(er, w1i), f64x2.mul(ei, w1r));
  const y2r = f64x2.sub(f64x2.mul(fr, w2r), f64x2.mul(fi, w2i));
  const y2i = f64x2.add(f64x2.mul(fr, w2i), f64x2.mul(fi, w2r));
  const y3r = f64x2.sub(f64x2.mul(gr, w3r), f64x2.mul(gi, w3i));
  const y3i = f64x2.add(f64x2.mul(gr, w3i), f64x2.mul(gi, w3r));
  v128.store(yr, v128.shuffle<f64>(y0r, y1r, 0, 2));
  v128.store(yr, v128.shuffle<f64>(y2r, y3r, 0, 2), 16);
  v128.store(yr, v128.shuffle<f64>(y0r, y1r, 1, 3), 32);
  v128.store(yr, v128.shuffle<f64>(y2r, y3r, 1, 3), 48);
  v128.store(yi, v128.shuffle<f64>(y0i, y1i, 0, 2));
  v128.store(yi, v128.shuffle<f64>(y2i, y3i, 0, 2), 16);
  v128.store(yi, v128.shuffle<f64>(y0i, y1i, 1, 3), 32);
  v128.store(yi, v128.shuffle<f64>(y2i, y3i, 1, 3), 48);
}

/** First pass from separate real and imaginary float64 arrays. */
function firstPass(xr: usize, xi: usize, yr: usize, yi: usize, quarter: usize, w: usize): void {
  const span = quarter << 3;
  const end = xr + span;
  for (; xr < end; xr += 16, xi += 16, yr += 64, yi += 64, w += 96) {
    firstButterfly(
      ld(xr), ld(xi),
      ld(xr + span), ld(xi + span),
      ld(xr + 2 * span), ld(xi + 2 * span),
      ld(xr + 3 * span), ld(xi + 3 * span),
      yr, yi, w,
    );
  }
}

/**
 * First pass from float32 samples, even ones the real part, odd ones the imaginary, times a window whose float64 stand as
 * the vectors are needed: (even p, even p + 1), (odd p, odd p + 1).
 */
function firstPassOfSamples(x: usize, window: usize, yr: usize, yi: usize, quarter: usize, w: usize): void {
  const span = quarter << 3;
  const wide = quarter << 4;
  const end = x + span;
  for (; x < end; x += 16, window += 32, yr += 64, yi += 64, w += 96) {
    const v0 = ld(x), v1 = ld(x + span), v2 = ld(x + 2 * span), v3 = ld(x + 3 * span);
    firstButterfly(
      f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(v0, v0, 0, 2, 0, 2)), ld(window)),
      f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(v0, v0, 1, 3, 1, 3)), ld(window + 16)),
      f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(v1, v1, 0, 2, 0, 2)), ld(window + wide)),
      f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(v1, v1, 1, 3, 1, 3)), ld(window + wide + 16)),
      f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(v2, v2, 0, 2, 0, 2)), ld(window + 2 * wide)),
      f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(v2, v2, 1, 3, 1, 3)), ld(window + 2 * wide + 16)),
      f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(v3, v3, 0, 2, 0, 2)), ld(window + 3 * wide)),
      f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(v3, v3, 1, 3, 1, 3)), ld(window + 3 * wide + 16)),
      yr, yi, w,
    );
  }
}

/** A pass of stride s ≥ 4: `quarter` butterflies, each on s neighbours, two of them a vector. Twiddles stand once each. */
function middlePass(xr: usize, xi: usize, yr: usize, yi: usize, quarter: usize, s: usize, w: usize): void {
  const span = (s * quarter) << 3;
  const stride = s << 3;
  const end = xr + span;
  while (xr < end) {
    const w1r = v128.load64_splat(w), w1i = v128.load64_splat(w + 8);
    const w2r = v128.load64_splat(w + 16), w2i = v128.load64_splat(w + 24);
    const w3r = v128.load64_splat(w + 32), w3i = v128.load64_splat(w + 40);
    const stop = xr + stride;
    for (; xr < stop; xr += 16, xi += 16, yr += 16, yi += 16) {
      const x0r = ld(xr), x1r = ld(xr + span), x2r = ld(xr + 2 * span), x3r = ld(xr + 3 * span);
      const x0i = ld(xi), x1i = ld(xi + span), x2i = ld(xi + 2 * span), x3i = ld(xi + 3 * span);
      const ar = f64x2.add(x0r, x2r), ai = f64x2.add(x0i, x2i);
      const br = f64x2.sub(x0r, x2r), bi = f64x2.sub(x0i, x2i);
      const cr = f64x2.add(x1r, x3r), ci = f64x2.add(x1i, x3i);
      const dr = f64x2.sub(x1i, x3i), di = f64x2.sub(x3r, x1r);
      v128.store(yr, f64x2.add(ar, cr));
      v128.store(yi, f64x2.add(ai, ci));
      const er = f64x2.add(br, dr), ei = f64x2.add(bi, di);
      v128.store(yr + stride, f64x2.sub(f64x2.mul(er, w1r), f64x2.mul(ei, w1i)));
      v128.store(yi + stride, f64x2.add(f64x2.mul(er, w1i), f64x2.mul(ei, w1r)));
      const fr = f64x2.sub(ar, cr), fi = f64x2.sub(ai, ci);
      v128.store(yr + 2 * stride, f64x2.sub(f64x2.mul(fr, w2r), f64x2.mul(fi, w2i)));
      v128.store(yi + 2 * stride, f64x2.add(f64x2.mul(fr, w2i), f64x2.mul(fi, w2r)));
      const gr = f64x2.sub(br, dr), gi = f64x2.sub(bi, di);
      v128.store(yr + 3 * stride, f64x2.sub(f64x2.mul(gr, w3r), f64x2.mul(gi, w3i)));
      v128.store(yi + 3 * stride, f64x2.add(f64x2.mul(gr, w3i), f64x2.mul(gi, w3r)));
    }
    yr += 3 * stride;
    yi += 3 * stride;
    w += 48;
  }
}

/** The last pass where log₂ of the size is even: no twiddles; in place it may be, x = y. */
function lastRadix4(xr: usize, xi: usize, yr: usize, yi: usize, s: usize): void {
  const stride = s << 3;
  const end = xr + stride;
  for (; xr < end; xr += 16, xi += 16, yr += 16, yi += 16) {
    const x0r = ld(xr), x1r = ld(xr + stride), x2r = ld(xr + 2 * stride), x3r = ld(xr + 3 * stride);
    const x0i = ld(xi), x1i = ld(xi + stride), x2i = ld(xi + 2 * stride), x3i = ld(xi + 3 * stride);
    const ar = f64x2.add(x0r, x2r), ai = f64x2.add(x0i, x2i);
    const br = f64x2.sub(x0r, x2r), bi = f64x2.sub(x0i, x2i);
    const cr = f64x2.add(x1r, x3r), ci = f64x2.add(x1i, x3i);
    const dr = f64x2.sub(x1i, x3i), di = f64x2.sub(x3r, x1r);
    v128.store(yr, f64x2.add(ar, cr));
    v128.store(yi, f64x2.add(ai, ci));
    v128.store(yr + stride, f64x2.add(br, dr));
    v128.store(yi + stride, f64x2.add(bi, di));
    v128.store(yr + 2 * stride, f64x2.sub(ar, cr));
    v128.store(yi + 2 * stride, f64x2.sub(ai, ci));
    v128.store(yr + 3 * stride, f64x2.sub(br, dr));
    v128.store(yi + 3 * stride, f64x2.sub(bi, di));
  }
}

/** The last pass where log₂ of the size is odd. */
function lastRadix2(xr: usize, xi: usize, yr: usize, yi: usize, s: usize): void {
  const stride = s << 3;
  const end = xr + stride;
  for (; xr < end; xr += 16, xi += 16, yr += 16, yi += 16) {
    const ar = ld(xr), br = ld(xr + stride), ai = ld(xi), bi = ld(xi + stride);
    v128.store(yr, f64x2.add(ar, br));
    v128.store(yi, f64x2.add(ai, bi));
    v128.store(yr + stride, f64x2.sub(ar, br));
    v128.store(yi + stride, f64x2.sub(ai, bi));
  }
}

/** All passes but the first, whose result is in a; b is scratch. The result comes back in a. */
function otherPasses(ar: usize, ai: usize, br: usize, bi: usize, size: usize, w: usize): void {
  const homeR = ar, homeI = ai;
  let n = size >> 2;
  let s: usize = 4;
  w += n * 48;
  while (n > 4) {
    middlePass(ar, ai, br, bi, n >> 2, s, w);
    w += (n >> 2) * 48;
    n >>= 2;
    s <<= 2;
    const tr = ar, ti = ai;
    ar = br;
    ai = bi;
    br = tr;
    bi = ti;
  }
  if (n == 4) lastRadix4(ar, ai, homeR, homeI, s);
  else lastRadix2(ar, ai, homeR, homeI, s);
}

/**
 * Forward complex transform of x (size float64 each part) into y; b is scratch of the same size. With the two parts of x
 * exchanged, and those of y, it is the inverse times the size. Size: a power of two of at least 16.
 */
export function complexFft(
  xr: usize, xi: usize, yr: usize, yi: usize, br: usize, bi: usize, size: usize, twiddles: usize,
): void {
  firstPass(xr, xi, yr, yi, size >> 2, twiddles);
  otherPasses(yr, yi, br, bi, size, twiddles);
}

/**
 * Spectrum of 2·half windowed samples: y (half float64 each part) holds the packed transform, then float32 `re` and `im`
 * (half + 1) the real signal's. The window must hold half of its true values, for the halves in taking the even and the
 * odd samples' spectra apart. `turns` holds (cos, sin) of πk/half as vectors: k and k + 1, from k = 1 on.
 */
export function realFft(
  x: usize, window: usize, yr: usize, yi: usize, br: usize, bi: usize, half: usize, twiddles: usize, turns: usize,
  re: usize, im: usize,
): void {
  firstPassOfSamples(x, window, yr, yi, half >> 2, twiddles);
  otherPasses(yr, yi, br, bi, half, twiddles);
  const r0 = load<f64>(yr) * 2, i0 = load<f64>(yi) * 2;
  store<f32>(re, <f32>(r0 + i0));
  store<f32>(im, 0);
  store<f32>(re + (half << 2), <f32>(r0 - i0));
  store<f32>(im + (half << 2), 0);
  // k, k + 1 from below and their mirrors from above; in the middle they meet and write the same values twice.
  let low: usize = 1;
  let high = half - 2;
  for (; low <= half >> 1; low += 2, high -= 2, turns += 32) {
    const kr = ld(yr + (low << 3)), ki = ld(yi + (low << 3));
    const ur = ld(yr + (high << 3)), ui = ld(yi + (high << 3));
    const mr = v128.shuffle<f64>(ur, ur, 1, 0), mi = v128.shuffle<f64>(ui, ui, 1, 0);
    const evenR = f64x2.add(kr, mr), evenI = f64x2.sub(ki, mi);
    const oddR = f64x2.add(ki, mi), oddI = f64x2.sub(mr, kr);
    const c = ld(turns), s = ld(turns + 16);
    const turnedR = f64x2.add(f64x2.mul(oddR, c), f64x2.mul(oddI, s));
    const turnedI = f64x2.sub(f64x2.mul(oddI, c), f64x2.mul(oddR, s));
    v128.store64_lane(re + (low << 2), f32x4.demote_f64x2_zero(f64x2.add(evenR, turnedR)), 0);
    v128.store64_lane(im + (low << 2), f32x4.demote_f64x2_zero(f64x2.add(evenI, turnedI)), 0);
    const aboveR = f32x4.demote_f64x2_zero(f64x2.sub(evenR, turnedR));
    const aboveI = f32x4.demote_f64x2_zero(f64x2.sub(turnedI, evenI));
    v128.store64_lane(re + (high << 2), v128.shuffle<f32>(aboveR, aboveR, 1, 0, 2, 3), 0);
    v128.store64_lane(im + (high << 2), v128.shuffle<f32>(aboveI, aboveI, 1, 0, 2, 3), 0);
  }
}
