const lengthOf = (pieces: readonly ArrayLike<number>[]): number => pieces.reduce((n, { length }) => n + length, 0);

function filled<Whole extends Uint8Array | Float32Array>(whole: Whole, pieces: readonly ArrayLike<number>[]): Whole {
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Bytes one behind the other, in an array of their own. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return filled(new Uint8Array(lengthOf(pieces)), pieces);
}

/** Floats one behind the other, in an array of their own. */
export function joinFloats(pieces: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  return filled(new Float32Array(lengthOf(pieces)), pieces);
}

/** The little-endian 32-bit floats in `bytes`, copied; the bytes need not be aligned. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  const floats = new Float32Array(bytes.length / 4);
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}

/** Bytes as base64 (RFC 4648, with padding). */
export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** The bytes that a base64 text stands for. Throws a `DOMException` for a text that is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
