import { roundHalfEven } from "../arithmetic.ts";
import type { Waveform } from "../audio/index.ts";
import { istft, stft } from "../features/index.ts";
import { requireSamples, requireWithin } from "./parameters.ts";
import { phaseVocoder, RATE_RANGE } from "./phase-vocoder.ts";

/** Options of {@link timeStretch}. */
export interface TimeStretchOptions {
  /** How many times as fast; above 1 is shorter. 1/16 … 16. */
  readonly rate: number;
  /** Samples a transform: a power of two of at least 4, default 2048. */
  readonly nFft?: number;
  /** Samples between frames; at least 1, default nFft / 4. */
  readonly hopLength?: number;
}

/**
 * The same voice, faster or slower, at the same pitch: `librosa.effects.time_stretch`. Spectra of the whole clip are
 * held, about 32 bytes a sample.
 *
 * @returns round(n / rate) samples (halves to even), at least 1
 * @throws ParameterError for a rate out of range, an option that breaks its rule, a waveform without samples
 */
export function timeStretch(waveform: Waveform, { rate, nFft = 2048, ...options }: TimeStretchOptions): Waveform {
  requireSamples("timeStretch", waveform);
  requireWithin("timeStretch", "rate", rate, RATE_RANGE);
  const { hopLength = Math.max(1, Math.floor(nFft / 4)) } = options;
  const stretched = phaseVocoder(stft(waveform, { nFft, hopLength }), rate, hopLength);
  // librosa returns all that the frames cover where the length rounds to 0; a sample is what remains here.
  const length = Math.max(1, roundHalfEven(waveform.samples.length / rate));
  return { samples: istft(stretched, { hopLength, length }), sampleRate: waveform.sampleRate };
}
