import type { Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { amplitudeToDb, type DecibelOptions } from "./decibels.ts";
import { requireNumber } from "./parameters.ts";
import { rms } from "./rms.ts";

/** Options of {@link trim} and {@link split}. */
export interface SilenceOptions {
  /** Frames further than this below `ref` are silent, in decibels; ≥ 0, default 60. */
  readonly topDb?: number;
  /** The RMS that is 0 dB: a number, or a function of all frames' RMS; default their maximum. */
  readonly ref?: DecibelOptions["ref"];
  /** Samples a frame; at least 1, default 2048. */
  readonly frameLength?: number;
  /** Samples between frames; at least 1, default 512. */
  readonly hopLength?: number;
}

/** A part of a waveform: samples start … end - 1. */
export interface Interval {
  /** Its first sample, from 0. */
  readonly start: number;
  /** One past its last sample. */
  readonly end: number;
}

function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** Whether each frame is louder than `topDb` below the reference. */
function loudFrames(where: string, waveform: Waveform, options: SilenceOptions): boolean[] {
  const { topDb = 60, ref = largest, frameLength = 2048, hopLength = 512 } = options;
  requireNumber(where, "topDb", topDb, 0);
  if (waveform.samples.length === 0) {
    throw new ParameterError(`${where}: the waveform has no samples, at least 1 is needed`);
  }
  const decibels = amplitudeToDb(rms(waveform, { frameLength, hopLength }), { ref, topDb: null });
  return Array.from(decibels.data, (value) => value > -topDb);
}

/**
 * The waveform without the silence before its first and after its last loud frame: `librosa.effects.trim`. The
 * package's own speech gate (`gate/`) tells speech from noise; this only tells loud from quiet.
 *
 * @returns the part, a view of the waveform's samples, and where it lies; nothing when every frame is silent
 * @throws ParameterError when an option breaks its rule, or the waveform has no samples
 */
export function trim(waveform: Waveform, options: SilenceOptions = {}): { waveform: Waveform; interval: Interval } {
  const loud = loudFrames("trim", waveform, options);
  const { hopLength = 512 } = options;
  const first = loud.indexOf(true);
  const { samples, sampleRate } = waveform;
  const interval =
    first < 0
      ? { start: 0, end: 0 }
      : {
          start: Math.min(samples.length, first * hopLength),
          end: Math.min(samples.length, (loud.lastIndexOf(true) + 1) * hopLength),
        };
  return { waveform: { samples: samples.subarray(interval.start, interval.end), sampleRate }, interval };
}

/**
 * The loud parts of a waveform, in order: `librosa.effects.split`.
 *
 * @returns intervals that do not overlap; none when every frame is silent
 * @throws ParameterError when an option breaks its rule, or the waveform has no samples
 */
export function split(waveform: Waveform, options: SilenceOptions = {}): Interval[] {
  const loud = loudFrames("split", waveform, options);
  const { hopLength = 512 } = options;
  const intervals: Interval[] = [];
  for (let t = 0; t < loud.length; t++) {
    if (!loud[t]) continue;
    const first = t;
    while (t < loud.length && loud[t]) t++;
    const [start, end] = [first, t].map((frame) => Math.min(waveform.samples.length, frame * hopLength)) as [
      number,
      number,
    ];
    intervals.push({ start, end });
  }
  return intervals;
}
