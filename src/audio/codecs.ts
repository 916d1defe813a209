import { InputError } from "../errors.ts";
import { afterId3, hasMpegSync, isMpegAudio } from "./mpeg.ts";
import { fourCharacters } from "./pcm.ts";
import type { DecodedAudio } from "./waveform.ts";

/** Formats whose decoders take a file piece by piece, so that only the mean of the channels is ever held whole. */
type StreamedFormat = "opus" | "oga" | "flac" | "mp3";

/** Bytes a piece: some ten seconds of compressed sound. */
const PIECE_BYTES = 1 << 16;

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

interface Piece {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
}

function channelMean({ channelData }: Piece): Float32Array {
  const first = channelData[0]!;
  const channels = channelData.length;
  if (channels === 1) return first;
  const mean = new Float32Array(first.length);
  for (let i = 0; i < mean.length; i++) {
    let sum = 0;
    for (const channel of channelData) sum += channel[i]!;
    mean[i] = sum / channels;
  }
  return mean;
}

/**
 * Decodes compressed sound with audio-decode (WebAssembly builds of the reference decoders), which is loaded at the
 * first call and each of its codecs when first met.
 *
 * @returns zero samples when the decoder found none
 * @throws InputError `audio_undecodable`: the bytes are no known format, or the decoder gave up on them
 */
export async function decodeCompressed(bytes: Uint8Array): Promise<DecodedAudio> {
  const format = streamedFormat(bytes);
  const { default: decode } = await import("audio-decode");
  const means: Float32Array[] = [];
  let channels = 0;
  let sampleRate = 0;
  const take = (piece: Piece): void => {
    if (!piece.channelData[0]?.length) return;
    channels = Math.max(channels, piece.channelData.length);
    sampleRate = piece.sampleRate;
    if (format === "flac") for (const channel of piece.channelData) rescale(channel, flacBits(bytes));
    means.push(channelMean(piece));
  };
  try {
    if (format) {
      const decoder = await decode[format]();
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) take(await decoder(bytes.subarray(at, at + PIECE_BYTES)));
      take(await decoder());
    } else {
      take(await decode(bytes));
    }
  } catch (cause) {
    // A decoder's own refusal ("Unsupported …", "No audio track …") helps; its crash on damaged bytes does not.
    const text = cause instanceof Error ? cause.message : "";
    const reason = /^(Unsupported|No) /.test(text) ? ` (${text})` : "";
    throw new InputError("audio_undecodable", `${NOT_AUDIO}${reason}`, { cause });
  }
  if (means.length === 1) return { samples: means[0]!, sampleRate, channels };
  const samples = new Float32Array(means.reduce((n, mean) => n + mean.length, 0));
  let at = 0;
  for (const mean of means) {
    samples.set(mean, at);
    at += mean.length;
  }
  return { samples, sampleRate, channels };
}
