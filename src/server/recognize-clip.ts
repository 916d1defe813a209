import { decodeStream, type Waveform } from "../audio/index.ts";
import { roundedSegment, type Segment, timeline, type TimelineModel } from "../recognize/index.ts";
import { Problem } from "./problems.ts";
import type { ClipAnswer, ClipJob } from "./worker-messages.ts";

/** Bytes that are decoded at a time: little enough that what they decode to fits into memory. */
const PIECE_BYTES = 1 << 14;

async function* pieces(bytes: ArrayBuffer): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
    yield new Uint8Array(bytes, at, Math.min(PIECE_BYTES, bytes.byteLength - at));
  }
}

/** Passes sound on until it is longer than it may be. */
async function* atMost(
  sound: AsyncIterable<Waveform>,
  maxSeconds: number,
  onSeconds: (seconds: number) => void,
): AsyncGenerator<Waveform, void, undefined> {
  let seconds = 0;
  for await (const piece of sound) {
    seconds += piece.samples.length / piece.sampleRate;
    if (seconds > maxSeconds) {
      throw new Problem("audio_too_long", `the recording is longer than ${maxSeconds} s: cut it into shorter ones`);
    }
    onSeconds(seconds);
    yield piece;
  }
}

/**
 * The emotions of a recording, recognised while it is decoded: a recording that turns out too long costs no more than what
 * is allowed.
 *
 * @throws Problem `audio_too_long`, InputError of `decodeStream`
 */
export async function recognizeClip(
  model: TimelineModel,
  { bytes, minConfidence, maxSeconds }: ClipJob,
  signal: AbortSignal,
): Promise<ClipAnswer> {
  let seconds = 0;
  const sound = atMost(decodeStream(pieces(bytes)), maxSeconds, (so) => {
    seconds = so;
  });
  const segments: Segment[] = [];
  for await (const segment of timeline(model, sound, { minConfidence, signal })) segments.push(roundedSegment(segment));
  return { seconds: Math.round(1000 * seconds) / 1000, segments };
}
