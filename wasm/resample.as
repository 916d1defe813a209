// The loops of src/audio/resample-blocks.ts.

/** float32 → float64, `count` of them: a multiple of 4. */
export function widen(x: usize, out: usize, count: usize): void {
  for (const end = x + (count << 2); x < end; x += 16, out += 32) {
    const v = v128.load(x);
    v128.store(out, f64x2.promote_low_f32x4(v));
    v128.store(out, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)), 16);
  }
}

/** float64 → float32, `count` of them: a multiple of 2. */
export function narrow(x: usize, out: usize, count: usize): void {
  for (const end = x + (count << 3); x < end; x += 16, out += 8) {
    v128.store64_lane(out, f32x4.demote_f64x2_zero(v128.load(x)), 0);
  }
}

/** Both parts of a spectrum times a real response, `count` bins: a multiple of 2. */
export function filter(xr: usize, xi: usize, response: usize, yr: usize, yi: usize, count: usize): void {
  for (let i: usize = 0, end = count << 3; i < end; i += 16) {
    const h = v128.load(response + i);
    v128.store(yr + i, f64x2.mul(v128.load(xr + i), h));
    v128.store(yi + i, f64x2.mul(v128.load(xi + i), h));
  }
}

/**
 * `count` values between samples: value m is the sum of `taps` (a multiple of 4) samples from x + position on, times the
 * table's row of its phase. After each value the phase grows by phaseStep and the position by step, and by one more where
 * the phase passes the last.
 */
export function interpolate(
  x: usize, table: usize, taps: usize, phases: usize, step: usize, phaseStep: usize, phase: usize, out: usize,
  count: usize,
): void {
  const row = taps << 2;
  for (const end = out + (count << 2); out < end; out += 4) {
    let w = table + phase * row;
    const stop = w + row;
    let sum = f32x4.splat(0);
    for (let p = x; w < stop; w += 16, p += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(p), v128.load(w)));
    sum = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
    store<f32>(out, f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1));
    x += step << 2;
    phase += phaseStep;
    if (phase >= phases) {
      phase -= phases;
      x += 4;
    }
  }
}
