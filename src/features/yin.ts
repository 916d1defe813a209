import { RealFft, type Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { framing } from "./framing.ts";
import { requireInteger, requirePositive } from "./parameters.ts";

/** Options of {@link yin}. */
export interface YinOptions {
  /** Lowest F0 looked for, in hertz; > 0, and a period must fit: sampleRate / fMin < frameLength - 1. */
  readonly fMin: number;
  /** Highest F0 looked for, in hertz; above fMin, at most half the sampling rate. */
  readonly fMax: number;
  /** Samples a frame; at least 4, default 2048. Less than two periods of fMin are inaccurate. */
  readonly frameLength?: number;
  /** Samples between frames; at least 1, default ⌊frameLength / 4⌋. */
  readonly hopLength?: number;
  /** The shortest period whose difference is a minimum below this is taken, else the smallest of all; > 0, default 0.1. */
  readonly troughThreshold?: number;
  /** True: frame t is centred on sample t·hopLength, with zeros beyond the ends. Default true. */
  readonly center?: boolean;
}

/** F0 frame by frame. */
export interface PitchTrack {
  /** In hertz, always a number: a frame without pitch has that of its least bad period. Shape (frames). */
  readonly f0: Float32Array;
  /**
   * The cumulative mean normalised difference at the period taken, about 0 (periodic) … 1 and more (no period): the part of
   * the frame that does not repeat. Voiced speech is mostly below 0.2. Shape (frames).
   */
  readonly aperiodicity: Float32Array;
}

/** Where a difference function says that the period is. */
export interface Trough {
  /** Index of the minimum taken. */
  index: number;
  /** Of a parabola through it and its neighbours: its lowest point, relative to the index, within -1 … 1; 0 at the ends. */
  shift: number;
}

/**
 * Step 4 of YIN, and 5: the first local minimum of values[0 … count - 1] that is below the threshold, or where there is
 * none the smallest value; and its parabola. Edges count as minima, as librosa has them.
 */
export function findTrough(values: Float64Array, count: number, threshold: number, trough: Trough): void {
  let index = -1;
  let smallest = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value < values[smallest]!) smallest = i;
    if (!(value < threshold)) continue;
    const fallsTo = i === 0 || value < values[i - 1]!;
    const risesFrom = i === 0 ? count > 1 && value < values[1]! : i === count - 1 || value <= values[i + 1]!;
    if (fallsTo && risesFrom) {
      index = i;
      break;
    }
  }
  if (index < 0) index = smallest;
  trough.index = index;
  trough.shift = 0;
  if (index === 0 || index === count - 1) return;
  const curvature = values[index + 1]! + values[index - 1]! - 2 * values[index]!;
  const slope = (values[index + 1]! - values[index - 1]!) / 2;
  if (Math.abs(slope) < Math.abs(curvature)) trough.shift = -slope / curvature;
}

/** The smallest normal float64, which librosa adds to divisors. */
const TINY = 2 ** -1022;

/**
 * Fundamental frequency by YIN (de Cheveigné and Kawahara 2002): `librosa.yin`, and besides it how periodic each frame
 * is. librosa's difference function takes the frame as followed by zeros, so that the aperiodicity of a perfect period p
 * is not 0 but rises to about p / (2·frameLength).
 *
 * Arithmetic is float64. librosa's is the waveform's: with float32 samples its differences near 0 are rounding noise.
 *
 * @throws ParameterError when an option breaks its rule, the waveform has no samples, or without centring less than a frame
 */
export function yin({ samples, sampleRate }: Waveform, options: YinOptions): PitchTrack {
  const { fMin, fMax, frameLength = 2048, troughThreshold = 0.1, center = true } = options;
  requireInteger("yin", "frameLength", frameLength, 4);
  requirePositive("yin", "troughThreshold", troughThreshold);
  requirePositive("yin", "fMin", fMin);
  if (!(fMax > fMin && fMax <= sampleRate / 2)) {
    throw new ParameterError(
      `yin: fMax=${fMax} must be above fMin=${fMin} and at most half the sampling rate of ${sampleRate} Hz`,
    );
  }
  if (sampleRate / fMin >= frameLength - 1) {
    throw new ParameterError(
      `yin: fMin=${fMin} is too low for frameLength=${frameLength} at ${sampleRate} Hz: a period must fit, ` +
        `so take fMin above ${(sampleRate / (frameLength - 1)).toFixed(1)}`,
    );
  }
  const { hopLength = Math.floor(frameLength / 4) } = options;
  const { frames, pad } = framing("yin", samples.length, { frameLength, hopLength, center });

  const shortest = Math.floor(sampleRate / fMax);
  const longest = Math.min(Math.ceil(sampleRate / fMin), frameLength - 1);
  const count = longest - shortest + 1;
  // Long enough that no lag wraps around into another.
  const fft = new RealFft(2 ** Math.ceil(Math.log2(frameLength + longest + 1)));
  const frame = new Float64Array(fft.size);
  const re = new Float64Array(fft.bins);
  const im = new Float64Array(fft.bins);
  const zeros = new Float64Array(fft.bins);
  const correlation = new Float64Array(fft.size);
  const normalized = new Float64Array(count);
  const trough: Trough = { index: 0, shift: 0 };
  const f0 = new Float32Array(frames);
  const aperiodicity = new Float32Array(frames);
  for (let t = 0; t < frames; t++) {
    const start = t * hopLength - pad;
    for (let i = 0; i < frameLength; i++) frame[i] = samples[start + i] ?? 0;
    fft.forward(frame, re, im);
    for (let k = 0; k < re.length; k++) re[k] = re[k]! * re[k]! + im[k]! * im[k]!;
    fft.inverse(re, zeros, correlation);
    // Equation 8. d(τ) = 2·(r(0) - r(τ)) less the energy of the first τ samples, which have no partner τ before them.
    let energy = 0;
    let sum = 0;
    for (let lag = 1; lag <= longest; lag++) {
      energy += frame[lag - 1]! * frame[lag - 1]!;
      // But for lag 1, where librosa has overwritten that energy with 0.
      const difference = 2 * (correlation[0]! - correlation[lag]!) - (lag > 1 ? energy : 0);
      sum += difference;
      if (lag >= shortest) normalized[lag - shortest] = difference / (sum / lag + TINY);
    }
    findTrough(normalized, count, troughThreshold, trough);
    f0[t] = sampleRate / (shortest + trough.index + trough.shift);
    aperiodicity[t] = normalized[trough.index]!;
  }
  return { f0, aperiodicity };
}
