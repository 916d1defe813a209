// The loops behind `librosa54@1`: float32 vectors of four, float64 where librosa's last bits or cancellation ask for it.
// Their oracles are the plain functions of src/features. Power rows have `stride` float32, a multiple of 4, zeros after the
// last bin.

import { realFft } from "./fft";

/**
 * Power of `count` bins from p on. Groups inside [from, to) bytes round as numpy's complex magnitude does, larger ·
 * √(1 + (smaller / larger)²), squared: the histogram of the tuning depends on last bits there. Others are re² + im².
 */
function powerOf(re: usize, im: usize, out: usize, bytes: usize, from: usize, to: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const r = v128.load(re + i), j = v128.load(im + i);
    if (i < from || i >= to) {
      v128.store(out + i, f32x4.add(f32x4.mul(r, r), f32x4.mul(j, j)));
      continue;
    }
    const a = f32x4.abs(r), b = f32x4.abs(j);
    const larger = f32x4.pmax(a, b), smaller = f32x4.pmin(a, b);
    const ratio = f32x4.div(smaller, larger);
    const root = f32x4.sqrt(f32x4.add(f32x4.mul(ratio, ratio), f32x4.splat(1)));
    const magnitude = f32x4.mul(larger, root);
    // 0 / 0 where both parts are zero.
    const power = v128.and(f32x4.mul(magnitude, magnitude), f32x4.gt(larger, f32x4.splat(0)));
    v128.store(out + i, power);
  }
}

/** Power of `frames` frames, one row each: the samples of frame t begin `hop` floats after those of the frame before. */
export function powerRows(
  x: usize, hop: usize, frames: usize, window: usize, scratch: usize, half: usize, twiddles: usize, turns: usize,
  out: usize, stride: usize, exactFrom: usize, exactTo: usize,
): void {
  const size = half << 3;
  const re = scratch + 4 * size;
  const im = re + (stride << 2);
  const bytes = stride << 2;
  for (let t: usize = 0; t < frames; t++) {
    realFft(x, window, scratch, scratch + size, scratch + 2 * size, scratch + 3 * size, half, twiddles, turns, re, im);
    powerOf(re, im, out, bytes, exactFrom << 2, exactTo << 2);
    x += hop << 2;
    out += bytes;
  }
}

/** One band's products, summed in four lanes. */
@inline function bandSum(row: usize, weights: usize, vectors: usize): v128 {
  let sum = f32x4.splat(0);
  const end = weights + (vectors << 4);
  for (; weights < end; weights += 16, row += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(row), v128.load(weights)));
  return sum;
}

/**
 * Power rows times a bank of triangles. `bank` holds, for each band, the byte in a row where its first vector lies and how
 * many vectors it has (uint32 each); `weights` those vectors, band after band. Bands: a multiple of 4.
 */
export function melRows(
  power: usize, stride: usize, frames: usize, bank: usize, weights: usize, bands: usize, out: usize,
): void {
  for (let t: usize = 0; t < frames; t++, power += stride << 2) {
    let w = weights;
    for (let m: usize = 0, b = bank; m < bands; m += 4, b += 32, out += 16) {
      const n0: usize = load<u32>(b + 4), n1: usize = load<u32>(b + 12);
      const n2: usize = load<u32>(b + 20), n3: usize = load<u32>(b + 28);
      const s0 = bandSum(power + load<u32>(b), w, n0);
      w += n0 << 4;
      const s1 = bandSum(power + load<u32>(b + 8), w, n1);
      w += n1 << 4;
      const s2 = bandSum(power + load<u32>(b + 16), w, n2);
      w += n2 << 4;
      const s3 = bandSum(power + load<u32>(b + 24), w, n3);
      w += n3 << 4;
      const s01 = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 1, 4, 5), v128.shuffle<f32>(s0, s1, 2, 3, 6, 7));
      const s23 = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 1, 4, 5), v128.shuffle<f32>(s2, s3, 2, 3, 6, 7));
      v128.store(out, f32x4.add(v128.shuffle<f32>(s01, s23, 0, 2, 4, 6), v128.shuffle<f32>(s01, s23, 1, 3, 5, 7)));
    }
  }
}

/**
 * Power → decibels in place, 10·log₁₀(max(least, x)) of `count` values (a multiple of 4), and the largest power. The
 * logarithm is that of the power of two and of the rest m in [√½, √2): ln m = 2·atanh((m - 1) / (m + 1)) to s⁹.
 */
