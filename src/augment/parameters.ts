import type { Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";

/** Refuses what is no number in least … most; the message reads "addNoise: snr=900 must lie in -20 … 120, in decibels". */
export function requireWithin(
  where: string,
  name: string,
  value: number,
  [least, most]: readonly [number, number],
  unit?: string,
): void {
  if (!(value >= least && value <= most)) {
    throw new ParameterError(
      `${where}: ${name}=${value} must lie in ${least} … ${most}${unit === undefined ? "" : `, in ${unit}`}`,
    );
  }
}

/** Refuses what is no integer in least … most. */
export function requireIntegerWithin(where: string, name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new ParameterError(`${where}: ${name}=${value} must be a whole number in ${least} … ${most}`);
  }
}

/** Refuses a waveform of no samples. */
export function requireSamples(where: string, { samples }: Waveform): void {
  if (samples.length === 0) throw new ParameterError(`${where}: the waveform has no samples, at least 1 is needed`);
}

/** Samples cut off, or zeros added, at the end: `librosa.util.fix_length`. Always a copy. */
export function fixLength(samples: Float32Array, length: number): Float32Array {
  const out = new Float32Array(length);
  out.set(samples.subarray(0, length));
  return out;
}
