import { InputError } from "../errors.ts";
import { fourCharacters, type PcmLayout } from "./pcm.ts";

/** The 80-bit extended float in which AIFF keeps the sampling rate; its sign and its specials never occur here. */
function extendedFloat(view: DataView, at: number): number {
  const exponent = (view.getUint16(at) & 0x7fff) - 16383;
  return view.getUint32(at + 2) * 2 ** (exponent - 31) + view.getUint32(at + 6) * 2 ** (exponent - 63);
}

/** AIFF-C compression types that are none, or G.711, whose header tells the bits that a sample had before. */
const UNCOMPRESSED: Readonly<Record<string, Pick<PcmLayout, "encoding" | "littleEndian">>> = {
  NONE: { encoding: "signed", littleEndian: false },
  twos: { encoding: "signed", littleEndian: false },
  sowt: { encoding: "signed", littleEndian: true },
  raw: { encoding: "unsigned", littleEndian: false },
  fl32: { encoding: "float", littleEndian: false },
  FL32: { encoding: "float", littleEndian: false },
  fl64: { encoding: "float", littleEndian: false },
  FL64: { encoding: "float", littleEndian: false },
  ulaw: { encoding: "mu-law", littleEndian: false },
  ULAW: { encoding: "mu-law", littleEndian: false },
  alaw: { encoding: "a-law", littleEndian: false },
  ALAW: { encoding: "a-law", littleEndian: false },
};

/** Whether these bytes begin as an AIFF or AIFF-C file. */
export function isAiff(bytes: Uint8Array): boolean {
  return fourCharacters(bytes, 0) === "FORM" && /^AIF[FC]$/.test(fourCharacters(bytes, 8));
}

/**
 * Finds the samples in an AIFF or AIFF-C file. A sound chunk that is shorter than it says gives what is there.
 *
 * @returns null for another compressed AIFF-C, which a codec must read
 * @throws InputError `audio_undecodable`
 */
export function parseAiff(bytes: Uint8Array): PcmLayout | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isAiffC = fourCharacters(bytes, 8) === "AIFC";
  let common: { channels: number; bits: number; sampleRate: number; frames: number; compression: string } | undefined;
  let sound: { start: number; end: number } | undefined;
  // The sound chunk may stand before the common one, so both are looked for before either is used.
  for (let at = 12; at + 8 <= bytes.length && !(common && sound);) {
    const name = fourCharacters(bytes, at);
    const size = view.getUint32(at + 4);
    const body = at + 8;
    if (name === "COMM" && body + 18 <= bytes.length) {
      common = {
        channels: view.getUint16(body),
        frames: view.getUint32(body + 2),
        bits: view.getUint16(body + 6),
        sampleRate: Math.round(extendedFloat(view, body + 8)),
        compression: isAiffC ? fourCharacters(bytes, body + 18).trim() : "NONE",
      };
    } else if (name === "SSND" && body + 8 <= bytes.length) {
      const offset = view.getUint32(body);
      sound = { start: body + 8 + offset, end: Math.min(body + size, bytes.length) };
    }
    at = body + size + (size & 1);
  }
  if (!common) {
    throw new InputError("audio_undecodable", "an aiff file without a format chunk: it is cut short or damaged");
  }
  const { channels, bits, sampleRate, frames, compression } = common;
  const kind = UNCOMPRESSED[compression];
  if (!kind) return null;
  if (!sound && frames > 0) {
    throw new InputError("audio_undecodable", "an aiff file that ends before its samples: it is cut short or damaged");
  }
  const width = kind.encoding.endsWith("law") ? 1 : Math.ceil(bits / 8);
  const { start, end } = sound ?? { start: 0, end: 0 };
  const declared = frames * channels * width;
  return {
    bytes: bytes.subarray(start, Math.max(start, Math.min(end, start + declared))),
    declared,
    channels,
    sampleRate,
    width,
    ...kind,
  };
}
