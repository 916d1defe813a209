// The loops behind `logmel72` and the gate, frame by frame: float64 vectors of two. Their oracles are naive versions in tests.
// Pointers are byte offsets into linear memory.

import { complexFft } from "./fft";

@inline function ld(p: usize): v128 { return v128.load(p); }
@inline function swapped(p: usize): v128 { const v = v128.load(p); return v128.shuffle<f64>(v, v, 1, 0); }
@inline export function total(v: v128): f64 { return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1); }

/**
 * Takes the mean of `count` (even) float64 away, in place. Returns how often the sign changes from one sample to the next, where
 * what lies within `least` + `part` of the root mean square below zero counts as not negative.
 */
export function centre(x: usize, count: usize, part: f64, least: f64): usize {
  const end = x + (count << 3);
  let sum = f64x2.splat(0), squares = f64x2.splat(0);
  for (let p = x; p < end; p += 16) {
    const v = ld(p);
    sum = f64x2.add(sum, v);
    squares = f64x2.add(squares, f64x2.mul(v, v));
  }
  const mean = total(sum) / <f64>count;
  const square = Math.max(0, total(squares) / <f64>count - mean * mean);
  const bound = -least - part * Math.sqrt(square);
  let crossings: usize = 0;
  let before = load<f64>(x) - mean < bound ? 1 : 0;
  for (let p = x; p < end; p += 16) {
    const v = f64x2.sub(ld(p), f64x2.splat(mean));
    v128.store(p, v);
    const signs = i64x2.bitmask(f64x2.lt(v, f64x2.splat(bound)));
    crossings += popcnt<i32>((signs ^ ((signs << 1) | before)) & 3);
    before = signs >> 1;
  }
  return crossings;
}

/**
 * A frame (size float64 at `work`) → its spectrum without a window, bins 0 … size / 2 into `real` and `imaginary` (one more
 * number of room each), and size times the correlation of its first `stretch` samples (even) with the frame at each lag, into the
 * fourth array at `work`. Seven arrays of `size` lie there. Returns the spectrum's power, bins 0 … size / 2 counted twice.
 */
export function correlate(
  work: usize, size: usize, stretch: usize, twiddles: usize, real: usize, imaginary: usize,
): f64 {
  const part = size << 3;
  const re = work + part, im = re + part, outRe = im + part, outIm = outRe + part, b = outIm + part;
  // Two real signals in one transform: the frame as its real part, the head as its imaginary part.
  memory.copy(re, work, part);
  memory.copy(im, work, stretch << 3);
  memory.fill(im + (stretch << 3), 0, (size - stretch) << 3);
  complexFft(re, im, outRe, outIm, b, b + part, size, twiddles);
  const c0 = load<f64>(outRe);
  store<f64>(real, c0);
  store<f64>(imaginary, 0);
  store<f64>(re, load<f64>(outIm) * c0);
  store<f64>(im, 0);
  let power = f64x2.splat(0);
  const half = f64x2.splat(0.5);
  // k, k + 1 and their mirrors; the last pair ends in the middle, which is its own mirror.
  for (let k: usize = 8, m: usize = (size - 2) << 3; k <= part >> 1; k += 16, m -= 16) {
    const kr = ld(outRe + k), ki = ld(outIm + k), mr = swapped(outRe + m), mi = swapped(outIm + m);
    const ar = f64x2.mul(f64x2.add(ki, mi), half), ai = f64x2.mul(f64x2.sub(mr, kr), half);
    const cr = f64x2.mul(f64x2.add(kr, mr), half), ci = f64x2.mul(f64x2.sub(ki, mi), half);
    v128.store(real + k, cr);
    v128.store(imaginary + k, ci);
    power = f64x2.add(power, f64x2.add(f64x2.mul(cr, cr), f64x2.mul(ci, ci)));
    // conj(head) · frame, of a real result: its upper half mirrors the lower.
    const crossR = f64x2.add(f64x2.mul(ar, cr), f64x2.mul(ai, ci));
    const crossI = f64x2.sub(f64x2.mul(ar, ci), f64x2.mul(ai, cr));
    const below = f64x2.neg(crossI);
    v128.store(re + k, crossR);
    v128.store(im + k, crossI);
    v128.store(re + m, v128.shuffle<f64>(crossR, crossR, 1, 0));
    v128.store(im + m, v128.shuffle<f64>(below, below, 1, 0));
  }
  // The inverse transform: its parts exchanged.
  complexFft(im, re, outIm, outRe, b, b + part, size, twiddles);
  return 2 * (c0 * c0 + total(power));
}

/**
 * YIN's cumulative mean normalised difference of a frame x at lags shortest … longest, from what `correlate` gave for it:
 * (difference + silence) · lag / (sum of all differences so far + silence · lag).
 */
