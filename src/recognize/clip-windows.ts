import { StreamResampler, type Waveform } from "../audio/index.ts";
import { FeatureWindows } from "../features/index.ts";
import type { Matrix } from "../matrix.ts";
import { requireFinite } from "./finite.ts";
import type { StreamModel } from "./stream.ts";
import { type StreamStep, StreamWindows } from "./windows.ts";

/** A stretch of a clip. */
export interface ClipWindow {
  /** Shape (frames, columns). */
  readonly features: Matrix;
  /** The part that it has in the clip's answer, in seconds. */
  readonly weight: number;
}

/** Samples that are taken from a clip at a time. */
const BLOCK = 1 << 15;

/**
 * The windows of a clip that is streamed from its beginning to its end: those that carry a weight.
 *
 * @throws InputError `audio_not_finite`
 */
export function* clipWindows(
  model: StreamModel,
  { samples, sampleRate }: Waveform,
): Generator<ClipWindow, void, undefined> {
  requireFinite(samples, (index) => `sample ${index} of the waveform`);
  const { frontEnd, windowSeconds } = model;
  const options = { window: windowSeconds, interval: Infinity, preRoll: 0, postRoll: 0 };
  const windows = new StreamWindows(frontEnd, options);
  const resampler = new StreamResampler(sampleRate, frontEnd.set.sampleRate);
  const weighted = (steps: readonly StreamStep[]): ClipWindow[] => steps.filter((step) => step.type === "window");
  for (let at = 0; at < samples.length; at += BLOCK) {
    const count = resampler.push(samples.subarray(at, at + BLOCK));
    yield* weighted(windows.push(resampler.output, count));
  }
  const count = resampler.finish();
  yield* weighted(windows.push(resampler.output, count));
  yield* weighted(windows.end());
}

/** A clip in windows one behind the other, speech or not. */
export function* wholeClipWindows(
  { frontEnd: { set }, windowSeconds }: StreamModel,
  { samples, sampleRate }: Waveform,
): Generator<ClipWindow, void, undefined> {
  const resampled = new StreamResampler(sampleRate, set.sampleRate).convert(samples);
  const windows = new FeatureWindows(set);
  windows.push(resampled);
  windows.end();
  const length = Math.floor(windowSeconds * set.sampleRate + 1e-6);
  for (let begin = 0; begin < resampled.length; begin += length) {
    const end = Math.min(begin + length, resampled.length);
    yield { features: windows.extract(begin, end), weight: (end - begin) / set.sampleRate };
  }
}
