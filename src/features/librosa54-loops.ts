import { vectorKernels, type Kernels } from "../kernels.ts";
import { Matrix } from "../matrix.ts";
import { chromaFilterBank } from "./chroma.ts";
import { melVectors } from "./mel.ts";
import { foldedCosines } from "./mfcc.ts";
import { requireSamples } from "./parameters.ts";
import { PowerRows, type PlacedRows } from "./power-rows.ts";
import { TINY } from "./single-precision.ts";
import { peakRange, tuningOfPeaks, type Pitches } from "./tuning.ts";
import { hannWindow } from "./window.ts";

export const SAMPLE_RATE = 22050;
export const N_FFT = 2048;
export const HOP_LENGTH = 512;
export const N_MFCC = 40;
const N_CHROMA = 12;
const PAD = N_FFT / 2;
const BINS = N_FFT / 2 + 1;
const N_MELS = 128;
const COLUMNS = N_MFCC + 1 + N_CHROMA + 1;
const ZCR_COLUMN = N_MFCC;
const CHROMA_COLUMN = ZCR_COLUMN + 1;
const RMS_COLUMN = CHROMA_COLUMN + N_CHROMA;
/** Parameters of librosa's functions at their defaults: power_to_db, zero_crossing_rate, piptrack. */
const LEAST_POWER = 1e-10;
const TOP_DB = 80;
const CROSSING_THRESHOLD = 1e-10;
const PEAK_THRESHOLD = 0.1;
/** Frames whose spectra are held at a time: 47 seconds, 8 MB. */
const SEGMENT_FRAMES = 2048;

/** The chroma filters of one tuning bin by bin, twelve weights each. */
function filterVectors(tuning: number): Float32Array {
  return chromaFilterBank(SAMPLE_RATE, N_FFT, { nChroma: N_CHROMA, tuning }).transpose().data;
}

/** librosa54's numbers for one thread: the tables, and the walk over a clip. Everything it needs of a clip is local. */
class Librosa54Loops {
  readonly #rows = new PowerRows(hannWindow(N_FFT));
  readonly #bank = melVectors(SAMPLE_RATE, N_FFT, { nMels: N_MELS })!;
  readonly #cosines = foldedCosines(N_MFCC, N_MELS);
  readonly #peaks = peakRange(BINS, SAMPLE_RATE, N_FFT, {});
  readonly #filters = new Map<number, Float32Array>();
  /** Bytes where the tables lie, and where what belongs to a clip begins. */
  #at = { bank: 0, weights: 0, even: 0, odd: 0, scratch: 0, clip: 0 };

