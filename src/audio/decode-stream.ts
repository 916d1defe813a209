import { joinBytes } from "../bytes.ts";
import { InputError } from "../errors.ts";
import { CompressedDecoder } from "./codecs.ts";
import { decodeAudio, parsePcm, requireSound } from "./decode.ts";
import { mixPcm, type PcmLayout } from "./pcm.ts";
import type { Waveform } from "./waveform.ts";

/** What tells the format; longer headers are read on. */
const HEAD_BYTES = 1 << 16;

/** Bytes that a decoder is given at a time: constant FLAC frames hold 5,000 samples a byte, 64 kB of them are 1.2 GB. */
const PUSH_BYTES = 1 << 12;

/** Samples of sound that had to be decoded whole that are given at a time. */
const BLOCK = 1 << 16;

/** Bytes one behind the other; a single piece is not copied. */
const joined = (pieces: readonly Uint8Array[]): Uint8Array => (pieces.length === 1 ? pieces[0]! : joinBytes(pieces));

/** The bytes of a source: its beginning, looked at as long as need be, then the rest. */
class Head {
  bytes: Uint8Array = new Uint8Array(0);
  over = false;
  readonly #source: AsyncIterator<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Reads on until {@link bytes} are so many, or all. */
  async grow(length: number): Promise<void> {
    const pieces = [this.bytes];
    for (let n = this.bytes.length; n < length && !this.over;) {
      const { done, value } = await this.#source.next();
      if (done === true) this.over = true;
      else {
        pieces.push(value);
        n += value.length;
      }
    }
    this.bytes = joined(pieces);
  }

  /** From byte `at` of the head to the end. */
  async *rest(at = 0): AsyncGenerator<Uint8Array, void, undefined> {
    yield this.bytes.subarray(at);
    while (!this.over) {
      const { done, value } = await this.#source.next();
      if (done === true) return;
      yield value;
    }
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

async function* pcmPieces(
  source: AsyncIterable<Uint8Array>,
  layout: PcmLayout,
): AsyncGenerator<Waveform, void, undefined> {
  const frameBytes = layout.channels * layout.width;
  let left = layout.declared;
  let carried = new Uint8Array(0);
  for await (const piece of source) {
    const bytes = joined(carried.length === 0 ? [piece] : [carried, piece]).subarray(0, left);
    const whole = bytes.length - (frameBytes > 0 ? bytes.length % frameBytes : 0);
    yield mixPcm({ ...layout, bytes: bytes.subarray(0, whole) });
    carried = bytes.slice(whole);
    left -= whole;
    if (left < Math.max(1, frameBytes)) return;
  }
}

async function* compressedPieces(head: Head, decoder: CompressedDecoder): AsyncGenerator<Waveform, void, undefined> {
  let over = false;
  try {
    for await (const bytes of head.rest()) {
      for (let at = 0; at < bytes.length; at += PUSH_BYTES)
        yield await decoder.push(bytes.subarray(at, at + PUSH_BYTES));
    }
    over = true;
    yield await decoder.end();
  } finally {
    if (!over) decoder.free();
  }
}

async function* wholeInBlocks(head: Head): AsyncGenerator<Waveform, void, undefined> {
  await head.grow(Infinity);
  const { samples, sampleRate } = await decodeAudio(head.bytes);
  for (let at = 0; at < samples.length; at += BLOCK) yield { samples: samples.subarray(at, at + BLOCK), sampleRate };
}

async function* pieces(head: Head): AsyncGenerator<Waveform, void, undefined> {
  for (let length = HEAD_BYTES; ; length *= 4) {
    await head.grow(length);
    if (head.bytes.length === 0) throw new InputError("audio_empty", "empty: no bytes at all");
    try {
      const layout = parsePcm(head.bytes);
      if (layout) return yield* pcmPieces(head.rest(layout.bytes.byteOffset - head.bytes.byteOffset), layout);
      break;
    } catch (cause) {
      // Chunks before the samples may be long.
      if (head.over) throw cause;
    }
  }
  const decoder = await CompressedDecoder.open(head.bytes, true);
  yield* decoder ? compressedPieces(head, decoder) : wholeInBlocks(head);
}

/**
 * `decodeAudio` for sound that need not be in memory: gives the mean of the channels as it is decoded. Wav, aiff, mp3, flac,
 * ogg and webm stream; m4a does when its index stands before the sound or in fragments (most phones write it behind), else
 * it is decoded whole, as is what is rarer. All pieces together are the samples of `decodeAudio`.
 *
 * @param source the bytes of a file, in pieces of any length
 * @returns pieces with at least one sample, all at one rate
 * @throws InputError as `decodeAudio`
 */
export async function* decodeStream(source: AsyncIterable<Uint8Array>): AsyncGenerator<Waveform, void, undefined> {
  const head = new Head(source);
  let sampleRate = 0;
  let received = 0;
  try {
    for await (const piece of pieces(head)) {
      if (piece.samples.length === 0) continue;
      if (sampleRate !== 0 && piece.sampleRate !== sampleRate) {
        throw new InputError(
          "audio_undecodable",
          `the sampling rate changes from ${sampleRate} to ${piece.sampleRate} Hz within the sound: cut it there`,
        );
      }
      sampleRate = piece.sampleRate;
      requireSound(piece, received);
      received += piece.samples.length;
      yield piece;
    }
  } finally {
    await head.close();
  }
  if (received === 0) {
    throw new InputError(
      "audio_no_samples",
      "audio of zero length: it holds no samples, or is too damaged to decode any",
    );
  }
}

/** How bare samples stand in bytes, as ffmpeg and sox name it. */
export const RAW_FORMATS = ["s16le", "s24le", "s32le", "f32le"] as const;

/** One of {@link RAW_FORMATS}. */
export type RawFormat = (typeof RAW_FORMATS)[number];

/**
 * Samples without any header, such as a recorder writes them to a pipe.
 *
 * @param source bytes in pieces of any length; a last incomplete sample is dropped
 * @param sampleRate in hertz
 * @param channels of which the mean is taken; default 1
 */
export async function* decodeRaw(
  source: AsyncIterable<Uint8Array>,
  format: RawFormat,
  sampleRate: number,
  channels = 1,
): AsyncGenerator<Waveform, void, undefined> {
  yield* pcmPieces(source, {
    bytes: new Uint8Array(0),
    declared: Infinity,
    channels,
    sampleRate,
    encoding: format === "f32le" ? "float" : "signed",
    width: Number(format.slice(1, 3)) / 8,
    littleEndian: true,
  });
}
