import { roundHalfEven } from "../arithmetic.ts";
import { ParameterError } from "../errors.ts";
import type { ComplexSpectrogram } from "../features/index.ts";
import { Matrix } from "../matrix.ts";
import { requireWithin } from "./parameters.ts";

/** Rates that {@link phaseVocoder} and what is built on it accept. */
export const RATE_RANGE: readonly [number, number] = [1 / 16, 16];

/** In single precision. Nothing has angle 0, as in librosa, where a negative zero could otherwise make it π. */
function angle(im: number, re: number): number {
  return re === 0 && im === 0 ? 0 : Math.fround(Math.atan2(im, re));
}

/**
 * Short-time spectra played `rate` times as fast at the same pitches: `librosa.phase_vocoder` of 0.11 (which is that of
 * 0.10.2: the first frame keeps its phase, the phase is advanced after a frame is written and not before).
 *
 * Frame t of the result stands at frame t·rate of the input: its magnitude is interpolated between the two frames there,
 * its phase goes on from frame to frame by the advance measured between those two. Roundings to float32 are librosa's,
 * on purpose: accumulated phases reach 10⁵ rad, where a float32 has steps of 0.008 rad.
 *
 * Source: D. P. W. Ellis, "A phase vocoder in Matlab", 2002.
 *
 * @param spectra real and imaginary parts, each of shape (1 + nFft/2, frames)
 * @param rate above 1: faster, 1/16 … 16
 * @param hopLength samples between frames of `spectra`; default nFft / 4
 * @returns shapes (1 + nFft/2, ceil(frames / rate))
 * @throws ParameterError for a rate out of range, a hop below 1, parts of different shapes
 */
export function phaseVocoder(
  { real, imaginary }: ComplexSpectrogram,
  rate: number,
  hopLength: number = Math.floor((real.rows - 1) / 2),
): ComplexSpectrogram {
  requireWithin("phaseVocoder", "rate", rate, RATE_RANGE);
  if (!Number.isInteger(hopLength) || hopLength < 1) {
    throw new ParameterError(`phaseVocoder: hopLength=${hopLength} must be a whole number, at least 1`);
  }
  const { rows: bins, columns: frames } = real;
  if (imaginary.rows !== bins || imaginary.columns !== frames) {
    throw new ParameterError("phaseVocoder: real and imaginary parts must have one shape");
  }
  const steps = Math.ceil(frames / rate);
  const outReal = new Matrix(bins, steps);
  const outImaginary = new Matrix(bins, steps);
  const nFft = 2 * (bins - 1);
  // As numpy.fft.rfftfreq(nFft, 1 / (2π)) computes it.
  const perBin = 1 / (nFft * (1 / (2 * Math.PI)));
  // Two frames of silence after the last, as librosa adds.
  const angles = new Float32Array(frames + 2);
  const magnitudes = new Float32Array(frames + 2);
  const { cos, floor, fround, PI, sin, sqrt } = Math;
  for (let k = 0; k < bins; k++) {
    const re = real.row(k);
    const im = imaginary.row(k);
    for (let t = 0; t < frames; t++) {
      angles[t] = angle(im[t]!, re[t]!);
      magnitudes[t] = sqrt(re[t]! * re[t]! + im[t]! * im[t]!);
    }
    const advance = hopLength * (k * perBin);
    const toReal = outReal.row(k);
    const toImaginary = outImaginary.row(k);
    let phase = angles[0]!;
    for (let i = 0; i < steps; i++) {
      const step = i * rate;
      const t = floor(step);
      const alpha = step - t;
      const magnitude = (1 - alpha) * magnitudes[t]! + alpha * magnitudes[t + 1]!;
      toReal[i] = fround(cos(phase)) * magnitude;
      toImaginary[i] = fround(sin(phase)) * magnitude;
      let turn = fround(angles[t + 1]! - angles[t]!) - advance;
      turn -= 2 * PI * roundHalfEven(turn / (2 * PI));
      phase = fround(phase + (advance + turn));
    }
  }
  return { real: outReal, imaginary: outImaginary };
}
