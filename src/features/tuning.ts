import { joinFloats } from "../bytes.ts";
import { ParameterError } from "../errors.ts";
import { requireInteger, requireNumber } from "./parameters.ts";
import type { Spectrogram } from "./power-spectrogram.ts";

/** Options of {@link estimateTuning}. */
export interface TuningOptions {
  /** Width of a histogram bin, as a part of one chroma bin; in (0, 1), default 0.01: cents. */
  readonly resolution?: number;
  /** Chroma bins an octave; at least 1, default 12. */
  readonly binsPerOctave?: number;
  /** Lowest pitch in hertz; ≥ 0, default 150. */
  readonly fMin?: number;
  /** Highest pitch in hertz; ≥ 0, default 4000. */
  readonly fMax?: number;
  /** A peak must exceed this part of its frame's maximum; ≥ 0, default 0.1. */
  readonly threshold?: number;
}

/** Spectral peaks of all frames, in time order. */
export interface Pitches {
  /** In hertz, by parabolic interpolation. */
  readonly hertz: Float32Array;
  /** Interpolated height of each peak, in the spectrogram's units. */
  readonly magnitude: Float32Array;
}

/** The bins where {@link spectralPeaks} looks: from … to - 1. */
export function peakRange(
  bins: number,
  sampleRate: number,
  nFft: number,
  { fMin = 150, fMax = 4000 }: TuningOptions,
): { from: number; to: number } {
  const top = Math.min(fMax, sampleRate / 2);
  let from = 0;
  while (from < bins && (from * sampleRate) / nFft < Math.max(fMin, 0)) from++;
  let to = from;
  while (to < bins && (to * sampleRate) / nFft < top) to++;
  return { from: Math.max(from, 1), to };
}

/** {@link Pitches}, and where in the spectrogram each lies. */
export interface Peaks extends Pitches {
  /** Index of the frequency bin of each peak, shape (peaks). */
  readonly bin: Int32Array;
  /** Index of the frame of each peak, shape (peaks). */
  readonly frame: Int32Array;
}

function checkPeakOptions(where: string, { fMin = 150, fMax = 4000, threshold = 0.1 }: TuningOptions): void {
  requireNumber(where, "fMin", fMin, 0);
  requireNumber(where, "fMax", fMax, 0);
  requireNumber(where, "threshold", threshold, 0);
}

/**
 * The local maxima of a spectrogram between fMin and fMax: the non-zero entries of `librosa.piptrack(S=…)`.
 *
 * Each step rounds to single precision where librosa's does (its parabola is partly in double): the histogram of
 * {@link estimateTuning} is so fine that last bits move values between its bins.
 *
 * @param floor what a peak must exceed; default `threshold` times its frame's maximum
 * @throws ParameterError when an option breaks its rule
 */
export function spectralPeaks(
  { power, sampleRate, nFft }: Spectrogram,
  options: TuningOptions = {},
  floor?: number,
): Peaks {
  checkPeakOptions("spectralPeaks", options);
  const { threshold = 0.1 } = options;
  const { fround } = Math;
  const bins = power.columns;
  const { from, to } = peakRange(bins, sampleRate, nFft, options);
  const hertz: number[] = [];
  const magnitude: number[] = [];
  const bin: number[] = [];
  const frame: number[] = [];
  const part = fround(threshold);
  for (let t = 0; t < power.rows; t++) {
    const row = power.row(t);
    let largest = 0;
    for (let k = 0; k < bins; k++) if (row[k]! > largest) largest = row[k]!;
    const least = floor === undefined ? fround(part * largest) : floor;
    for (let k = from; k < to; k++) {
      const here = row[k]!;
      if (!(here > least)) continue;
      // Neighbours below the threshold count as zero there, but keep their values in the parabola.
      const below = row[k - 1]!;
      const above = k + 1 < bins ? row[k + 1]! : -1;
      if (!(here > below) || !(here >= above)) continue;
      let shift = 0;
      let skew = 0;
      if (k + 1 < bins) {
        const curvature = fround(above + below) - 2 * here;
        const slope = fround(above - below) / 2;
        if (Math.abs(slope) < Math.abs(curvature)) shift = fround(-slope / curvature);
        skew = fround(fround(0.5 * fround(fround(above - below) / 2)) * shift);
      }
      hertz.push(fround(((k + shift) * sampleRate) / nFft));
      magnitude.push(fround(here + skew));
      bin.push(k);
      frame.push(t);
    }
  }
  return {
    hertz: Float32Array.from(hertz),
    magnitude: Float32Array.from(magnitude),
    bin: Int32Array.from(bin),
    frame: Int32Array.from(frame),
  };
}

