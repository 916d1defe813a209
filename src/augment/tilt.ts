import { RealFft, type Waveform } from "../audio/index.ts";
import { convolve } from "./convolve.ts";
import { requireSamples, requireWithin } from "./parameters.ts";

/** Options of {@link tilt}. */
export interface TiltOptions {
  /** Decibels an octave: −12 … 12; above 0 is brighter, below duller. */
  readonly slope: number;
  /** The frequency that keeps its level, in hertz, above 0; default 1000. */
  readonly pivot?: number;
}

/** Below this frequency, in hertz, the response is flat: 0 Hz would be infinitely strong or weak. */
const FLAT_BELOW = 50;
/** Length of the filter in seconds: it tells apart frequencies that lie some 10 Hz from each other. */
const FILTER_SECONDS = 0.25;

/**
 * Spectral tilt: |H(f)| in decibels is slope · log₂(f / pivot), flat below 50 Hz. The phase is left as it is (a
 * symmetric filter by frequency sampling under a Hann window, its delay taken off).
 *
 * @returns as many samples as there were
 * @throws ParameterError when an option breaks its rule, or the waveform has no samples
 */
export function tilt(waveform: Waveform, { slope, pivot = 1000 }: TiltOptions): Waveform {
  requireSamples("tilt", waveform);
  requireWithin("tilt", "slope", slope, [-12, 12], "decibels an octave");
  requireWithin("tilt", "pivot", pivot, [Number.MIN_VALUE, Infinity], "hertz");
  const { samples, sampleRate } = waveform;
  const size = 2 ** Math.ceil(Math.log2(Math.max(64, FILTER_SECONDS * sampleRate)));
  const fft = new RealFft(size);
  const response = new Float64Array(fft.bins);
  for (let k = 0; k < fft.bins; k++) {
    const hertz = Math.max(FLAT_BELOW, (k * sampleRate) / size);
    response[k] = 10 ** ((slope * Math.log2(hertz / pivot)) / 20);
  }
  const symmetric = new Float64Array(size);
  fft.inverse(response, new Float64Array(fft.bins), symmetric);
  const half = size / 2 - 1;
  const kernel = new Float64Array(2 * half + 1);
  for (let i = -half; i <= half; i++) {
    kernel[half + i] = symmetric[(i + size) % size]! * (0.5 + 0.5 * Math.cos((Math.PI * i) / (half + 1)));
  }
  const late = new Float32Array(samples.length + half);
  late.set(samples);
  return { samples: Float32Array.from(convolve(late, kernel).subarray(half)), sampleRate };
}
