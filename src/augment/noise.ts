import type { Waveform } from "../audio/index.ts";
import type { Random } from "../random.ts";
import { requireSamples, requireWithin } from "./parameters.ts";

export interface NoiseOptions {
  /** Mean power of the clip over mean power of the noise, in decibels: −20 … 120, default 20. */
  readonly snr?: number;
}

/** Mean of the squares. */
export function meanPower(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! * samples[i]!;
  return sum / samples.length;
}

/**
 * White Gaussian noise over the clip. The ratio holds exactly for the very noise that is added, not only on average; it
 * is taken over the whole clip, pauses included. Noise of no ratio can be added to digital silence: it stays as it is.
 *
 * @param random the same stream gives the same noise
 * @returns as many samples as there were
 * @throws ParameterError for a ratio out of range or a waveform without samples
 */
export function addNoise(waveform: Waveform, { snr = 20 }: NoiseOptions, random: Random): Waveform {
  requireSamples("addNoise", waveform);
  requireWithin("addNoise", "snr", snr, [-20, 120], "decibels");
  const { samples, sampleRate } = waveform;
  const out = new Float32Array(samples.length);
  for (let i = 0; i < out.length; i++) out[i] = random.normal();
  const scale = Math.sqrt(meanPower(samples) / meanPower(out)) * 10 ** (-snr / 20);
  for (let i = 0; i < out.length; i++) out[i] = samples[i]! + out[i]! * scale;
  return { samples: out, sampleRate };
}
