/** How samples stand in a wav file. */
export type WavEncoding = "u8" | "s16" | "s24" | "s32" | "f32" | "f64";

interface WavOptions {
  readonly sampleRate?: number;
  readonly channels?: number;
  readonly encoding?: WavEncoding;
  /** Wrap the format in WAVE_FORMAT_EXTENSIBLE. */
  readonly extensible?: boolean;
  /** A chunk between format and data. */
  readonly extraChunk?: { readonly name: string; readonly bytes: number };
  /** What the data chunk's header claims, where that is not the truth. */
  readonly claimedBytes?: number;
}

const WIDTH: Readonly<Record<WavEncoding, number>> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 };

/**
 * A wav file of interleaved samples, written from the format's description and not with our reader in mind. Integers are
 * rounded from value · 2^(bits - 1) and kept in range.
 */
export function wavFile(interleaved: ArrayLike<number>, options: WavOptions = {}): Uint8Array {
  const { sampleRate = 22050, channels = 1, encoding = "s16", extensible = false, extraChunk } = options;
  const width = WIDTH[encoding];
  const dataBytes = interleaved.length * width;
  const formatBytes = extensible ? 40 : 16;
  const extraBytes = extraChunk ? 8 + extraChunk.bytes + (extraChunk.bytes & 1) : 0;
  const total = 12 + 8 + formatBytes + extraBytes + 8 + dataBytes;
  const view = new DataView(new ArrayBuffer(total));
  const text = (at: number, characters: string): void => {
    for (let i = 0; i < characters.length; i++) view.setUint8(at + i, characters.charCodeAt(i));
  };
  text(0, "RIFF");
  view.setUint32(4, total - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, formatBytes, true);
  const tag = encoding.startsWith("f") ? 3 : 1;
  view.setUint16(20, extensible ? 0xfffe : tag, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * width, true);
  view.setUint16(32, channels * width, true);
  view.setUint16(34, width * 8, true);
  if (extensible) {
    view.setUint16(36, 22, true);
    view.setUint16(38, width * 8, true);
    view.setUint16(44, tag, true);
    text(46, "\u0000\u0000\u0000\u0000\u0010\u0000\u0080\u0000\u0000\u00aa\u0000\u0038\u009b\u0071");
  }
  let at = 20 + formatBytes;
  if (extraChunk) {
    text(at, extraChunk.name);
    view.setUint32(at + 4, extraChunk.bytes, true);
    at += extraBytes;
  }
  text(at, "data");
  view.setUint32(at + 4, options.claimedBytes ?? dataBytes, true);
  at += 8;
  for (let i = 0; i < interleaved.length; i++, at += width) {
    const value = interleaved[i]!;
    const integer = (bits: number): number =>
      Math.max(-(2 ** (bits - 1)), Math.min(2 ** (bits - 1) - 1, Math.round(value * 2 ** (bits - 1))));
    if (encoding === "u8") view.setUint8(at, integer(8) + 128);
    else if (encoding === "s16") view.setInt16(at, integer(16), true);
    else if (encoding === "s24") {
      view.setUint16(at, integer(24) & 0xffff, true);
      view.setInt8(at + 2, integer(24) >> 16);
    } else if (encoding === "s32") view.setInt32(at, integer(32), true);
    else if (encoding === "f32") view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
  }
  return new Uint8Array(view.buffer);
}

/** Samples of amplitude · sin(2π·hertz·t). */
export function sine(hertz: number, sampleRate: number, seconds: number, amplitude = 0.5): Float32Array {
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  for (let i = 0; i < samples.length; i++) samples[i] = amplitude * Math.sin((2 * Math.PI * hertz * i) / sampleRate);
  return samples;
}
