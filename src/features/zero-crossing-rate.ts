import type { Waveform } from "../audio/index.ts";
import { Matrix } from "../matrix.ts";
import { frameSums, framing, type FrameOptions } from "./framing.ts";
import { requireNumber, requireSamples } from "./parameters.ts";

/** Options of {@link zeroCrossingRate}. */
export interface ZeroCrossingOptions extends FrameOptions {
  /** Samples of at most this magnitude count as zero, and zero counts as positive; ≥ 0, default 1e-10. */
  readonly threshold?: number;
}

/**
 * The part of each frame's samples whose sign differs from that of the sample before: `librosa.feature.zero_crossing_rate`.
 * The first sample of a frame never counts, the divisor is the whole frame. Beyond its ends the signal is continued by its
 * first and last sample, which never cross.
 *
 * @returns shape (1, frames), 0 … 1
 * @throws ParameterError for a negative threshold, and as {@link framing}
 */
export function zeroCrossingRate({ samples }: Waveform, options: ZeroCrossingOptions = {}): Matrix {
  const { threshold = 1e-10 } = options;
  requireNumber("zeroCrossingRate", "threshold", threshold, 0);
  const frames = framing("zeroCrossingRate", samples.length, options);
  requireSamples("zeroCrossingRate", samples);
  /** Whether the sign at i > 0 differs from that of the sample before. */
  const crosses = (i: number): boolean => samples[i]! < -threshold !== samples[i - 1]! < -threshold;
  const counts = frameSums(frames, samples.length, (from, to) => {
    let count = 0;
    let before = samples[Math.max(0, from - 1)]! < -threshold;
    for (let i = from; i < to; i++) {
      const negative = samples[i]! < -threshold;
      count += +(negative !== before);
      before = negative;
    }
    return count;
  });
  const out = new Matrix(1, frames.frames);
  for (let t = 0; t < counts.length; t++) {
    const start = t * frames.hopLength - frames.pad;
    const first = start > 0 && start < samples.length && crosses(start) ? 1 : 0;
    out.data[t] = (counts[t]! - first) / frames.frameLength;
  }
  return out;
}
