import { resampleBy, type Waveform } from "../audio/index.ts";
import { fixLength, requireSamples, requireWithin } from "./parameters.ts";

/** Options of {@link speed}. */
export interface SpeedOptions {
  /** How many times as fast; above 1 is shorter and higher. 1/4 … 4. */
  readonly factor: number;
}

/**
 * Played faster or slower as a tape is: tempo, pitch and formants change together ("speed perturbation", Ko et al.,
 * "Audio augmentation for speech recognition", Interspeech 2015).
 *
 * @returns ceil(n / factor) samples at the same rate
 * @throws ParameterError for a factor out of range or a waveform without samples
 */
export function speed(waveform: Waveform, { factor }: SpeedOptions): Waveform {
  requireSamples("speed", waveform);
  requireWithin("speed", "factor", factor, [1 / 4, 4]);
  // n · (1 / factor) may round to the other side of a whole number than n / factor.
  const length = Math.ceil(waveform.samples.length / factor);
  return { samples: fixLength(resampleBy(waveform.samples, 1 / factor), length), sampleRate: waveform.sampleRate };
}
