import type { Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { requireSamples } from "./parameters.ts";

/** Options of {@link preemphasis} and {@link deemphasis}. */
export interface PreemphasisOptions {
  /** Part of the sample before that is taken away; finite, default 0.97. 0 changes nothing but the first sample. */
  readonly coef?: number;
  /**
   * What is added to the first sample: minus coef times the sample before it. Default 2·y[0] - y[1], librosa's guess by a
   * straight line; for the second of two pieces of one signal give -coef times the last sample of the first.
   */
  readonly zi?: number;
}

function checked(where: string, { samples }: Waveform, { coef = 0.97, zi }: PreemphasisOptions): number {
  if (!Number.isFinite(coef)) throw new ParameterError(`${where}: coef=${coef} must be a finite number`);
  if (zi !== undefined && !Number.isFinite(zi)) throw new ParameterError(`${where}: zi=${zi} must be a finite number`);
  requireSamples(where, samples);
  return coef;
}

/**
 * Higher frequencies louder, lower ones quieter: y[n] - coef·y[n - 1], `librosa.effects.preemphasis`.
 *
 * @returns as many samples
 * @throws ParameterError when an option breaks its rule or a sample is not finite
 */
export function preemphasis(waveform: Waveform, options: PreemphasisOptions = {}): Waveform {
  const coef = checked("preemphasis", waveform, options);
  const { samples, sampleRate } = waveform;
  const out = new Float32Array(samples.length);
  // One sample alone has no second for the line: it is its own.
  const first = samples[0] ?? 0;
  let carried = options.zi ?? 2 * first - (samples[1] ?? first);
  for (let n = 0; n < samples.length; n++) {
    out[n] = samples[n]! + carried;
    carried = -coef * samples[n]!;
  }
  return { samples: out, sampleRate };
}

/**
 * Undoes {@link preemphasis} of the same coef: `librosa.effects.deemphasis`. Where that had a zi, give its negative.
 *
 * @returns as many samples
 * @throws ParameterError when an option breaks its rule, a sample is not finite, or |coef| > 1, which would explode
 */
export function deemphasis(waveform: Waveform, options: PreemphasisOptions = {}): Waveform {
  const coef = checked("deemphasis", waveform, options);
  if (Math.abs(coef) > 1) throw new ParameterError(`deemphasis: coef=${coef} must lie between -1 and 1`);
  const { samples, sampleRate } = waveform;
  const out = new Float32Array(samples.length);
  const first = samples[0] ?? 0;
  // Without zi: what the straight line of `preemphasis` added, as far as it can be told from its result.
  const added = ((2 - coef) * first - (samples[1] ?? first)) / (3 - coef);
  let before = options.zi ?? 0;
  let decay = options.zi === undefined ? added : 0;
  for (let n = 0; n < samples.length; n++) {
    // librosa's zi of deemphasis is the filter's state: added to the first sample.
    const value = n === 0 ? samples[n]! + before : samples[n]! + coef * before;
    out[n] = value - decay;
    before = value;
    decay *= coef;
  }
  return { samples: out, sampleRate };
}
