import type { Waveform } from "../audio/index.ts";
import type { Random } from "../random.ts";
import { convolve } from "./convolve.ts";
import { requireSamples, requireWithin } from "./parameters.ts";

/** Options of {@link reverberate}. */
export interface ReverberateOptions {
  /** Time in which the room's sound falls by 60 dB, in seconds: 0.01 … 10, default 0.4. */
  readonly rt60?: number;
  /** Amplitude of the room's sound, that of the direct sound being 1: 0 … 10, default 0.3 (−10 dB). */
  readonly wet?: number;
}

/**
 * A room: the direct sound as it is, plus its convolution with noise that decays exponentially and has an energy of
 * wet². The room is the noise: another stream of random numbers is another room.
 *
 * @param random the same stream gives the same room
 * @returns as many samples as there were; what rings on after the end is cut off
 * @throws ParameterError when an option breaks its rule, or the waveform has no samples
 */
export function reverberate(waveform: Waveform, options: ReverberateOptions, random: Random): Waveform {
  const { rt60 = 0.4, wet = 0.3 } = options;
  requireSamples("reverberate", waveform);
  requireWithin("reverberate", "rt60", rt60, [0.01, 10], "seconds");
  requireWithin("reverberate", "wet", wet, [0, 10]);
  const { samples, sampleRate } = waveform;
  const length = Math.max(2, Math.ceil(rt60 * sampleRate));
  const response = new Float64Array(length);
  let energy = 0;
  // The room's sound begins one sample after the direct one.
  for (let i = 1; i < length; i++) {
    const value = random.normal() * 10 ** ((-3 * i) / (rt60 * sampleRate));
    response[i] = value;
    energy += value * value;
  }
  const scale = wet / Math.sqrt(energy);
  for (let i = 1; i < length; i++) response[i]! *= scale;
  const room = convolve(samples, response);
  return { samples: samples.map((x, i) => x + room[i]!), sampleRate };
}
