// The loop of src/augment/band-measures.ts.

import { total } from "./logmel";

/** Powers of ten of four float32 within −37 … 37, to 3e-6 of themselves: most of it the argument's own rounding. */
@inline function powers(v: v128): v128 {
  const octaves = f32x4.mul(f32x4.min(f32x4.max(v, f32x4.splat(-37)), f32x4.splat(37)), f32x4.splat(3.3219280949));
  const whole = f32x4.floor(octaves);
  // 2^fraction = √2 · exp(u), |u| ≤ ln 2 / 2, by its series to the seventh power.
  const u = f32x4.mul(f32x4.sub(f32x4.sub(octaves, whole), f32x4.splat(0.5)), f32x4.splat(0.6931471806));
  let s = f32x4.splat(1.0 / 5040);
  s = f32x4.add(f32x4.mul(s, u), f32x4.splat(1.0 / 720));
  s = f32x4.add(f32x4.mul(s, u), f32x4.splat(1.0 / 120));
  s = f32x4.add(f32x4.mul(s, u), f32x4.splat(1.0 / 24));
  s = f32x4.add(f32x4.mul(s, u), f32x4.splat(1.0 / 6));
  s = f32x4.add(f32x4.mul(s, u), f32x4.splat(0.5));
  s = f32x4.add(f32x4.mul(s, u), f32x4.splat(1));
  s = f32x4.add(f32x4.mul(s, u), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(127)), 23);
  return f32x4.mul(f32x4.mul(s, f32x4.splat(1.4142135624)), scale);
}

/**
 * Of each of `frames` rows (`columns` float32 apart) of log powers in bel: four float64 at `out`, the power of its bands below
 * the corner and above it, the sum of powers times frequencies, and of powers times their squares. `table` holds, for every two bands, four
 * vectors of float64: 1 for bands below the corner, 1 for those above, the frequency, its square; zeros behind the last band up
 * to `bands`, a multiple of 4.
 */
export function bandSums(x: usize, columns: usize, frames: usize, table: usize, bands: usize, out: usize): void {
  for (const end = x + ((columns * frames) << 2); x < end; x += columns << 2, out += 32) {
    let low = f64x2.splat(0), high = f64x2.splat(0), first = f64x2.splat(0), second = f64x2.splat(0);
    for (let b: usize = 0, t = table; b < bands << 2; b += 16, t += 128) {
      const p = powers(v128.load(x + b));
      const q = f64x2.promote_low_f32x4(p);
      const r = f64x2.promote_low_f32x4(v128.shuffle<f32>(p, p, 2, 3, 2, 3));
      low = f64x2.add(low, f64x2.add(f64x2.mul(q, v128.load(t)), f64x2.mul(r, v128.load(t, 64))));
      high = f64x2.add(high, f64x2.add(f64x2.mul(q, v128.load(t, 16)), f64x2.mul(r, v128.load(t, 80))));
      first = f64x2.add(first, f64x2.add(f64x2.mul(q, v128.load(t, 32)), f64x2.mul(r, v128.load(t, 96))));
      second = f64x2.add(second, f64x2.add(f64x2.mul(q, v128.load(t, 48)), f64x2.mul(r, v128.load(t, 112))));
    }
    store<f64>(out, total(low));
    store<f64>(out, total(high), 8);
    store<f64>(out, total(first), 16);
    store<f64>(out, total(second), 24);
  }
}
