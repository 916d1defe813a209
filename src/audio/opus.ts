import type { OpusPacketDecoder } from "@audio/decode-opus/core";
import { channelMean } from "./channel-mean.ts";
import { oggPages, type OggPage } from "./ogg.ts";
import { fourCharacters } from "./pcm.ts";
import type { DecodedAudio } from "./waveform.ts";

/** Opus always decodes to this rate, in hertz. */
export const OPUS_RATE = 48_000;
/** The longest packet, 120 ms (RFC 6716, section 3.2.5). */
const LONGEST_PACKET = 5760;

/** What a decoder must know of a stream. */
export interface OpusHeader {
  readonly channels: number;
  /** Samples at the start that only let the decoder converge. */
  readonly preSkip: number;
  /** In 1/256 dB. */
  readonly outputGain: number;
}

/** "OpusHead" (RFC 7845, section 5.1) of one or two channels; null for any other. */
export function parseOpusHead(bytes: Uint8Array): OpusHeader | null {
  if (bytes.length !== 19) return null;
  if (fourCharacters(bytes, 0) + fourCharacters(bytes, 4) !== "OpusHead" || bytes[8] !== 1) return null;
  const channels = bytes[9]!;
  // Mapping family 0 says all about one or two channels.
  if (bytes[18] !== 0 || channels < 1 || channels > 2) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { channels, preSkip: view.getUint16(10, true), outputGain: view.getInt16(16, true) };
}

/** "OpusHead" on a page, "OpusTags" on the next. */
function parseHeaders([head, tags]: readonly OggPage[]): OpusHeader | null {
  const comment = tags?.packets[0];
  if (!head || !comment || head.packets.length > 1 || tags.packets.length > 1) return null;
  if (fourCharacters(comment, 0) + fourCharacters(comment, 4) !== "OpusTags") return null;
  return parseOpusHead(head.packets[0]!);
}

let decoder: OpusPacketDecoder | undefined;

/** libopus, yet to be told of a stream. */
export async function loadOpus(): Promise<OpusPacketDecoder> {
  const { createOpusDecoder } = await import("@audio/decode-opus/core");
  return createOpusDecoder();
}

/**
 * An Ogg Opus file as encoders write it, page by page through libopus. It exists for speed: what audio-decode does around
 * libopus costs a third of libopus itself. It takes whole files of one stream of one or two channels and
 * gives the same samples; every doubt is left to audio-decode.
 *
 * @param bytes the whole file
 * @returns null for any other file
 */
export async function decodePlainOpus(bytes: Uint8Array): Promise<DecodedAudio | null> {
  const pages = oggPages(bytes);
  const header = pages && parseHeaders(pages);
  const last = pages?.at(-1);
  if (!header || !last) return null;
  const sound = pages.slice(2);
  const length = last.granule - header.preSkip;
  const packets = sound.reduce((sum, page) => sum + page.packets.length, 0);
  if (!(length > 0 && length <= packets * LONGEST_PACKET)) return null;

  decoder ??= await loadOpus();
  // From here on nothing waits, so that all files can share the decoder.
  decoder.configure(header);
  try {
    const samples = new Float32Array(length);
    let at = 0;
    for (const page of sound) {
      const due = Math.max(0, page.granule - header.preSkip);
      const piece = decoder.decodeFrames(page.packets);
      // Doubts: a packet that libopus refuses, a clock that did not begin at 0 or that jumps. Only the end may be cut off.
      const end = at + piece.samplesDecoded;
      if (piece.errors.length > 0 || due > length || (page === last ? end < due : end !== due)) return null;
      if (end > at) samples.set(channelMean(piece).subarray(0, due - at), at);
      at = due;
    }
    return { samples, sampleRate: OPUS_RATE, channels: header.channels };
  } finally {
    decoder.unconfigure();
  }
}
