/** Kilobits a second by bitrate index 1 … 14: [MPEG-1 layer I, II, III], then [MPEG-2 and 2.5 layer I, II and III]. */
const MPEG1 = [
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
] as const;
const MPEG2_LAYER1 = [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256] as const;
const MPEG2_OTHER = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] as const;
const RATES = [44100, 48000, 32000] as const;

/** The length in bytes of the MPEG audio frame that begins at `at`, by its four header bytes; 0 when none does. */
function frameLength(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return 0;
  const version = (bytes[at + 1]! >> 3) & 3; // 0: MPEG-2.5, 2: MPEG-2, 3: MPEG-1
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3); // 4: reserved
  const bitrate = bytes[at + 2]! >> 4;
  const rate = RATES[(bytes[at + 2]! >> 2) & 3];
  // Index 0 is the "free" bitrate, which nothing writes and any text resembles.
  if (version === 1 || layer === 4 || bitrate === 0 || bitrate === 15 || rate === undefined) return 0;
  const kilobits = (version === 3 ? MPEG1[layer - 1]! : layer === 1 ? MPEG2_LAYER1 : MPEG2_OTHER)[bitrate - 1]!;
  const hertz = version === 3 ? rate : version === 2 ? rate / 2 : rate / 4;
  const padding = (bytes[at + 2]! >> 1) & 1;
  if (layer === 1) return 4 * (Math.floor((12000 * kilobits) / hertz) + padding);
  const slots = layer === 3 && version !== 3 ? 72000 : 144000;
  return Math.floor((slots * kilobits) / hertz) + padding;
}

/** Where the bytes go on after an ID3v2 tag at their start; 0 without one. */
export function afterId3(bytes: Uint8Array): number {
  if (bytes.length < 10 || bytes[0] !== 0x49 || bytes[1] !== 0x44 || bytes[2] !== 0x33) return 0;
  // Four times seven bits.
  const size = (bytes[6]! << 21) | (bytes[7]! << 14) | (bytes[8]! << 7) | bytes[9]!;
  const footer = bytes[5]! & 0x10 ? 10 : 0;
  return 10 + size + footer;
}

/** Whether an MPEG sync word stands at `at` that is not AAC's. */
export function hasMpegSync(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && (bytes[at + 1]! & 0xe0) === 0xe0 && (bytes[at + 1]! & 0x06) !== 0;
}

/**
 * Whether MPEG audio (mp3) begins at `at`: a whole header, and another one where the first frame ends, unless the bytes
 * end before. The sync word alone is not enough: text in UTF-16 begins with it, and decoders make noise of that.
 */
export function isMpegAudio(bytes: Uint8Array, at: number): boolean {
  const length = frameLength(bytes, at);
  if (length === 0) return false;
  const next = at + length;
  return next + 4 > bytes.length || frameLength(bytes, next) > 0;
}
