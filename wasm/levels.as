// The loop of src/audio/levels.ts.

/**
 * The sum of squares, in float64, of `count` float32: a multiple of 4. The largest magnitude, or NaN where there is one,
 * is stored at `peak` as float32.
 */
export function levels(x: usize, count: usize, peak: usize): f64 {
  let top = f32x4.splat(0);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (const end = x + (count << 2); x < end; x += 16) {
    const v = v128.load(x);
    top = f32x4.max(top, f32x4.abs(v));
    const a = f64x2.promote_low_f32x4(v);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  top = f32x4.max(top, v128.shuffle<f32>(top, top, 2, 3, 0, 1));
  store<f32>(peak, max(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1)));
  low = f64x2.add(low, high);
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
}
