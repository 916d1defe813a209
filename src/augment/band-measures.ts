import type { BandLayout } from "../features/index.ts";
import { vectorKernels } from "../kernels.ts";
import type { Matrix } from "../matrix.ts";

/** Level, centroid, bandwidth, tilt and the logarithm of the mean squared frequency, of each frame: (frames × 5). */
export type BandMeasures = Float64Array;

const MEASURES = 5;
const SUMS = 4;
/** Between two powers of two so many steps of the table. */
const STEPS = 1024;
const FRACTIONS = Float64Array.from({ length: STEPS + 1 }, (_, i) => 2 ** (i / STEPS));
/** Powers of two with exponents −128 … 127. */
const WHOLES = Float64Array.from({ length: 256 }, (_, i) => 2 ** (i - 128));

/** The power of so many bel, −38 … 38, to 6e-8 of itself: from a table, since a batch asks for half a million. */
export function powerOf(bel: number): number {
  const octaves = bel * (Math.LN10 / Math.LN2) + 128;
  const whole = Math.floor(octaves);
  const place = (octaves - whole) * STEPS;
  const step = Math.floor(place);
  const below = FRACTIONS[step]!;
  return WHOLES[whole]! * (below + (place - step) * (FRACTIONS[step + 1]! - below));
}

/** What the bands say of their frames; undefined for a set without such columns. */
export function bandMeasures(features: Matrix, { centres, spectrum }: BandLayout): BandMeasures | undefined {
  if (spectrum === undefined) return undefined;
  const { log10, log2, max } = Math;
  const sums = bandSums(features, centres, spectrum);
  const measures = new Float64Array(MEASURES * features.rows);
  for (let t = 0; t < features.rows; t++) {
    const low = sums[SUMS * t]!;
    const high = sums[SUMS * t + 1]!;
    const moment = sums[SUMS * t + 2]!;
    const total = low + high;
    const centroid = moment / total;
    // The second moment about the centroid; a frame of one band alone may round below zero.
    const spread = max(0, sums[SUMS * t + 3]! - centroid * moment);
    measures[MEASURES * t] = log10(total);
    measures[MEASURES * t + 1] = log2(centroid);
    measures[MEASURES * t + 2] = log2(max(1e-6, spread / total)) / 2;
    measures[MEASURES * t + 3] = log10((high + 1e-6 * total) / (low + 1e-6 * total));
    measures[MEASURES * t + 4] = log2(spread / total + centroid ** 2);
  }
  return measures;
}

/** Power below the corner, above it, its first and second moment: (frames × 4). In vectors, since a batch asks for half a million powers. */
export function bandSums(
  { rows, columns, data }: Matrix,
  centres: readonly number[],
  { zero, corner }: { readonly zero: number; readonly corner: number },
): Float64Array {
  const kernels = vectorKernels();
  const bands = Math.ceil(centres.length / 4) * 4;
  const table = new Float64Array(4 * bands);
  for (const [b, centre] of centres.entries()) {
    const at = 8 * (b >> 1) + (b & 1);
    table[at] = centre > corner ? 0 : 1;
    table[at + 2] = centre > corner ? 1 : 0;
    table[at + 4] = centre / zero;
    table[at + 6] = (centre / zero) ** 2;
  }
  // Above whatever the memory's owner has laid out. Vectors of the last frame's bands may reach beyond it.
  const tableAt = kernels.place(table);
  const x = kernels.reserve(4 * (data.length + 4));
  const out = kernels.reserve(8 * SUMS * rows);
  const copy = kernels.float32(x, data.length + 4);
  copy.set(data);
  copy.fill(0, data.length);
  kernels.loops.bandSums(x, columns, rows, tableAt, bands, out);
  const sums = kernels.float64(out, SUMS * rows).slice();
  kernels.release(tableAt);
  return sums;
}

/**
 * In place: lets level, centroid, bandwidth, tilt and zero-crossing rate follow bands that were changed since `before` was
 * measured, and brings bands and levels back to the active level, as the recording so changed would have them. The columns
 * themselves are kept but for the difference: they were measured more finely than the bands tell.
 *
 * Source of the zero-crossing rate: Rice 1944, for Gaussian noise; near enough for speech.
 */
export function followBands(features: Matrix, before: BandMeasures, layout: BandLayout): void {
  const { centres, floor, spectrum } = layout;
  const after = bandMeasures(features, layout)!;
  const { level, levelFloor, zcr, ...others } = spectrum!;
  const columns = [others.centroid, others.bandwidth, others.tilt];
  let [old, now] = [0, 0];
  const { data } = features;
  for (let t = 0; t < features.rows; t++) {
    const at = t * features.columns;
    // The columns are the measures times the frame's activity, which least squares find again.
    let [product, square] = [0, 0];
    for (let m = 0; m < columns.length; m++) {
      const measure = before[MEASURES * t + m + 1]!;
      product += data[at + columns[m]!]! * measure;
      square += measure ** 2;
    }
    const active = Math.min(1, Math.max(0, product / (square + 1e-6)));
    for (let m = 0; m < columns.length; m++)
      data[at + columns[m]!]! += active * (after[MEASURES * t + m + 1]! - before[MEASURES * t + m + 1]!);
    // Rice's formula: the rate of zero crossings goes with the root of the mean squared frequency.
    data[at + zcr]! *= 2 ** ((after[MEASURES * t + 4]! - before[MEASURES * t + 4]!) / 2);
    old += active * 10 ** data[at + level]!;
    data[at + level]! += after[MEASURES * t]! - before[MEASURES * t]!;
    now += active * 10 ** data[at + level]!;
  }
  const louder = old > 0 && now > 0 ? Math.log10(now / old) : 0;
  for (let t = 0; t < features.rows; t++) {
    const at = t * features.columns;
    for (let b = at; b < at + centres.length; b++) data[b] = Math.max(floor, data[b]! - louder);
    data[at + level] = Math.max(levelFloor, data[at + level]! - louder);
  }
}