export function decibels(x: usize, count: usize, least: f32): f32 {
  let largest = f32x4.splat(-Infinity);
  for (const end = x + (count << 2); x < end; x += 16) {
    const value = f32x4.pmax(f32x4.splat(least), v128.load(x));
    // Exponent so that what is left lies about 1: the bits of √½ are taken off before it is read.
    const bits = i32x4.sub(value, i32x4.splat(0x3f3504f3));
    const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
    const m = i32x4.sub(value, v128.and(bits, i32x4.splat(0xff800000)));
    const s = f32x4.div(f32x4.sub(m, f32x4.splat(1)), f32x4.add(m, f32x4.splat(1)));
    const z = f32x4.mul(s, s);
    // 20 / ln 10 · (1, 1/3, 1/5, 1/7, 1/9)
    let p = f32x4.add(f32x4.splat(1.2408414), f32x4.mul(z, f32x4.splat(0.9650988)));
    p = f32x4.add(f32x4.splat(1.7371779), f32x4.mul(z, p));
    p = f32x4.add(f32x4.splat(2.8952966), f32x4.mul(z, p));
    p = f32x4.add(f32x4.splat(8.6858896), f32x4.mul(z, p));
    // 10·log₁₀ 2 in two parts, the first exact times any exponent: one rounded constant would err the same way everywhere.
    const fine = f32x4.add(f32x4.mul(exponent, f32x4.splat(4.605039e-5)), f32x4.mul(s, p));
    const result = f32x4.add(f32x4.mul(exponent, f32x4.splat(3.01025390625)), fine);
    v128.store(x, result);
    largest = f32x4.pmax(largest, value);
  }
  return max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
}

