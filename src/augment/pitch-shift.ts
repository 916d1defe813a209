import { resampleBy, type Waveform } from "../audio/index.ts";
import { fixLength, requireIntegerWithin, requireSamples, requireWithin } from "./parameters.ts";
import { timeStretch } from "./time-stretch.ts";

/** Options of {@link pitchShift}. */
export interface PitchShiftOptions {
  /** Steps up, also a fraction of one or a negative number; default steps are semitones. −48 … 48 semitones. */
  readonly nSteps: number;
  /** Steps an octave: a whole number, 1 … 1200, default 12. */
  readonly binsPerOctave?: number;
}

/**
 * The same words at the same speed, higher or lower: `librosa.effects.pitch_shift`. The clip is stretched by the phase
 * vocoder and then played faster or slower by resampling, so formants move with the pitch, as in the original system.
 *
 * librosa resamples with soxr_hq, this package with filters of the same specification but other coefficients: the two
 * differ near the Nyquist frequency only (see docs/augmentation.md for the sizes).
 *
 * @returns as many samples as there were
 * @throws ParameterError for a shift out of range or a waveform without samples
 */
export function pitchShift(waveform: Waveform, { nSteps, binsPerOctave = 12 }: PitchShiftOptions): Waveform {
  requireSamples("pitchShift", waveform);
  requireIntegerWithin("pitchShift", "binsPerOctave", binsPerOctave, 1, 1200);
  requireWithin("pitchShift", "nSteps", nSteps, [-4 * binsPerOctave, 4 * binsPerOctave]);
  const rate = 2 ** (-nSteps / binsPerOctave);
  const stretched = timeStretch(waveform, { rate });
  const samples = fixLength(resampleBy(stretched.samples, rate), waveform.samples.length);
  return { samples, sampleRate: waveform.sampleRate };
}
