import type { Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { type Segment, Stretches } from "./stretches.ts";
import type { EmotionStream, StreamEvent, StreamModel, StreamOptions } from "./stream.ts";

/** The segment as it is written to files: times and confidence to a thousandth, which is finer than the gate's frames. */
export function roundedSegment({ start, end, emotion, confidence }: Segment): Segment {
  const milli = (x: number): number => Math.round(1000 * x) / 1000;
  return { start: milli(start), end: milli(end), emotion, confidence: milli(confidence) };
}

/** Options of {@link timeline}. Times are in seconds. */
export interface TimelineOptions {
  /** The longest stretch that is recognised at once: finer tells more changes, with less to go by; default the model's own. */
  readonly window?: number;
  /** Stretches of the same emotion become one segment when no longer pause lies between them; default 1. */
  readonly join?: number;
  /** Below this probability, 0 … 1, a stretch has no emotion; default 0. */
  readonly minConfidence?: number;
  /** Ends the work with a `SpeechEmotionError` `aborted`. */
  readonly signal?: AbortSignal;
}

/** What a timeline needs of a recogniser. */
export interface TimelineModel extends StreamModel {
  /** Opens a stream of the recording. */
  stream(options: StreamOptions): EmotionStream;
}

/** Pieces of sound that are worked on while the next is decoded. */
const AHEAD = 4;

/**
 * The emotions of a recording of any length, in constant memory: utterances are recognised as a stream does, long ones in
 * windows; neighbours of the same emotion become one segment, and so does a short stretch that adjoins a longer one. Silence and what is no speech are in no segment.
 *
 * @param sound pieces of any length, all at one rate, as `decodeStream` gives them
 * @returns segments in order, none overlapping another; each comes when the next has begun
 * @throws ParameterError for an option that breaks its rule, and what `sound` throws
 */
export async function* timeline(
  model: TimelineModel,
  sound: AsyncIterable<Waveform> | Iterable<Waveform>,
  { window = model.windowSeconds, join = 1, minConfidence = 0, signal }: TimelineOptions = {},
): AsyncGenerator<Segment, void, undefined> {
  if (!(minConfidence >= 0 && minConfidence <= 1)) {
    throw new ParameterError(`timeline: minConfidence=${minConfidence} must be in 0 … 1`);
  }
  if (!(join >= 0)) throw new ParameterError(`timeline: join=${join} must be a number of seconds, at least 0`);
  const stretches = new Stretches(model.labels, join, minConfidence);
  for await (const event of events(model, sound, { window, interval: Infinity, ...(signal && { signal }) })) {
    if (event.type !== "measurement") continue;
    const segment = stretches.add(event.end - event.weight, event.end, Object.values(event.probabilities));
    if (segment) yield segment;
  }
  const last = stretches.finish();
  if (last) yield last;
}

async function* events(
  model: TimelineModel,
  sound: AsyncIterable<Waveform> | Iterable<Waveform>,
  options: Omit<StreamOptions, "sampleRate">,
): AsyncGenerator<StreamEvent, void, undefined> {
  let stream: EmotionStream | undefined;
  const pending: Promise<readonly StreamEvent[]>[] = [];
  for await (const { samples, sampleRate } of sound) {
    stream ??= model.stream({ ...options, sampleRate, backlog: Infinity });
    const told = stream.push(samples);
    // Its failure is thrown where it is awaited.
    told.catch(() => undefined);
    if (pending.push(told) >= AHEAD) yield* await pending.shift()!;
  }
  for (const told of pending) yield* await told;
  if (stream) yield* await stream.end();
}
