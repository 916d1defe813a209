import type { Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import type { Random } from "../random.ts";
import { requireSamples, requireWithin } from "./parameters.ts";

/** Options of {@link addNoise}. */
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
  const noise = new Float32Array(waveform.samples.length);
  for (let i = 0; i < noise.length; i++) noise[i] = random.normal();
  return over(waveform, noise, snr);
}

/**
 * Another sound over the clip: from a random place of it on, and from its beginning again when it ends before the clip.
 * The ratio holds exactly for the stretch that is added, as in {@link addNoise}; a stretch of digital silence adds nothing.
 *
 * @param sound at the clip's own rate
 * @param random decides where in `sound` the stretch begins
 * @returns as many samples as there were
 * @throws ParameterError for a ratio out of range, other rates, or a waveform or sound without samples
 */
export function addSound(waveform: Waveform, sound: Waveform, { snr = 20 }: NoiseOptions, random: Random): Waveform {
  requireSamples("addSound", waveform);
  requireSamples("addSound", sound);
  requireWithin("addSound", "snr", snr, [-20, 120], "decibels");
  if (sound.sampleRate !== waveform.sampleRate) {
    throw new ParameterError(
      `addSound: sound.sampleRate=${sound.sampleRate} must equal the waveform's, ${waveform.sampleRate}, in hertz`,
    );
  }
  const start = random.integer(sound.samples.length);
  const stretch = waveform.samples.map((_, i) => sound.samples[(start + i) % sound.samples.length]!);
  return over(waveform, stretch, snr);
}

/** Both at a ratio of `snr` decibels; the noise's samples are overwritten. */
function over({ samples, sampleRate }: Waveform, noise: Float32Array, snr: number): Waveform {
  const power = meanPower(noise);
  const scale = power === 0 ? 0 : Math.sqrt(meanPower(samples) / power) * 10 ** (-snr / 20);
  for (let i = 0; i < noise.length; i++) noise[i] = samples[i]! + noise[i]! * scale;
  return { samples: noise, sampleRate };
}
