import type { Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { requireIntegerWithin } from "./parameters.ts";

/** Options of {@link bandLimit}. */
export interface BandLimitOptions {
  /** Frequencies below are weakened, by 3 dB at this one; in hertz, above 0 and below half the sampling rate. */
  readonly highPass?: number;
  /** Frequencies above are weakened, by 3 dB at this one; in hertz, above 0 and below half the sampling rate. */
  readonly lowPass?: number;
  /** Of each filter, 6 dB an octave for each: an even number, 2 … 12, default 4. */
  readonly order?: number;
}

/** A section of second order, in place: b0·x[n] + b1·x[n−1] + b0·x[n−2] over 1 + a1 … a2 (transposed direct form II). */
function section(samples: Float64Array, b0: number, b1: number, a1: number, a2: number): void {
  let s1 = 0;
  let s2 = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i]!;
    const y = b0 * x + s1;
    s1 = b1 * x - a1 * y + s2;
    s2 = b0 * x - a2 * y;
    samples[i] = y;
  }
}

/**
 * Butterworth's filter by the bilinear transform, as a cascade of sections with poles at equal angles. Source of the
 * coefficients: R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients".
 */
function butterworth(samples: Float64Array, kind: "low" | "high", turn: number, order: number): void {
  const cos = Math.cos(turn);
  for (let k = 0; k < order / 2; k++) {
    const quality = 1 / (2 * Math.cos((Math.PI * (2 * k + 1)) / (2 * order)));
    const alpha = Math.sin(turn) / (2 * quality);
    const a0 = 1 + alpha;
    const b1 = kind === "low" ? 1 - cos : -(1 + cos);
    section(samples, Math.abs(b1) / 2 / a0, b1 / a0, (-2 * cos) / a0, (1 - alpha) / a0);
  }
}

/**
 * What a narrow channel leaves: Butterworth filters whose response is
 * |H(f)|² = 1 / (1 + (tan(πf/rate) / tan(πf₀/rate))^±2·order). They are causal: phases turn as in a real device.
 *
 * @returns as many samples as there were
 * @throws ParameterError when an option breaks its rule
 */
export function bandLimit({ samples, sampleRate }: Waveform, options: BandLimitOptions): Waveform {
  const { order = 4 } = options;
  requireIntegerWithin("bandLimit", "order", order, 2, 12);
  if (order % 2 === 1) throw new ParameterError(`bandLimit: order=${order} must be even`);
  const filtered = Float64Array.from(samples);
  for (const [name, kind] of [
    ["highPass", "high"],
    ["lowPass", "low"],
  ] as const) {
    const hertz = options[name];
    if (hertz === undefined) continue;
    if (!(hertz > 0 && hertz < sampleRate / 2)) {
      throw new ParameterError(
        `bandLimit: ${name}=${hertz} must lie between 0 and half the sampling rate, ${sampleRate / 2}, in hertz`,
      );
    }
    butterworth(filtered, kind, (2 * Math.PI * hertz) / sampleRate, order);
  }
  return { samples: Float32Array.from(filtered), sampleRate };
}
