import type { Waveform } from "../audio/index.ts";
import { requireSamples, requireWithin } from "./parameters.ts";

/** Options of {@link pad}. */
export interface PadOptions {
  /** Digital silence before the clip, in seconds: 0 … 60, default 0. */
  readonly before?: number;
  /** Digital silence after the clip, in seconds: 0 … 60, default 0. */
  readonly after?: number;
}

/**
 * The clip with silence around it.
 *
 * @returns round(before · rate) zeros, the samples, round(after · rate) zeros
 * @throws ParameterError for a time out of range
 */
export function pad({ samples, sampleRate }: Waveform, { before = 0, after = 0 }: PadOptions): Waveform {
  requireWithin("pad", "before", before, [0, 60], "seconds");
  requireWithin("pad", "after", after, [0, 60], "seconds");
  const first = Math.round(before * sampleRate);
  const out = new Float32Array(first + samples.length + Math.round(after * sampleRate));
  out.set(samples, first);
  return { samples: out, sampleRate };
}

/** Options of {@link cut}. */
export interface CutOptions {
  /** How much of the clip goes at its beginning: 0 … 1, default 0. */
  readonly start?: number;
  /** How much of the clip goes at its end: 0 … 1, default 0. */
  readonly end?: number;
}

/**
 * The clip without its ends.
 *
 * @returns the samples between round(start · n) and n − round(end · n), at least 1
 * @throws ParameterError for shares out of range, or that leave nothing, and for a waveform without samples
 */
export function cut(waveform: Waveform, { start = 0, end = 0 }: CutOptions): Waveform {
  requireSamples("cut", waveform);
  requireWithin("cut", "start", start, [0, 1]);
  requireWithin("cut", "end", end, [0, 1 - start]);
  const { samples, sampleRate } = waveform;
  const first = Math.min(samples.length - 1, Math.round(start * samples.length));
  const last = Math.max(first + 1, samples.length - Math.round(end * samples.length));
  return { samples: samples.slice(first, last), sampleRate };
}