/** The k-th smallest value (k from 0), by Hoare's quickselect; reorders `values`. */
function select(values: Float32Array, k: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const swap = values[i]!;
        values[i++] = values[j]!;
        values[j--] = swap;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k]!;
}

/** `numpy.median` of single-precision numbers, which it reorders; of none, 0. */
function median(values: Float32Array): number {
  if (values.length === 0) return 0;
  const middle = values.length >> 1;
  const upper = select(values, middle);
  if (values.length & 1) return upper;
  return Math.fround(Math.fround(select(values, middle - 1) + upper) / 2);
}

/**
 * How far pitches lie from the grid of A = 440 Hz: the left edge of the fullest bin of their residuals' histogram,
 * `librosa.pitch_tuning`.
 *
 * @param hertz positive
 * @returns in [-0.5, 0.5), in chroma bins; 0 for no pitches
 */
export function pitchTuning(hertz: Iterable<number>, resolution = 0.01, binsPerOctave = 12): number {
  const { fround } = Math;
  const count = Math.ceil(1 / resolution);
  const step = 1 / count;
  const edge = (j: number): number => (j === count ? 0.5 : j * step - 0.5);
  const histogram = new Int32Array(count);
  let any = false;
  for (const pitch of hertz) {
    if (!(pitch > 0)) continue;
    any = true;
    const octaves = fround(Math.log2(fround(pitch / 27.5)));
    const position = fround(binsPerOctave * octaves);
    let residual = fround(position - Math.floor(position));
    if (residual >= 0.5) residual -= 1;
    // The quotient may be off by one where a residual lies on an edge: the edges decide.
    let j = Math.min(count - 1, Math.floor((residual + 0.5) / step));
    if (j > 0 && residual < edge(j)) j--;
    else if (j + 1 < count && residual >= edge(j + 1)) j++;
    histogram[j]!++;
  }
  if (!any) return 0;
  let best = 0;
  for (let j = 1; j < count; j++) if (histogram[j]! > histogram[best]!) best = j;
  return edge(best);
}

/** {@link estimateTuning} of peaks that were found segment by segment. */
export function tuningOfPeaks(segments: readonly Pitches[], resolution: number, binsPerOctave: number): number {
  const magnitude = joinFloats(segments.map((peaks) => peaks.magnitude));
  const least = median(magnitude);
  const loud = new Float32Array(magnitude.length);
  let count = 0;
  for (const peaks of segments) {
    for (let i = 0; i < peaks.hertz.length; i++) if (peaks.magnitude[i]! >= least) loud[count++] = peaks.hertz[i]!;
  }
  return pitchTuning(loud.subarray(0, count), resolution, binsPerOctave);
}

/**
 * The tuning of a clip, from the louder half of its spectral peaks: `librosa.estimate_tuning(S=…)`.
 *
 * @returns in [-0.5, 0.5), in chroma bins; 0 when there are no peaks (silence)
 * @throws ParameterError when an option breaks its rule
 */
export function estimateTuning(spectrogram: Spectrogram, options: TuningOptions = {}): number {
  const { resolution = 0.01, binsPerOctave = 12 } = options;
  if (!(resolution > 0 && resolution < 1)) {
    throw new ParameterError(`estimateTuning: resolution=${resolution} must lie between 0 and 1`);
  }
  requireInteger("estimateTuning", "binsPerOctave", binsPerOctave, 1);
  return tuningOfPeaks([spectralPeaks(spectrogram, options)], resolution, binsPerOctave);
}
