import type { Waveform } from "../audio/index.ts";
import type { Random } from "../random.ts";
import { requireSamples, requireWithin } from "./parameters.ts";

/** Options of {@link crop}. */
export interface CropOptions {
  /** How much of the clip is kept: 0.01 … 1, default 0.9. */
  readonly share?: number;
}

/**
 * One piece of the clip, from anywhere in it.
 *
 * @param random decides where; every start is as likely as any other
 * @returns round(share · n) samples, at least 1
 * @throws ParameterError for a share out of range or a waveform without samples
 */
export function crop(waveform: Waveform, { share = 0.9 }: CropOptions, random: Random): Waveform {
  requireSamples("crop", waveform);
  requireWithin("crop", "share", share, [0.01, 1]);
  const { samples, sampleRate } = waveform;
  const length = Math.max(1, Math.round(share * samples.length));
  const start = random.integer(samples.length - length + 1);
  return { samples: samples.slice(start, start + length), sampleRate };
}

/** Options of {@link shift}. */
export interface ShiftOptions {
  /** Later (positive) or earlier, in seconds: −60 … 60. */
  readonly seconds: number;
  /** What leaves at one end comes in at the other; else silence comes in. Default false. */
  readonly wrap?: boolean;
}

/**
 * The clip moved in time, by a whole number of samples.
 *
 * @returns as many samples as there were
 * @throws ParameterError for a time out of range or a waveform without samples
 */
export function shift(waveform: Waveform, { seconds, wrap = false }: ShiftOptions): Waveform {
  requireSamples("shift", waveform);
  requireWithin("shift", "seconds", seconds, [-60, 60], "seconds");
  const { samples, sampleRate } = waveform;
  const n = samples.length;
  const by = Math.round(seconds * sampleRate);
  const out = new Float32Array(n);
  if (wrap) {
    const turned = ((by % n) + n) % n;
    out.set(samples.subarray(n - turned));
    out.set(samples.subarray(0, n - turned), turned);
  } else if (by >= 0) out.set(samples.subarray(0, Math.max(0, n - by)), Math.min(by, n));
  else out.set(samples.subarray(Math.min(n, -by)));
  return { samples: out, sampleRate };
}
