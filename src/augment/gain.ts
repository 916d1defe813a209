import type { Waveform } from "../audio/index.ts";
import { requireWithin } from "./parameters.ts";

/** Options of {@link gain}. */
export interface GainOptions {
  /** In decibels: −120 … 120; 6.02 doubles every sample. */
  readonly gain: number;
}

/**
 * Louder or softer. Values beyond full scale are kept, not clipped, as everywhere in this package.
 *
 * @returns as many samples as there were
 * @throws ParameterError for a gain out of range
 */
export function gain(waveform: Waveform, options: GainOptions): Waveform {
  requireWithin("gain", "gain", options.gain, [-120, 120], "decibels");
  const factor = 10 ** (options.gain / 20);
  return { samples: waveform.samples.map((x) => x * factor), sampleRate: waveform.sampleRate };
}
