import { InputError } from "../errors.ts";
import { channelMean, type Piece } from "./channel-mean.ts";
import { afterId3, hasMpegSync, isMpegAudio } from "./mpeg.ts";
import { decodePlainOpus } from "./opus.ts";
import { fourCharacters } from "./pcm.ts";
import type { DecodedAudio } from "./waveform.ts";

/** Bytes a piece: some ten seconds of compressed sound. */
export const PIECE_BYTES: number = 1 << 16;

/** Formats whose decoders take a file piece by piece, so that only the mean of the channels is ever held whole. */
type StreamedFormat = "opus" | "oga" | "flac" | "mp3";

/** Containers that stream, too, as long as what is known of their beginning says so; a file at hand is decoded whole. */
type StreamedContainer = "webm" | "m4a";

const NOT_AUDIO = "not audio of a known format, or damaged";

/** @throws InputError `audio_undecodable` for what only resembles MPEG audio */
function streamedFormat(bytes: Uint8Array): StreamedFormat | null {
  const magic = fourCharacters(bytes, 0);
  if (magic === "fLaC") return "flac";
  if (magic === "OggS") {
    const codec = fourCharacters(bytes, 28);
    return codec === "Opus" ? "opus" : codec === "\u0001vor" ? "oga" : null;
  }
  const start = afterId3(bytes);
  if (!hasMpegSync(bytes, start)) return null;
  if (!isMpegAudio(bytes, start)) throw new InputError("audio_undecodable", NOT_AUDIO);
  return "mp3";
}

function streamedContainer(head: Uint8Array): StreamedContainer | null {
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3) return "webm";
  return fourCharacters(head, 4) === "ftyp" ? "m4a" : null;
}

/** Bits a sample of a native FLAC file, from its STREAMINFO block, which always comes first. */
function flacBits(bytes: Uint8Array): number {
  return (((bytes[20]! & 1) << 4) | (bytes[21]! >> 4)) + 1;
}

/** audio-decode divides FLAC's integers by 2^(bits - 1) - 1: back to libsndfile's 2^(bits - 1), as in {@link mixPcm}. */
function rescale(samples: Float32Array, bits: number): void {
  const full = 2 ** (bits - 1);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.round(samples[i]! * (full - 1)) / full;
}

/** A decoder's output and its rate, in hertz. */
interface RatedPiece extends Piece {
  readonly sampleRate: number;
}

/** A decoder's own refusal ("Unsupported …", "No audio track …") helps; its crash on damaged bytes does not. */
function refusal(cause: unknown): InputError {
  const text = cause instanceof Error ? cause.message : "";
  const reason = /^(Unsupported|No) /.test(text) ? ` (${text})` : "";
  return new InputError("audio_undecodable", `${NOT_AUDIO}${reason}`, { cause });
}

/** Compressed sound that is decoded as it comes, with audio-decode, whose codecs are loaded when first met. */
export class CompressedDecoder {
  readonly #decode: (bytes?: Uint8Array) => Promise<RatedPiece>;
  readonly #bits: number | null;

  private constructor(decode: (bytes?: Uint8Array) => Promise<RatedPiece>, bits: number | null) {
    this.#decode = decode;
    this.#bits = bits;
  }

  /**
   * @param head the first bytes of the sound, 64 kB of it or all
   * @param containers whether containers are streamed as well
   * @returns null for a format that has to be decoded whole
   * @throws InputError `audio_undecodable`
   */
  static async open(head: Uint8Array, containers = false): Promise<CompressedDecoder | null> {
    const format = streamedFormat(head) ?? (containers ? streamedContainer(head) : null);
    if (format === null) return null;
    const { default: decode } = await import("audio-decode");
    return new CompressedDecoder(await decode[format](), format === "flac" ? flacBits(head) : null);
  }

  /** @returns the sound that these bytes complete; no samples, and no rate, when there is none yet */
  async push(bytes: Uint8Array): Promise<DecodedAudio> {
    return this.#take(bytes);
  }

  /** The bytes are over. @returns the last samples */
  async end(): Promise<DecodedAudio> {
    return this.#take();
  }

  async #take(bytes?: Uint8Array): Promise<DecodedAudio> {
    let piece: RatedPiece;
    try {
      piece = await this.#decode(bytes);
    } catch (cause) {
      throw refusal(cause);
    }
    if (!piece.channelData[0]?.length) return { samples: new Float32Array(0), sampleRate: 0, channels: 0 };
    if (this.#bits !== null) for (const channel of piece.channelData) rescale(channel, this.#bits);
    return { samples: channelMean(piece), sampleRate: piece.sampleRate, channels: piece.channelData.length };
  }
}

/**
 * Decodes compressed sound that is there as a whole: plain Ogg Opus by libopus directly, all else by audio-decode.
 *
 * @returns zero samples when the decoder found none
 * @throws InputError `audio_undecodable`: the bytes are no known format, or the decoder gave up on them
 */
export async function decodeCompressed(bytes: Uint8Array): Promise<DecodedAudio> {
  const plain = await decodePlainOpus(bytes).catch((cause: unknown) => {
    throw refusal(cause);
  });
  if (plain) return plain;
  const decoder = await CompressedDecoder.open(bytes);
  if (!decoder) {
    const { default: decode } = await import("audio-decode");
    const whole = await decode(bytes).catch((cause: unknown) => {
      throw refusal(cause);
    });
    const samples = whole.channelData[0]?.length ? channelMean(whole) : new Float32Array(0);
    return { samples, sampleRate: whole.sampleRate, channels: whole.channelData.length };
  }
  const pieces: DecodedAudio[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    pieces.push(await decoder.push(bytes.subarray(at, at + PIECE_BYTES)));
  }
  pieces.push(await decoder.end());
  const heard = pieces.filter(({ samples }) => samples.length > 0);
  if (heard.length === 1) return heard[0]!;
  const samples = new Float32Array(heard.reduce((n, piece) => n + piece.samples.length, 0));
  let at = 0;
  for (const piece of heard) {
    samples.set(piece.samples, at);
    at += piece.samples.length;
  }
  const channels = Math.max(0, ...heard.map((piece) => piece.channels));
  return { samples, sampleRate: heard.at(-1)?.sampleRate ?? 0, channels };
}
