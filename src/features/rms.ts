import type { Waveform } from "../audio/index.ts";
import { Matrix } from "../matrix.ts";
import { frameSums, framing, type FrameOptions } from "./framing.ts";
import { requireSamples } from "./parameters.ts";

/**
 * Root mean square of each frame, unwindowed, zeros beyond the ends: `librosa.feature.rms(y=…)`.
 *
 * @returns shape (1, frames), in the waveform's units: 0 … 1 for nominal samples
 * @throws ParameterError as {@link framing}
 */
export function rms({ samples }: Waveform, options: FrameOptions = {}): Matrix {
  const frames = framing("rms", samples.length, options);
  requireSamples("rms", samples);
  const squares = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i++) squares[i] = samples[i]! * samples[i]!;
  const power = frameSums(frames, squares);
  const out = new Matrix(1, frames.frames);
  for (let t = 0; t < power.length; t++) out.data[t] = Math.sqrt(power[t]! / frames.frameLength);
  return out;
}