/** Four coefficients' sums over `half` folded bands (float64): two vectors each of the row of the table. */
function dctGroup(folded: usize, table: usize, half: usize, tableStride: usize, out: usize): void {
  let a = f64x2.splat(0), b = f64x2.splat(0), c = f64x2.splat(0), d = f64x2.splat(0), e = f64x2.splat(0);
  for (const end = folded + (half << 3); folded < end; folded += 8, table += tableStride) {
    const x = v128.load64_splat(folded);
    a = f64x2.add(a, f64x2.mul(x, v128.load(table)));
    b = f64x2.add(b, f64x2.mul(x, v128.load(table, 16)));
    c = f64x2.add(c, f64x2.mul(x, v128.load(table, 32)));
    d = f64x2.add(d, f64x2.mul(x, v128.load(table, 48)));
    e = f64x2.add(e, f64x2.mul(x, v128.load(table, 64)));
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
  v128.store(out, e, 64);
}

/**
 * Cosine transform of rows of decibels, no lower than `floor`. Even cosines are even about the middle of the bands, odd
 * ones odd: folded rows halve the products. `even` and `odd` are tables (half bands, coefficients / 2) of float64;
 * coefficients: a multiple of 20, all of which are written as float32 from `out` on, rows `outStride` bytes apart.
 */
export function cepstra(
  x: usize, frames: usize, bands: usize, floor: f32, even: usize, odd: usize, coefficients: usize, scratch: usize,
  out: usize, outStride: usize,
): void {
  const half = bands >> 1;
  const sums = scratch;
  const differences = scratch + (half << 3);
  const evens = differences + (half << 3);
  const odds = evens + (coefficients << 2);
  const tableStride = coefficients << 2;
  const least = f32x4.splat(floor);
  for (let t: usize = 0; t < frames; t++, x += bands << 2, out += outStride) {
    for (let n: usize = 0; n < half; n += 2) {
      const low = f64x2.promote_low_f32x4(f32x4.pmax(least, v128.load64_zero(x + (n << 2))));
      const h = f64x2.promote_low_f32x4(f32x4.pmax(least, v128.load64_zero(x + ((bands - 2 - n) << 2))));
      const high = v128.shuffle<f64>(h, h, 1, 0);
      v128.store(sums + (n << 3), f64x2.add(low, high));
      v128.store(differences + (n << 3), f64x2.sub(low, high));
    }
    for (let k: usize = 0; k < coefficients << 2; k += 80) {
      dctGroup(sums, even + k, half, tableStride, evens + k);
      dctGroup(differences, odd + k, half, tableStride, odds + k);
    }
    for (let k: usize = 0; k < coefficients; k += 2) {
      store<f32>(out + (k << 2), <f32>load<f64>(evens + (k << 2)));
      store<f32>(out + (k << 2) + 4, <f32>load<f64>(odds + (k << 2)));
    }
  }
}

/**
 * Power rows times twelve filters, whose weights stand bin by bin (three vectors each); 12 sums a frame. Two frames at a
 * time: there must be an even number of rows and of results, though the last may not be used.
 */
export function chromaRows(power: usize, stride: usize, frames: usize, filters: usize, bins: usize, out: usize): void {
  const bytes = stride << 2;
  for (let t: usize = 0; t < frames; t += 2, power += 2 * bytes, out += 96) {
    let a = f32x4.splat(0), b = f32x4.splat(0), c = f32x4.splat(0);
    let d = f32x4.splat(0), e = f32x4.splat(0), f = f32x4.splat(0);
    for (let p = power, w = filters, end = power + (bins << 2); p < end; p += 4, w += 48) {
      const f0 = v128.load(w), f1 = v128.load(w, 16), f2 = v128.load(w, 32);
      const here = v128.load32_splat(p), next = v128.load32_splat(p + bytes);
      a = f32x4.add(a, f32x4.mul(here, f0));
      b = f32x4.add(b, f32x4.mul(here, f1));
      c = f32x4.add(c, f32x4.mul(here, f2));
      d = f32x4.add(d, f32x4.mul(next, f0));
      e = f32x4.add(e, f32x4.mul(next, f1));
      f = f32x4.add(f, f32x4.mul(next, f2));
    }
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
    v128.store(out, e, 64);
    v128.store(out, f, 80);
  }
}

/**
 * The local maxima of rows between bins `from` ≥ 1 and `to` < bins that exceed `part` of their row's maximum: hertz and
 * heights, both float32, and how many. The roundings are those of spectralPeaks in src/features/tuning.ts.
 */
export function peakRows(
  power: usize, stride: usize, frames: usize, from: usize, to: usize, part: f32, sampleRate: f64, nFft: f64,
  hertz: usize, heights: usize,
): usize {
  const start = hertz;
  for (let t: usize = 0; t < frames; t++, power += stride << 2) {
    let largest = f32x4.splat(0);
    for (let p = power, end = power + (stride << 2); p < end; p += 16) largest = f32x4.pmax(largest, v128.load(p));
    const loudest = max(
      max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
      max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
    );
    const least = f32x4.splat(part * loudest);
    for (let k = from; k < to; k += 4) {
      const p = power + (k << 2);
      const four = v128.load(p);
      const isPeak = v128.and(
        f32x4.gt(four, least),
        v128.and(f32x4.gt(four, v128.load(p - 4)), f32x4.ge(four, v128.load(p + 4))),
      );
      let mask = i32x4.bitmask(isPeak);
      while (mask != 0) {
        const lane: usize = ctz(mask);
        mask &= mask - 1;
        const bin = k + lane;
        if (bin >= to) break;
        const q = power + (bin << 2);
        const below = load<f32>(q - 4), here = load<f32>(q), above = load<f32>(q + 4);
        const curvature = <f64>(above + below) - 2 * <f64>here;
        const slope = <f64>(above - below) / 2;
        const shift: f32 = abs(slope) < abs(curvature) ? <f32>(-slope / curvature) : 0;
        const skew: f32 = <f32>0.5 * ((above - below) / 2) * shift;
        store<f32>(hertz, <f32>(((<f64>bin + <f64>shift) * sampleRate) / nFft));
        store<f32>(heights, here + skew);
        hertz += 4;
        heights += 4;
      }
    }
  }
  return (hertz - start) >> 2;
}

/** Sums of squares of blocks of `block` samples (a multiple of 4), float64. */
export function squareSums(x: usize, block: usize, blocks: usize, out: usize): void {
  for (let b: usize = 0; b < blocks; b++, out += 8) {
    let low = f64x2.splat(0), high = f64x2.splat(0);
    for (const end = x + (block << 2); x < end; x += 16) {
      const v = v128.load(x);
      const square = f32x4.mul(v, v);
      low = f64x2.add(low, f64x2.promote_low_f32x4(square));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(square, square, 2, 3, 2, 3)));
    }
    const sum = f64x2.add(low, high);
    store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }
}

/** In each block, how many samples lie on the other side of -threshold than the sample before them; uint32. */
export function crossingSums(x: usize, block: usize, blocks: usize, threshold: f32, out: usize): void {
  const limit = f32x4.splat(-threshold);
  for (let b: usize = 0; b < blocks; b++, out += 4) {
    let counts = i32x4.splat(0);
    for (const end = x + (block << 2); x < end; x += 16) {
      // All bits set, -1, where the sides differ.
      counts = i32x4.sub(counts, v128.xor(f32x4.lt(v128.load(x), limit), f32x4.lt(v128.load(x - 4), limit)));
    }
    store<i32>(
      out,
      i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1) + i32x4.extract_lane(counts, 2) +
        i32x4.extract_lane(counts, 3),
    );
  }
}
