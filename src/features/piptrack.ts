import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import type { Spectrogram } from "./power-spectrogram.ts";
import { spectralPeaks, type TuningOptions } from "./tuning.ts";

/** Options of {@link piptrack}. */
export interface PiptrackOptions extends Pick<TuningOptions, "fMin" | "fMax" | "threshold"> {
  /** Peaks must exceed its magnitude, whatever their frame's maximum; finite, default none: threshold · maximum decides. */
  readonly ref?: number;
}

/**
 * Pitches of all spectral peaks, by parabolic interpolation: `librosa.piptrack(S=…)` of the spectrogram's power (which is
 * what librosa's chroma gives it; of samples librosa takes magnitudes).
 *
 * @returns two matrices of shape (1 + nFft/2, frames), zero where there is no peak: hertz, and height in units of power
 * @throws ParameterError when an option breaks its rule
 */
export function piptrack(
  spectrogram: Spectrogram,
  options: PiptrackOptions = {},
): { pitches: Matrix; magnitudes: Matrix } {
  const { ref } = options;
  if (ref !== undefined && !Number.isFinite(ref)) {
    throw new ParameterError(`piptrack: ref=${ref} must be a finite number`);
  }
  const { rows: frames, columns: bins } = spectrogram.power;
  const pitches = new Matrix(bins, frames);
  const magnitudes = new Matrix(bins, frames);
  const peaks = spectralPeaks(spectrogram, options, ref === undefined ? undefined : Math.abs(ref));
  for (let i = 0; i < peaks.hertz.length; i++) {
    const at = peaks.bin[i]! * frames + peaks.frame[i]!;
    pitches.data[at] = peaks.hertz[i]!;
    magnitudes.data[at] = peaks.magnitude[i]!;
  }
  return { pitches, magnitudes };
}
