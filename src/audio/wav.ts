import { InputError } from "../errors.ts";
import { fourCharacters, type PcmLayout } from "./pcm.ts";

const PCM = 1;
const FLOAT = 3;
const A_LAW = 6;
const MU_LAW = 7;
const EXTENSIBLE = 0xfffe;

/** A size field of a file that was written to a pipe: the writer could not go back to fill it in. */
function isPlaceholder(size: number): boolean {
  return size === 0 || size >= 0x7ffff000;
}

/** Whether these bytes begin as a RIFF/WAVE file, RF64 and BW64 among them; an AVI is RIFF, too. */
export function isWav(bytes: Uint8Array): boolean {
  return /^(RIFF|RF64|BW64)$/.test(fourCharacters(bytes, 0)) && fourCharacters(bytes, 8) === "WAVE";
}

function encodingOf(tag: number, width: number): PcmLayout["encoding"] {
  if (tag === PCM) return width === 1 ? "unsigned" : "signed";
  return tag === FLOAT ? "float" : tag === A_LAW ? "a-law" : "mu-law";
}

/**
 * Finds the samples in a RIFF/WAVE file (also RF64 and BW64, whose 64-bit sizes are not needed: data reach to the end).
 * Chunks of other names are skipped, with the pad byte after an odd one.
 *
 * A data chunk that is shorter than its header says gives the samples that are there: an interrupted recording is still
 * a recording. A file that ends before its data chunk is an error.
 *
 * @returns null when the file is a wave file in a compressed format other than G.711, which a codec must read
 * @throws InputError `audio_undecodable`
 */
export function parseWav(bytes: Uint8Array): PcmLayout | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: { tag: number; channels: number; sampleRate: number; blockBytes: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = fourCharacters(bytes, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (name === "fmt " && body + 16 <= bytes.length) {
      let tag = view.getUint16(body, true);
      // The sub-format's GUID begins with the tag that counts.
      if (tag === EXTENSIBLE && size >= 40 && body + 26 <= bytes.length) tag = view.getUint16(body + 24, true);
      format = {
        tag,
        channels: view.getUint16(body + 2, true),
        sampleRate: view.getUint32(body + 4, true),
        blockBytes: view.getUint16(body + 12, true),
        bits: view.getUint16(body + 14, true),
      };
    } else if (name === "data") {
      if (!format) throw new InputError("audio_undecodable", "a wav file whose data come before its format chunk");
      const { tag, channels, sampleRate, blockBytes, bits } = format;
      if (![PCM, FLOAT, A_LAW, MU_LAW].includes(tag)) return null;
      // 12 bits in two bytes, 20 in three: the container's width counts, samples are left-justified in it.
      const width = Math.ceil(bits / 8);
      if (blockBytes !== width * channels) {
        throw new InputError(
          "audio_undecodable",
          `the wav header is damaged: ${channels} channels of ${bits} bits do not fill blocks of ${blockBytes} bytes`,
        );
      }
      const streamed = size === 0 ? isPlaceholder(view.getUint32(4, true)) : isPlaceholder(size);
      return {
        bytes: bytes.subarray(body, streamed ? bytes.length : Math.min(body + size, bytes.length)),
        declared: streamed ? Infinity : size,
        channels,
        sampleRate,
        encoding: encodingOf(tag, width),
        width,
        littleEndian: true,
      };
    }
    at = body + size + (size & 1);
  }
  throw new InputError("audio_undecodable", "a wav file that ends before its samples: it is cut short or damaged");
}
