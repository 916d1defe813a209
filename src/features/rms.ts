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
  const power = frameSums(frames, samples.length, (from, to) => {
    // Four sums, so that one addition need not wait for the last.
    let [a, b, c, d] = [0, 0, 0, 0];
    let i = from;
    for (; i + 4 <= to; i += 4) {
      a += samples[i]! * samples[i]!;
      b += samples[i + 1]! * samples[i + 1]!;
      c += samples[i + 2]! * samples[i + 2]!;
      d += samples[i + 3]! * samples[i + 3]!;
    }
    for (; i < to; i++) a += samples[i]! * samples[i]!;
    const sum = a + b + c + d;
    // The sum tells of samples that are no numbers or too large; false for NaN, too.
    if (!(sum < 1e30)) requireSamples("rms", samples);
    return sum;
  });
  const out = new Matrix(1, frames.frames);
  for (let t = 0; t < power.length; t++) out.data[t] = Math.sqrt(power[t]! / frames.frameLength);
  return out;
}
