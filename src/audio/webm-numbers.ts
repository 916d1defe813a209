/** A whole number in `length` bytes, the highest first; bytes that are not there count as 0. */
export function readUnsigned(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/**
 * A number whose first byte tells by its leading zeros how many bytes follow (RFC 8794, section 4).
 *
 * @returns null when the bytes end within it; Infinity where all its bits are 1: not known
 */
export function readSize(bytes: Uint8Array, at: number): { readonly value: number; readonly length: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  // Nine bytes there are not: no number at all.
  if (first === 0) return { value: Infinity, length: 1 };
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length) return null;
  // Without the bit that told the length: with it eight bytes would be more than a number holds exactly.
  const value = (first - 2 ** (8 - length)) * 256 ** (length - 1) + readUnsigned(bytes, at + 1, length - 1);
  return { value: value >= 2 ** (7 * length) - 1 ? Infinity : value, length };
}
