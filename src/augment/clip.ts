import type { Waveform } from "../audio/index.ts";
import { requireSamples, requireWithin } from "./parameters.ts";

/** Options of {@link clip}. */
export interface ClipOptions {
  /** How many of the samples reach the limit: 0 … 1, default 0.01. */
  readonly share?: number;
}

/**
 * Hard clipping, as a recorder whose level was set too high: the limit lies where `share` of the samples reach it. The
 * samples below keep their values, so the recording gets softer, never louder.
 *
 * @returns as many samples as there were; round(share · n) of them, and all that were equally loud, are at ± the limit
 * @throws ParameterError for a share out of range or a waveform without samples
 */
export function clip(waveform: Waveform, { share = 0.01 }: ClipOptions = {}): Waveform {
  requireSamples("clip", waveform);
  requireWithin("clip", "share", share, [0, 1]);
  const { samples, sampleRate } = waveform;
  const reaching = Math.round(share * samples.length);
  if (reaching === 0) return { samples: samples.slice(), sampleRate };
  const magnitudes = samples.map(Math.abs).sort();
  const limit = magnitudes[samples.length - reaching]!;
  return { samples: samples.map((x) => Math.max(-limit, Math.min(limit, x))), sampleRate };
}
