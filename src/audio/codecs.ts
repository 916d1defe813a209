import { joinFloats } from "../bytes.ts";
import { InputError } from "../errors.ts";
import { isAiff } from "./aiff.ts";
import { channelMean, type Piece } from "./channel-mean.ts";
import { afterId3, hasMpegSync, isMpegAudio } from "./mpeg.ts";
import { decodePlainOpus } from "./opus.ts";
import { loadAudioDecode, otherFormat } from "./other-formats.ts";
import { fourCharacters } from "./pcm.ts";
import type { DecodedAudio } from "./waveform.ts";
import { isWav } from "./wav.ts";
import { isWebm } from "./webm.ts";
import { WebmOpusDecoder } from "./webm-opus.ts";

/** Bytes a piece: some ten seconds of compressed sound. */
export const PIECE_BYTES: number = 1 << 16;

/** Formats whose decoders take a file piece by piece, so that only the mean of the channels is ever held whole. */
type StreamedFormat = "opus" | "oga" | "flac" | "mp3";

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
  /** Samples of each channel that count; absent: all. */
  readonly samplesDecoded?: number;
}

/** A decoder's own refusal ("Unsupported …", "No audio track …") helps; its crash on damaged bytes does not. */
function refusal(cause: unknown): InputError {
  if (cause instanceof InputError) return cause;
  const text = cause instanceof Error ? cause.message : "";
  const reason = /^(Unsupported|No) /.test(text) ? ` (${text})` : "";
  return new InputError("audio_undecodable", `${NOT_AUDIO}${reason}`, { cause });
}

/** What the decoders of all formats have in common. */
interface Codec {
  decode(bytes: Uint8Array): RatedPiece | Promise<RatedPiece>;
  flush?(): RatedPiece | Promise<RatedPiece>;
  free(): void;
}

/** Each decoder is loaded when its format is first met. */
const CODECS: Readonly<Record<StreamedFormat, () => Promise<Codec>>> = {
  mp3: async () => (await import("@audio/decode-mp3")).decoder(),
  flac: async () => (await import("@audio/decode-flac")).decoder(),
  opus: async () => (await import("@audio/decode-opus")).decoder(),
  oga: async () => (await import("@audio/decode-vorbis")).decoder(),
};

/** An m4a whose index stands before its sound streams; a file at hand is decoded whole. */
async function openM4a(head: Uint8Array): Promise<Codec> {
  const decode = await (await loadAudioDecode(head)).m4a();
  return { decode, flush: () => decode(), free: () => decode.free() };
}

/** The rate at which a browser's own decoders give their sound: what most recordings have. */
const BROWSER_RATE = 48_000;

/** Whether a browser's own decoders are here. */
const inBrowser = (): boolean => typeof OfflineAudioContext !== "undefined";

async function decodeRest(bytes: Uint8Array): Promise<RatedPiece> {
  if (!inBrowser()) {
    if (isWav(bytes) || isAiff(bytes)) {
      throw new InputError(
        "audio_undecodable",
        "a wav or aiff file in a compression that is not read here (PCM, float, μ-law and A-law are): convert it, e.g. ffmpeg -i voice.wav voice.flac",
      );
    }
    if (otherFormat(bytes) === undefined) throw new InputError("audio_undecodable", NOT_AUDIO);
    return (await loadAudioDecode(bytes))(bytes);
  }
  const context = new OfflineAudioContext(1, 1, BROWSER_RATE);
  const buffer = await context.decodeAudioData(new Uint8Array(bytes).buffer);
  const channelData = Array.from({ length: buffer.numberOfChannels }, (_, c) => buffer.getChannelData(c));
  return { channelData, sampleRate: buffer.sampleRate };
}

/** Mp3's and AAC's decoders make two equal channels of one. */
function withoutTwin(channels: readonly Float32Array[]): readonly Float32Array[] {
  const [left, right] = channels;
  if (channels.length !== 2 || !left || !right || left.some((x, i) => x !== right[i])) return channels;
  return [left];
}

/** Compressed sound that is decoded as it comes. */
export class CompressedDecoder {
  readonly #codec: Codec;
  readonly #bits: number | null;
  readonly #twins: boolean;

  private constructor(codec: Codec, bits: number | null, twins: boolean) {
    this.#codec = codec;
    this.#bits = bits;
    this.#twins = twins;
  }

  /**
   * @param head the first bytes of the sound, 64 kB of it or all
   * @param containers whether an m4a is streamed as well, where that can be done
   * @returns null for a format that has to be decoded whole
   * @throws InputError `audio_undecodable`
   */
  static async open(head: Uint8Array, containers = false): Promise<CompressedDecoder | null> {
    const format = streamedFormat(head);
    if (format)
      return new CompressedDecoder(await CODECS[format](), format === "flac" ? flacBits(head) : null, format === "mp3");
    const webm = isWebm(head) ? await WebmOpusDecoder.open(head) : null;
    if (webm) return new CompressedDecoder(webm, null, false);
    const streams = containers && !inBrowser() && fourCharacters(head, 4) === "ftyp";
    return streams ? new CompressedDecoder(await openM4a(head), null, true) : null;
  }

  /** @returns the sound that these bytes complete; no samples, and no rate, when there is none yet */
  async push(bytes: Uint8Array): Promise<DecodedAudio> {
    return this.#take(() => this.#codec.decode(bytes));
  }

  /** The bytes are over. @returns the last samples */
  async end(): Promise<DecodedAudio> {
    const last = await this.#take(() => this.#codec.flush?.() ?? { channelData: [], sampleRate: 0 });
    this.free();
    return last;
  }

  /** Gives the decoder's memory back; for whoever stops before the end. */
  free(): void {
    this.#codec.free();
  }

  async #take(decode: () => RatedPiece | Promise<RatedPiece>): Promise<DecodedAudio> {
    let piece: RatedPiece;
    try {
      piece = await decode();
    } catch (cause) {
      this.free();
      throw refusal(cause);
    }
    const { samplesDecoded = Infinity } = piece;
    const all = piece.channelData.map((channel) => channel.subarray(0, samplesDecoded));
    if (!all[0]?.length) return { samples: new Float32Array(0), sampleRate: 0, channels: 0 };
    if (this.#bits !== null) for (const channel of all) rescale(channel, this.#bits);
    const channelData = this.#twins ? withoutTwin(all) : all;
    return { samples: channelMean({ channelData }), sampleRate: piece.sampleRate, channels: channelData.length };
  }
}

/**
 * Decodes compressed sound that is there as a whole: plain Ogg Opus by libopus directly, all else by the decoders
 * of audio-decode; what a browser decodes itself (aac, m4a) is at 48,000 Hz there.
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
    const whole = await decodeRest(bytes).catch((cause: unknown) => {
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
  const samples = joinFloats(heard.map((piece) => piece.samples));
  const channels = Math.max(0, ...heard.map((piece) => piece.channels));
  return { samples, sampleRate: heard.at(-1)?.sampleRate ?? 0, channels };
}