  /** @param given null: the tuning is estimated */
  extract(samples: Float32Array, given: number | null): Matrix {
    const kernels = this.#claim();
    const frames = 1 + Math.floor(samples.length / HOP_LENGTH);
    const out = new Matrix(frames, COLUMNS);
    const decibels = new Float32Array(frames * N_MELS);
    const peaks: Pitches[] = [];
    let loudest = -Infinity;
    // The only segment, when there is one, is still there for the chroma.
    let held: PlacedRows | undefined;
    for (let first = 0; first < frames; first += SEGMENT_FRAMES) {
      const count = Math.min(SEGMENT_FRAMES, frames - first);
      kernels.release(this.#at.clip);
      held = this.#rows.placeSamples(kernels, samples, first * HOP_LENGTH - PAD, count, HOP_LENGTH);
      this.#levels(kernels, samples, held.samples, first, count, out);
      this.#transform(kernels, held, count);
      loudest = Math.max(loudest, this.#melDecibels(kernels, held, decibels, first, count));
      if (given === null) peaks.push(this.#findPeaks(kernels, held, count));
    }
    const filters = this.#filtersOf(given ?? tuningOfPeaks(peaks, 0.01, N_CHROMA));
    for (let first = 0; first < frames; first += SEGMENT_FRAMES) {
      const count = Math.min(SEGMENT_FRAMES, frames - first);
      let rows = held!;
      if (frames > SEGMENT_FRAMES) {
        kernels.release(this.#at.clip);
        rows = this.#rows.placeSamples(kernels, samples, first * HOP_LENGTH - PAD, count, HOP_LENGTH);
        this.#transform(kernels, rows, count);
      }
      this.#chroma(kernels, rows, filters, first, count, out);
      this.#cepstra(kernels, decibels, loudest - TOP_DB, first, count, out);
    }
    meanOfFrames(samples, out);
    return out;
  }

  #claim(): Kernels {
    const kernels = vectorKernels();
    if (!kernels.claim(this)) {
      this.#rows.place(kernels);
      this.#at = {
        bank: kernels.place(this.#bank.bank),
        weights: kernels.place(this.#bank.weights),
        even: kernels.place(this.#cosines.even),
        odd: kernels.place(this.#cosines.odd),
        scratch: kernels.reserve(8 * (N_MELS + N_MFCC)),
        clip: 0,
      };
      this.#at.clip = kernels.reserve(0);
    }
    return kernels;
  }

  #transform(kernels: Kernels, rows: PlacedRows, count: number): void {
    // Peaks look at one bin more on either side.
    this.#rows.run(kernels, rows, count, HOP_LENGTH, this.#peaks.from - 1, this.#peaks.to + 1);
  }

  /** Sums of hops into the RMS and crossing columns: frame t's hop begins in its middle, at sample t·512. */
  #levels(kernels: Kernels, signal: Float32Array, at: number, first: number, count: number, out: Matrix): void {
    const results = kernels.reserve(12 * count);
    const hops = at + 4 * PAD;
    const blocks = Math.min(count, Math.ceil((signal.length - first * HOP_LENGTH) / HOP_LENGTH));
    if (blocks > 0) {
      const view = kernels.float32(hops - 4, 1 + blocks * HOP_LENGTH);
      const end = 1 + Math.min(blocks * HOP_LENGTH, signal.length - first * HOP_LENGTH);
      // Crossings want the ends continued, squares and spectra want zeros there.
      if (first === 0) view[0] = signal[0]!;
      view.fill(signal.at(-1)!, end);
      kernels.loops.crossingSums(hops, HOP_LENGTH, blocks, CROSSING_THRESHOLD, results + 8 * count);
      if (first === 0) view[0] = 0;
      view.fill(0, end);
      kernels.loops.squareSums(hops, HOP_LENGTH, blocks, results);
    }
    const squares = kernels.float64(results, count);
    const crossings = kernels.uint32(results + 8 * count, count);
    for (let t = 0; t < count; t++) {
      // Sums tell of samples that are no numbers or too large without a walk of their own; false for NaN, too.
      if (t < blocks && !(squares[t]! < 1e33)) requireSamples("librosa54", signal);
      const row = (first + t) * COLUMNS;
      out.data[row + RMS_COLUMN] = t < blocks ? squares[t]! : 0;
      out.data[row + ZCR_COLUMN] = t < blocks ? crossings[t]! : 0;
    }
    kernels.release(results);
  }

  /** Mel power in decibels into `decibels` (frames, 128), and the loudest of them. */
  #melDecibels(kernels: Kernels, { power }: PlacedRows, decibels: Float32Array, first: number, count: number): number {
    const mel = kernels.reserve(4 * N_MELS * count);
    kernels.loops.melRows(power, this.#rows.stride, count, this.#at.bank, this.#at.weights, N_MELS, mel);
    const loudest = 10 * Math.log10(kernels.loops.decibels(mel, count * N_MELS, LEAST_POWER));
    decibels.set(kernels.float32(mel, count * N_MELS), first * N_MELS);
    kernels.release(mel);
    return loudest;
  }

  #findPeaks(kernels: Kernels, { power }: PlacedRows, count: number): Pitches {
    const { from, to } = this.#peaks;
    // Two neighbours cannot both be peaks.
    const most = count * Math.ceil((to - from + 1) / 2);
    const hertz = kernels.reserve(4 * most);
    const heights = kernels.reserve(4 * most);
    const found = kernels.loops.peakRows(
      power,
      this.#rows.stride,
      count,
      from,
      to,
      PEAK_THRESHOLD,
      SAMPLE_RATE,
      N_FFT,
      hertz,
      heights,
    );
    const peaks = {
      hertz: kernels.float32(hertz, found).slice(),
      magnitude: kernels.float32(heights, found).slice(),
    };
    kernels.release(hertz);
    return peaks;
  }

  #filtersOf(tuning: number): Float32Array {
    let filters = this.#filters.get(tuning);
    if (!filters) {
      filters = filterVectors(tuning);
      // The hundred that an estimate can give stay, 5 MB; others come from callers and might be any number.
      if (this.#filters.size < 128) this.#filters.set(tuning, filters);
    }
    return filters;
  }

  #chroma(
    kernels: Kernels,
    { power }: PlacedRows,
    table: Float32Array,
    first: number,
    count: number,
    out: Matrix,
  ): void {
    const filters = kernels.place(table);
    const sums = kernels.reserve(4 * N_CHROMA * (count + 1));
    kernels.loops.chromaRows(power, this.#rows.stride, count, filters, BINS, sums);
    const view = kernels.float32(sums, N_CHROMA * count);
    for (let t = 0; t < count; t++) {
      const from = t * N_CHROMA;
      let largest = 0;
      for (let c = 0; c < N_CHROMA; c++) if (view[from + c]! > largest) largest = view[from + c]!;
      // A silent frame is not divided.
      const scale = largest < TINY ? 1 : 1 / largest;
      const to = (first + t) * COLUMNS + CHROMA_COLUMN;
      for (let c = 0; c < N_CHROMA; c++) out.data[to + c] = view[from + c]! * scale;
    }
    kernels.release(filters);
  }

  #cepstra(kernels: Kernels, decibels: Float32Array, floor: number, first: number, count: number, out: Matrix): void {
    const bands = kernels.place(decibels.subarray(first * N_MELS, (first + count) * N_MELS));
    const coefficients = kernels.reserve(4 * N_MFCC * count);
    const { even, odd, scratch } = this.#at;
    kernels.loops.cepstra(bands, count, N_MELS, floor, even, odd, N_MFCC, scratch, coefficients, 4 * N_MFCC);
    const view = kernels.float32(coefficients, N_MFCC * count);
    for (let t = 0; t < count; t++) {
      const from = t * N_MFCC;
      const to = (first + t) * COLUMNS;
      for (let k = 0; k < N_MFCC; k++) out.data[to + k] = view[from + k]!;
    }
    kernels.release(bands);
  }
}

/** The columns of RMS and crossings hold sums of hops: a frame has four of them, two before its middle, two after. */
function meanOfFrames(samples: Float32Array, { data, rows }: Matrix): void {
  const hops = N_FFT / HOP_LENGTH;
  const squares = new Float64Array(rows + hops);
  const crossings = new Float64Array(rows + hops);
  for (let t = 0; t < rows; t++) {
    squares[t + hops / 2] = data[t * COLUMNS + RMS_COLUMN]!;
    crossings[t + hops / 2] = data[t * COLUMNS + ZCR_COLUMN]!;
  }
  for (let t = 0; t < rows; t++) {
    let energy = 0;
    let count = 0;
    for (let h = t; h < t + hops; h++) {
      energy += squares[h]!;
      count += crossings[h]!;
    }
    // The first sample of a frame never counts.
    const start = t * HOP_LENGTH - PAD;
    if (start > 0 && samples[start]! < -CROSSING_THRESHOLD !== samples[start - 1]! < -CROSSING_THRESHOLD) count--;
    data[t * COLUMNS + RMS_COLUMN] = Math.sqrt(energy / N_FFT);
    data[t * COLUMNS + ZCR_COLUMN] = count / N_FFT;
  }
}

let loops: Librosa54Loops | undefined;

/**
 * The 54 columns of samples at 22,050 Hz, at least one of them.
 *
 * @param tuning of the chroma, in chroma bins; null estimates it from the clip, as librosa does
 * @returns shape (frames, 54)
 */
export function librosa54Frames(samples: Float32Array, tuning: number | null): Matrix {
  return (loops ??= new Librosa54Loops()).extract(samples, tuning);
}