export function differences(
  x: usize, correlation: usize, stretch: usize, shortest: usize, longest: usize, scale: f64, silence: f64, out: usize,
): void {
  const energy = scale * load<f64>(correlation);
  const ahead = stretch << 3;
  let later = energy, sum: f64 = 0;
  for (let lag: usize = 1; lag <= longest; lag++, x += 8) {
    const leaves = load<f64>(x), comes = load<f64>(x + ahead);
    later += comes * comes - leaves * leaves;
    const difference = Math.max(0, energy + later - 2 * scale * load<f64>(correlation + (lag << 3)));
    sum += difference;
    if (lag < shortest) continue;
    store<f64>(out, ((difference + silence) * <f64>lag) / (sum + silence * <f64>lag));
    out += 8;
  }
}

/**
 * Power under a Hann window of bins 1 … `bins` - 2, applied to the spectrum: X[k]/2 - (X[k - 1] + X[k + 1])/4. The first and
 * last bin's are 0. `bins` is odd; real and imaginary part have one more number of room.
 */
export function hannPower(real: usize, imaginary: usize, bins: usize, scale: f64, out: usize): void {
  const half = f64x2.splat(0.5), quarter = f64x2.splat(0.25), by = f64x2.splat(scale);
  const last = (bins - 1) << 3;
  for (let k: usize = 8; k < last; k += 16) {
    const r = real + k, i = imaginary + k;
    const a = f64x2.sub(f64x2.mul(ld(r), half), f64x2.mul(f64x2.add(ld(r - 8), ld(r + 8)), quarter));
    const b = f64x2.sub(f64x2.mul(ld(i), half), f64x2.mul(f64x2.add(ld(i - 8), ld(i + 8)), quarter));
    v128.store(out + k, f64x2.mul(by, f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b))));
  }
  store<f64>(out, 0);
  store<f64>(out + last, 0);
}

/**
 * Bins of power times a bank of triangles. `bank` holds, for each band, its first bin and how many pairs of weights it has
 * (uint32 each); `weights` those pairs, band after band.
 */
export function bandPowers(power: usize, bank: usize, weights: usize, bands: usize, out: usize): void {
  for (const end = out + (bands << 3); out < end; out += 8, bank += 8) {
    let p = power + (<usize>load<u32>(bank) << 3);
    let sum = f64x2.splat(0);
    for (const stop = weights + (<usize>load<u32>(bank + 4) << 4); weights < stop; weights += 16, p += 16) {
      sum = f64x2.add(sum, f64x2.mul(ld(p), ld(weights)));
    }
    store<f64>(out, total(sum));
  }
}

/** Two float64, or the last one and a 0. */
@inline function upTo(p: usize, end: usize): v128 { return p + 16 <= end ? ld(p) : v128.load64_zero(p); }

/**
 * Centre and mean square distance from it of `count` bins of power from bin `first` on, bins counted in `step`; `least` is
 * added to every sum. Two float64.
 */
export function moments(power: usize, first: usize, count: usize, step: f64, least: f64, out: usize): void {
  const begin = power + (first << 3);
  const end = begin + (count << 3);
  const start = f64x2.replace_lane(f64x2.splat(<f64>first * step), 1, <f64>(first + 1) * step);
  const stride = f64x2.splat(2 * step);
  let sums = f64x2.splat(0), products = f64x2.splat(0), at = start;
  for (let p = begin; p < end; p += 16, at = f64x2.add(at, stride)) {
    const v = upTo(p, end);
    sums = f64x2.add(sums, v);
    products = f64x2.add(products, f64x2.mul(v, at));
  }
  const sum = least + total(sums);
  const middle = (least + total(products)) / sum;
  let squares = f64x2.splat(0);
  at = f64x2.sub(start, f64x2.splat(middle));
  for (let p = begin; p < end; p += 16, at = f64x2.add(at, stride)) {
    squares = f64x2.add(squares, f64x2.mul(upTo(p, end), f64x2.mul(at, at)));
  }
  store<f64>(out, middle);
  store<f64>(out + 8, (least + total(squares)) / sum);
}

/**
 * Products of `count` float32 at x with those 0 … `lags` samples before, summed: lags + 1 float32.
 */
export function lagProducts(x: usize, count: usize, lags: usize, out: usize): void {
  const whole = (count & ~3) << 2;
  const bytes = count << 2;
  for (let lag: usize = 0; lag <= lags; lag++, out += 4) {
    const y = x - (lag << 2);
    let sum = f32x4.splat(0);
    let i: usize = 0;
    for (; i < whole; i += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(x + i), v128.load(y + i)));
    sum = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
    let rest = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
    for (; i < bytes; i += 4) rest += load<f32>(x + i) * load<f32>(y + i);
    store<f32>(out, rest);
  }
}
