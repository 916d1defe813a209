// The loop of src/random.ts.

/** `triple32` on four words. */
// @ts-ignore: decorator
@inline
function mix(v: v128): v128 {
  let x = v128.xor(v, i32x4.shr_u(v, 17));
  x = i32x4.mul(x, i32x4.splat(0xed5ad4bb));
  x = v128.xor(x, i32x4.shr_u(x, 11));
  x = i32x4.mul(x, i32x4.splat(0xac4c1b51));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x31848bab));
  return v128.xor(x, i32x4.shr_u(x, 14));
}

/** For every half of `words` random words (a multiple of 8), low half first: 1 where it is at least `threshold`, else 0. */
export function chances(a: i32, b: i32, first: i32, words: i32, threshold: i32, out: usize): void {
  const key = i32x4.splat(b);
  const step = i32x4.splat(4 * 0x9e3779b9);
  const least = i16x8.splat(<i16>threshold);
  const one = i8x16.splat(1);
  // The Weyl sequence a + i · 0x9e3779b9.
  let weyl = i32x4.mul(i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3)), i32x4.splat(0x9e3779b9));
  weyl = i32x4.add(weyl, i32x4.splat(a));
  for (const end = out + (<usize>words << 1); out < end; out += 16) {
    const low = mix(v128.xor(mix(weyl), key));
    weyl = i32x4.add(weyl, step);
    const high = mix(v128.xor(mix(weyl), key));
    weyl = i32x4.add(weyl, step);
    const kept = i8x16.narrow_i16x8_s(i16x8.ge_u(low, least), i16x8.ge_u(high, least));
    v128.store(out, v128.and(kept, one));
  }
}
