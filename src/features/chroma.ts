import { roundHalfEven } from "../arithmetic.ts";
import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { requireInteger, requirePositive } from "./parameters.ts";
import type { Spectrogram } from "./power-spectrogram.ts";
import { TINY } from "./single-precision.ts";
import { estimateTuning } from "./tuning.ts";
import { twelveSums } from "./vector-loops.ts";

/** Options of {@link chromaFilterBank}. */
export interface ChromaFilterOptions {
  /** Chroma bins an octave; at least 1, default 12: pitch classes. */
  readonly nChroma?: number;
  /** Deviation from A = 440 Hz in chroma bins; default 0 for filters, estimated for {@link chromaStft}. */
  readonly tuning?: number;
  /** Centre of the octave weighting, in octaves above A0 = 27.5 Hz; default 5. */
  readonly ctroct?: number;
  /** Half-width of that weighting in octaves; > 0 or null (all octaves alike), default 2. */
  readonly octwidth?: number | null;
  /** True: the first bin is C. False: A. Default true. */
  readonly baseC?: boolean;
}

/** Options of {@link chromaStft}. */
export interface ChromaOptions extends ChromaFilterOptions {
  /** What each frame is divided by: its maximum (Infinity), sum of magnitudes (1), Euclidean length (2), or nothing (null). Default Infinity. */
  readonly norm?: number | null;
}

/** @throws ParameterError */
function makeFilters(sampleRate: number, nFft: number, options: ChromaFilterOptions): Matrix {
  const { nChroma = 12, tuning = 0, ctroct = 5, octwidth = 2, baseC = true } = options;
  requireInteger("chromaFilterBank", "nChroma", nChroma, 1);
  if (!Number.isFinite(tuning)) throw new ParameterError(`chromaFilterBank: tuning=${tuning} must be a finite number`);
  if (!Number.isFinite(ctroct)) throw new ParameterError(`chromaFilterBank: ctroct=${ctroct} must be a finite number`);
  if (octwidth !== null) requirePositive("chromaFilterBank", "octwidth", octwidth);
  const bins = 1 + nFft / 2;
  // Position of each bin in chroma bins above A0; bin 0 gets a made-up place 1.5 octaves below bin 1.
  const position = new Float64Array(bins + 1);
  const a0 = (440 * 2 ** (tuning / nChroma)) / 16;
  for (let k = 1; k <= bins; k++) position[k] = nChroma * Math.log2((k * sampleRate) / nFft / a0);
  position[0] = position[1]! - 1.5 * nChroma;
  const half = roundHalfEven(nChroma / 2);
  const shift = baseC ? 3 * Math.floor(nChroma / 12) : 0;
  const out = new Matrix(nChroma, bins);
  const column = new Float64Array(nChroma);
  for (let k = 0; k < bins; k++) {
    const width = Math.max(position[k + 1]! - position[k]!, 1);
    let squares = 0;
    for (let c = 0; c < nChroma; c++) {
      const turned = position[k]! - c + half + 10 * nChroma;
      const distance = turned - nChroma * Math.floor(turned / nChroma) - half;
      const bump = Math.exp(-0.5 * ((2 * distance) / width) ** 2);
      column[c] = bump;
      squares += bump * bump;
    }
    const weight = octwidth === null ? 1 : Math.exp(-0.5 * ((position[k]! / nChroma - ctroct) / octwidth) ** 2);
    const scale = weight / Math.sqrt(squares);
    for (let c = 0; c < nChroma; c++) {
      const row = (c - shift + nChroma) % nChroma;
      out.data[row * bins + k] = column[c]! * scale;
    }
  }
  return out;
}

const filterCache = new Map<string, Matrix>();
/** One for each of the hundred tunings that {@link estimateTuning} can give, and some. */
const FILTER_CACHE_SIZE = 128;

function filtersFor(sampleRate: number, nFft: number, options: ChromaFilterOptions): Matrix {
  const { nChroma, tuning, ctroct, octwidth, baseC } = options;
  const key = [sampleRate, nFft, nChroma, tuning, ctroct, octwidth, baseC].join();
  let filters = filterCache.get(key);
  if (!filters) {
    filters = makeFilters(sampleRate, nFft, options);
    if (filterCache.size >= FILTER_CACHE_SIZE) filterCache.delete(filterCache.keys().next().value!);
    filterCache.set(key, filters);
  }
  return filters;
}

/**
 * Filters that gather spectral bins into pitch classes: `librosa.filters.chroma` (columns of unit length, Gaussian
 * octave weighting).
 *
 * @returns shape (nChroma, 1 + nFft/2)
 * @throws ParameterError when an option breaks its rule
 */
export function chromaFilterBank(sampleRate: number, nFft: number, options: ChromaFilterOptions = {}): Matrix {
  const { rows, columns, data } = filtersFor(sampleRate, nFft, options);
  return new Matrix(rows, columns, data.slice());
}

function frameNorm(values: Float32Array, norm: number): number {
  let sum = 0;
  if (norm === Infinity) {
    for (const value of values) if (value > sum) sum = value;
    return sum;
  }
  for (const value of values) sum += value ** norm;
  return sum ** (1 / norm);
}

/** Power (frames, bins) times filters (nChroma, bins): (frames, nChroma). */
function plainSums(power: Matrix, filters: Matrix): Matrix {
  const out = new Matrix(power.rows, filters.rows);
  for (let t = 0; t < power.rows; t++) {
    const row = power.row(t);
    for (let c = 0; c < filters.rows; c++) {
      const weights = filters.row(c);
      let sum = 0;
      for (let k = 0; k < row.length; k++) sum += row[k]! * weights[k]!;
      out.data[t * out.columns + c] = sum;
    }
  }
  return out;
}

/**
 * Energy by pitch class: `librosa.feature.chroma_stft`. Without `tuning` it is estimated from the clip, which for speech
 * is ill-posed: last bits of the samples may move it.
 *
 * @returns shape (nChroma, frames), 0 … 1 (with the default norm)
 * @throws ParameterError when an option breaks its rule
 */
export function chromaStft(spectrogram: Spectrogram, options: ChromaOptions = {}): Matrix {
  const { nChroma = 12, norm = Infinity } = options;
  requireInteger("chromaStft", "nChroma", nChroma, 1);
  if (norm !== null && !(norm > 0)) throw new ParameterError(`chromaStft: norm=${norm} must be positive or null`);
  const { power, sampleRate, nFft } = spectrogram;
  const tuning = options.tuning ?? estimateTuning(spectrogram, { binsPerOctave: nChroma });
  const frames = new Matrix(power.rows, nChroma);
  const filters = filtersFor(sampleRate, nFft, { ...options, tuning });
  const sums = nChroma === 12 ? twelveSums(power, filters) : plainSums(power, filters);
  for (let t = 0; t < power.rows; t++) {
    const values = sums.row(t);
    const length = norm === null ? 1 : frameNorm(values, norm);
    // A silent frame is not divided.
    const scale = length < TINY ? 1 : 1 / length;
    for (let i = 0; i < nChroma; i++) frames.data[t * nChroma + i] = values[i]! * scale;
  }
  return frames.transpose();
}
