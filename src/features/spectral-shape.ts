import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { requirePositive } from "./parameters.ts";
import type { Spectrogram } from "./power-spectrogram.ts";
import { TINY } from "./single-precision.ts";

/**
 * The frequency of each bin of a transform: `librosa.fft_frequencies`.
 *
 * @returns shape (1 + nFft/2), in hertz
 */
export function fftFrequencies(sampleRate: number, nFft: number): Float64Array {
  return Float64Array.from({ length: 1 + Math.floor(nFft / 2) }, (_, k) => (k * sampleRate) / nFft);
}

/** Where bins lie, when not where the transform puts them. */
export interface FrequencyOptions {
  /** Shape (1 + nFft/2), in hertz, finite; default {@link fftFrequencies}. */
  readonly freq?: Float64Array;
}

function frequenciesOf(where: string, { power, sampleRate, nFft }: Spectrogram, freq?: Float64Array): Float64Array {
  if (freq === undefined) return fftFrequencies(sampleRate, nFft);
  if (freq.length !== power.columns || !freq.every(Number.isFinite)) {
    throw new ParameterError(`${where}: freq must be ${power.columns} finite numbers, one a bin; got ${freq.length}`);
  }
  return freq;
}

/** One number a frame, from the frame's magnitudes |STFT|. */
function perFrame({ power }: Spectrogram, measure: (magnitudes: Float64Array, frame: number) => number): Matrix {
  const out = new Matrix(1, power.rows);
  const magnitudes = new Float64Array(power.columns);
  for (let t = 0; t < power.rows; t++) {
    const row = power.row(t);
    for (let k = 0; k < row.length; k++) magnitudes[k] = Math.sqrt(row[k]!);
    out.data[t] = measure(magnitudes, t);
  }
  return out;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k]!;
  return sum;
}

function centroidOf(magnitudes: Float64Array, frequencies: Float64Array): number {
  const total = sumOf(magnitudes);
  let moment = 0;
  for (let k = 0; k < magnitudes.length; k++) moment += frequencies[k]! * magnitudes[k]!;
  return total < TINY ? moment : moment / total;
}

/**
 * The mean frequency of each frame, weighted by magnitude: `librosa.feature.spectral_centroid`. Of silence it is 0.
 *
 * @returns shape (1, frames), in hertz
 * @throws ParameterError when an option breaks its rule
 */
export function spectralCentroid(spectrogram: Spectrogram, { freq }: FrequencyOptions = {}): Matrix {
  const frequencies = frequenciesOf("spectralCentroid", spectrogram, freq);
  return perFrame(spectrogram, (magnitudes) => centroidOf(magnitudes, frequencies));
}

/** Options of {@link spectralBandwidth}. */
export interface BandwidthOptions extends FrequencyOptions {
  /** The mean is of this power of the distances; > 0, default 2: a standard deviation. */
  readonly p?: number;
  /** True: magnitudes are divided by their sum. Default true. */
  readonly norm?: boolean;
  /** Shape (1, frames), in hertz, what distances are taken from; default {@link spectralCentroid}. */
  readonly centroid?: Matrix;
}

/**
 * How far each frame's frequencies lie from its centroid: `librosa.feature.spectral_bandwidth`,
 * (Σ magnitude·|frequency - centroid|^p)^(1/p).
 *
 * @returns shape (1, frames), in hertz when p = 2 and norm
 * @throws ParameterError when an option breaks its rule
 */
export function spectralBandwidth(spectrogram: Spectrogram, options: BandwidthOptions = {}): Matrix {
  const { p = 2, norm = true, centroid } = options;
  requirePositive("spectralBandwidth", "p", p);
  const frequencies = frequenciesOf("spectralBandwidth", spectrogram, options.freq);
  if (centroid && centroid.data.length !== spectrogram.power.rows) {
    throw new ParameterError(
      `spectralBandwidth: centroid has ${centroid.data.length} frames, the spectrogram ${spectrogram.power.rows}`,
    );
  }
  return perFrame(spectrogram, (magnitudes, t) => {
    const middle = centroid?.data[t] ?? centroidOf(magnitudes, frequencies);
    const total = norm ? sumOf(magnitudes) : 1;
    // In parts of the largest distance, whose powers cannot overflow.
    let farthest = 0;
    for (let k = 0; k < magnitudes.length; k++) farthest = Math.max(farthest, Math.abs(frequencies[k]! - middle));
    if (farthest === 0) return 0;
    let sum = 0;
    for (let k = 0; k < magnitudes.length; k++) {
      sum += magnitudes[k]! * Math.abs((frequencies[k]! - middle) / farthest) ** p;
    }
    return farthest * (total < TINY ? sum : sum / total) ** (1 / p);
  });
}

/** Options of {@link spectralRolloff}. */
export interface RolloffOptions extends FrequencyOptions {
  /** Part of the sum of magnitudes; in (0, 1), default 0.85. */
  readonly rollPercent?: number;
}

/**
 * The lowest frequency below which that part of each frame's magnitudes lies: `librosa.feature.spectral_rolloff`. Sums
 * are rounded to single precision as librosa's are. Of silence it is the lowest frequency.
 *
 * @returns shape (1, frames), in hertz
 * @throws ParameterError when an option breaks its rule
 */
export function spectralRolloff(spectrogram: Spectrogram, options: RolloffOptions = {}): Matrix {
  const { rollPercent = 0.85 } = options;
  const { fround } = Math;
  if (!(rollPercent > 0 && rollPercent < 1)) {
    throw new ParameterError(`spectralRolloff: rollPercent=${rollPercent} must lie between 0 and 1`);
  }
  const frequencies = frequenciesOf("spectralRolloff", spectrogram, options.freq);
  const sums = new Float32Array(frequencies.length);
  return perFrame(spectrogram, (magnitudes) => {
    let sum = 0;
    for (let k = 0; k < sums.length; k++) sums[k] = sum = fround(sum + fround(magnitudes[k]!));
    const wanted = fround(fround(rollPercent) * sum);
    let lowest = Infinity;
    for (let k = 0; k < sums.length; k++) {
      if (!(sums[k]! < wanted) && frequencies[k]! < lowest) lowest = frequencies[k]!;
    }
    return lowest;
  });
}

/** Options of {@link spectralFlatness}. */
export interface FlatnessOptions {
  /** Smaller values count as this; > 0, default 1e-10. */
  readonly amin?: number;
  /** Exponent of the magnitudes; > 0, default 2: power. */
  readonly power?: number;
}

/**
 * How much like noise each frame is, geometric over arithmetic mean: `librosa.feature.spectral_flatness`.
 *
 * @returns shape (1, frames), 0 (a tone) … 1 (white, and silence)
 * @throws ParameterError when an option breaks its rule
 */
export function spectralFlatness(spectrogram: Spectrogram, options: FlatnessOptions = {}): Matrix {
  const { amin = 1e-10, power = 2 } = options;
  requirePositive("spectralFlatness", "amin", amin);
  requirePositive("spectralFlatness", "power", power);
  return perFrame(spectrogram, (magnitudes) => {
    let logarithms = 0;
    let sum = 0;
    for (let k = 0; k < magnitudes.length; k++) {
      const value = Math.min(Number.MAX_VALUE, Math.max(amin, magnitudes[k]! ** power));
      logarithms += Math.log(value);
      sum += value / magnitudes.length;
    }
    return Math.exp(logarithms / magnitudes.length - Math.log(sum));
  });
}
