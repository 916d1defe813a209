import type { Piece } from "./messages.ts";

/** The rate at which the package asks browsers for the sound of what it does not decode itself. */
const SAMPLE_RATE = 48_000;

/** Samples a piece: small enough that copying one is not felt. */
const PIECE = 1 << 17;

/**
 * The browser's own decoder, which only pages have, not workers. It works beside the page; only the copying is done here.
 *
 * @throws DOMException for what the browser does not know
 */
export async function* decodeInPage(file: Blob): AsyncGenerator<Piece, undefined, undefined> {
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE);
  const buffer = await context.decodeAudioData(await file.arrayBuffer());
  const { length, numberOfChannels: channels, sampleRate } = buffer;
  const one = new Float32Array(PIECE);
  for (let at = 0; at < length; at += PIECE) {
    const count = Math.min(PIECE, length - at);
    const samples = new Float32Array(count);
    for (let c = 0; c < channels; c++) {
      buffer.copyFromChannel(one, c, at);
      for (let i = 0; i < count; i++) samples[i]! += one[i]! / channels;
    }
    yield { samples, sampleRate };
  }
}
