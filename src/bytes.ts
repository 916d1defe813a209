/** The little-endian 32-bit floats in `bytes`, copied; the bytes need not be aligned. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  const floats = new Float32Array(bytes.length / 4);
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}
