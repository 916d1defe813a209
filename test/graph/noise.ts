/** The numbers of reference/*.py, made again from their formula. */
function mix(value: number): number {
  let x = value >>> 0;
  x ^= x >>> 17;
  x = Math.imul(x, 0xed5ad4bb) >>> 0;
  x ^= x >>> 11;
  x = Math.imul(x, 0xac4c1b51) >>> 0;
  x ^= x >>> 15;
  x = Math.imul(x, 0x31848bab) >>> 0;
  x ^= x >>> 14;
  return x >>> 0;
}

/** Number `i` of `stream`, uniform in −1 … 1. */
export function noise(stream: number, i: number): number {
  return mix((mix(i) ^ mix(stream)) >>> 0) / 2 ** 31 - 1;
}

/** The first numbers of `stream`. */
export function noises(stream: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => noise(stream, i));
}
