import { vectorKernels } from "../kernels.ts";
import { Matrix } from "../matrix.ts";

/** Rows of a spectrogram that are copied into the vector loops' memory at a time: about 2 MB of the usual ones. */
const CHUNK_ROWS = 512;
/** 32-bit floats in a vector. */
const LANES = 4;
/** Coefficients that the cosine loop makes at a time. */
const COEFFICIENTS = 20;

/** A bank of filters as `melRows` wants it: each band's first byte in a row and number of vectors, then all weights. */
export interface BankVectors {
  /** Bands, rounded up to a multiple of 4 by empty ones. */
  readonly bands: number;
  readonly bank: Uint32Array;
  readonly weights: Float32Array;
}

/**
 * A bank whose row m is `weights` from bin first[m] to end[m] - 1, as vectors that end inside a row of `bins`.
 *
 * @returns null where rows are too short for a band's vectors
 */
export function bankVectors(
  { first, end, weights }: { readonly first: Int32Array; readonly end: Int32Array; readonly weights: Float32Array },
  bins: number,
): BankVectors | null {
  const bands = Math.ceil(first.length / LANES) * LANES;
  const bank = new Uint32Array(2 * bands);
  const out: number[] = [];
  let at = 0;
  for (let m = 0; m < first.length; m++) {
    const [from, to] = [first[m]!, end[m]!];
    const vectors = Math.ceil((to - from) / LANES);
    const start = Math.min(from, bins - LANES * vectors);
    if (start < 0) return null;
    bank[2 * m] = 4 * start;
    bank[2 * m + 1] = vectors;
    for (let k = start; k < start + LANES * vectors; k++) out.push(k >= from && k < to ? weights[at + k - from]! : 0);
    at += to - from;
  }
  return { bands, bank, weights: Float32Array.from(out) };
}

/** The vector loops' memory is claimed by the call itself: nothing stays for the next. */
function claimed(): ReturnType<typeof vectorKernels> {
  const kernels = vectorKernels();
  kernels.claim({});
  return kernels;
}

/** Power (frames, bins) times a bank, into `out` (frames, ≥ columns) from row `row` on. */
export function bandRows(power: Matrix, { bands, bank, weights }: BankVectors, out: Matrix, row: number): void {
  const kernels = claimed();
  const tables = [kernels.place(bank), kernels.place(weights)] as const;
  const clip = kernels.reserve(0);
  for (let first = 0; first < power.rows; first += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, power.rows - first);
    kernels.release(clip);
    const rows = kernels.place(power.data.subarray(first * power.columns, (first + count) * power.columns));
    const sums = kernels.reserve(4 * bands * count);
    kernels.loops.melRows(rows, power.columns, count, ...tables, bands, sums);
    const view = kernels.float32(sums, bands * count);
    if (bands === out.columns) {
      out.data.set(view, (row + first) * bands);
      continue;
    }
    for (let t = 0; t < count; t++) {
      out.row(row + first + t).set(view.subarray(t * bands, t * bands + out.columns));
    }
  }
}

/**
 * Power (frames, bins) times twelve filters.
 *
 * @param filters shape (12, bins)
 * @returns shape (frames, 12)
 */
export function twelveSums(power: Matrix, filters: Matrix): Matrix {
  const kernels = claimed();
  const table = kernels.place(filters.transpose().data);
  const clip = kernels.reserve(0);
  const out = new Matrix(power.rows, 12);
  for (let first = 0; first < power.rows; first += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, power.rows - first);
    kernels.release(clip);
    const rows = kernels.place(power.data.subarray(first * power.columns, (first + count) * power.columns));
    // The loop takes two rows at a time: an odd last one gets a partner, whose sums nobody reads.
    kernels.zeros(4 * power.columns);
    const sums = kernels.reserve(4 * 12 * (count + 1));
    kernels.loops.chromaRows(rows, power.columns, count, table, power.columns, sums);
    out.data.set(kernels.float32(sums, 12 * count), first * 12);
  }
  return out;
}

/** Cosines by band and over the lower half of the bands, of even and of odd coefficients: (bands / 2, coefficients / 2). */
export interface FoldedCosines {
  /** A multiple of 20; those not wanted are zero. */
  readonly coefficients: number;
  readonly even: Float64Array;
  readonly odd: Float64Array;
}

/** @param rows shape (count, size), size a multiple of 4, each row even or odd about its middle as its index is */
export function foldCosines(rows: Float64Array, count: number, size: number): FoldedCosines {
  const coefficients = Math.ceil(count / COEFFICIENTS) * COEFFICIENTS;
  const half = (parity: number): Float64Array =>
    Float64Array.from({ length: (size * coefficients) / 4 }, (_, i) => {
      const k = 2 * (i % (coefficients / 2)) + parity;
      return k < count ? rows[k * size + Math.floor(i / (coefficients / 2))]! : 0;
    });
  return { coefficients, even: half(0), odd: half(1) };
}

/**
 * Mel power (frames, bands) → decibels, no lower than `topDb` below the loudest → cosine transform, into `out`
 * (frames, columns) from column `column` on.
 *
 * @param count coefficients to write
 * @param topDb null: no floor
 */
export function cepstrumRows(
  mel: Matrix,
  cosines: FoldedCosines,
  count: number,
  topDb: number | null,
  out: Matrix,
  column: number,
): void {
  const kernels = claimed();
  const { rows: frames, columns: bands, data } = mel;
  const { coefficients } = cosines;
  const even = kernels.place(cosines.even);
  const odd = kernels.place(cosines.odd);
  const scratch = kernels.reserve(8 * (bands + coefficients));
  const decibels = kernels.place(data);
  // In double precision: an error of the floor would be one of every band that lies on it.
  const loudest = 10 * Math.log10(kernels.loops.decibels(decibels, data.length, 1e-10));
  const floor = topDb === null ? -Infinity : loudest - topDb;
  const results = kernels.reserve(4 * coefficients * frames);
  kernels.loops.cepstra(decibels, frames, bands, floor, even, odd, coefficients, scratch, results, 4 * coefficients);
  const view = kernels.float32(results, coefficients * frames);
  for (let t = 0; t < frames; t++) {
    const to = t * out.columns + column;
    for (let k = 0; k < count; k++) out.data[to + k] = view[t * coefficients + k]!;
  }
}
