import type { BandLayout } from "../features/index.ts";
import type { Matrix } from "../matrix.ts";

/** Level, centroid, bandwidth, tilt and the logarithm of the mean squared frequency, of each frame: (frames × 5). */
export type BandMeasures = Float64Array;

const MEASURES = 5;
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
  const frequencies = Float64Array.from(centres, (centre) => centre / spectrum.zero);
  const corner = centres.findIndex((centre) => centre > spectrum.corner);
  const { data } = features;
  const measures = new Float64Array(MEASURES * features.rows);
  for (let t = 0; t < features.rows; t++) {
    const at = t * features.columns;
    let [low, high, moment, spread] = [0, 0, 0, 0];
    for (let b = 0; b < frequencies.length; b++) {
      const power = powerOf(data[at + b]!);
      const weighted = power * frequencies[b]!;
      moment += weighted;
      spread += weighted * frequencies[b]!;
      if (b < corner) low += power;
      else high += power;
    }
    const total = low + high;
    const centroid = moment / total;
    // The second moment about the centroid; a frame of one band alone may round below zero.
    spread = max(0, spread - centroid * moment);
    measures[MEASURES * t] = log10(total);
    measures[MEASURES * t + 1] = log2(centroid);
    measures[MEASURES * t + 2] = log2(max(1e-6, spread / total)) / 2;
    measures[MEASURES * t + 3] = log10((high + 1e-6 * total) / (low + 1e-6 * total));
    measures[MEASURES * t + 4] = log2(spread / total + centroid ** 2);
  }
  return measures;
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
  for (let t = 0; t < features.rows; t++) {
    const row = features.row(t);
    // The columns are the measures times the frame's activity, which least squares find again.
    let [product, square] = [0, 0];
    for (const [m, column] of columns.entries()) {
      product += row[column]! * before[MEASURES * t + m + 1]!;
      square += before[MEASURES * t + m + 1]! ** 2;
    }
    const active = Math.min(1, Math.max(0, product / (square + 1e-6)));
    for (const [m, column] of columns.entries())
      row[column]! += active * (after[MEASURES * t + m + 1]! - before[MEASURES * t + m + 1]!);
    // Rice's formula: the rate of zero crossings goes with the root of the mean squared frequency.
    row[zcr]! *= 2 ** ((after[MEASURES * t + 4]! - before[MEASURES * t + 4]!) / 2);
    old += active * 10 ** row[level]!;
    row[level]! += after[MEASURES * t]! - before[MEASURES * t]!;
    now += active * 10 ** row[level]!;
  }
  const louder = old > 0 && now > 0 ? Math.log10(now / old) : 0;
  for (let t = 0; t < features.rows; t++) {
    const row = features.row(t);
    for (let b = 0; b < centres.length; b++) row[b] = Math.max(floor, row[b]! - louder);
    row[level] = Math.max(levelFloor, row[level]! - louder);
  }
}
