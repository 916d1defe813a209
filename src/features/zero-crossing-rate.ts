import type { Waveform } from "../audio/index.ts";
import { Matrix } from "../matrix.ts";
import { frameSums, framing, type FrameOptions } from "./framing.ts";
import { requireNumber } from "./parameters.ts";

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
  const crosses = (i: number): number =>
    i > 0 && i < samples.length && samples[i]! < -threshold !== samples[i - 1]! < -threshold ? 1 : 0;
  const counts = frameSums(frames, samples.length, crosses);
  const out = new Matrix(1, frames.frames);
  for (let t = 0; t < counts.length; t++) {
    out.data[t] = (counts[t]! - crosses(t * frames.hopLength - frames.pad)) / frames.frameLength;
  }
  return out;
}
