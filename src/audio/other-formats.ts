import { InputError } from "../errors.ts";
import { fourCharacters } from "./pcm.ts";
import { isWebm } from "./webm.ts";

type Decode = typeof import("audio-decode").default;

/** Formats that only audio-decode knows, by what their bytes begin with. */
const OTHERS: readonly (readonly [name: string, is: (bytes: Uint8Array) => boolean])[] = [
  ["m4a or mp4 (AAC)", (bytes) => fourCharacters(bytes, 4) === "ftyp"],
  // The sync word of ADTS, layer 0.
  ["AAC", (bytes) => bytes[0] === 0xff && (bytes[1]! & 0xf6) === 0xf0],
  ["WebM or Matroska without Opus", isWebm],
  ["Ogg of a rare kind", (bytes) => fourCharacters(bytes, 0) === "OggS"],
  ["CAF", (bytes) => fourCharacters(bytes, 0) === "caff"],
  ["AMR", (bytes) => fourCharacters(bytes, 0) === "#!AM"],
  ["AVI", (bytes) => fourCharacters(bytes, 0) === "RIFF" && fourCharacters(bytes, 8) === "AVI "],
  ["WMA", (bytes) => fourCharacters(bytes, 0) === "0&\u00B2u"],
  ["WavPack", (bytes) => fourCharacters(bytes, 0) === "wvpk"],
];

/** What these bytes are, when only audio-decode can decode it; undefined for what is no audio. */
export function otherFormat(bytes: Uint8Array): string | undefined {
  return OTHERS.find(([, is]) => is(bytes))?.[0];
}

/**
 * audio-decode, for every format that is not decoded here, above all AAC. It is installed by whoever wants it, since its
 * AAC decoder (FAAD2) is under the GPL and this package is not. Bundlers must not follow this import: some of what it names
 * is not installed, and a page would come under the GPL with it; a browser has decoders of its own.
 *
 * @throws InputError `audio_undecodable` that says what to do where it is not installed
 */
export async function loadAudioDecode(bytes: Uint8Array): Promise<Decode> {
  const name = "audio-decode";
  try {
    const { default: decode } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
      default: Decode;
    };
    return decode;
  } catch (cause) {
    throw new InputError(
      "audio_undecodable",
      `${otherFormat(bytes) ?? "this format"} needs a decoder that does not come with this package, as its licence is the GPL: ` +
        `npm install ${name}, or convert the recording, e.g. ffmpeg -i voice.m4a voice.wav`,
      { cause },
    );
  }
}
