import { ParameterError } from "../errors.ts";
import type { BandLayout } from "../features/index.ts";
import { Matrix } from "../matrix.ts";
import { bandMeasures, followBands, powerOf } from "./band-measures.ts";
import type { Random } from "../random.ts";
import { requireWithin } from "./parameters.ts";

/** What {@link perturb} is told. */
export interface PerturbOptions {
  readonly layout: BandLayout;
  /** 0 nothing … 1 everything as strong as it is meant to be at most. */
  readonly strength: number;
  /** The longest that a stretched clip may become, in frames. */
  readonly maxFrames: number;
}

/** Share of the clips that are stretched, warped and equalised; noise and band limits come more rarely. */
const OFTEN = 0.8;

/**
 * A clip as another voice might have said it in another room, done to its features, where it is a hundred times cheaper
 * than to the waveform: another tempo ({@link stretchFrames}), a longer or shorter vocal tract ({@link warpBands}), another
 * microphone ({@link tiltBands}), noise ({@link addBandNoise}), a narrower channel ({@link limitBands}). Level, centroid,
 * bandwidth, tilt and zero-crossing rate follow the bands.
 *
 * @param features shape (frames, columns), real frames only
 * @param random decides what and how much
 * @returns a copy of shape (other frames, columns)
 * @throws ParameterError for a strength outside 0 … 1
 */
export function perturb(features: Matrix, { layout, strength, maxFrames }: PerturbOptions, random: Random): Matrix {
  requireWithin("perturb", "strength", strength, [0, 1]);
  const within = (range: number): number => (2 * random.uniform() - 1) * range * strength;
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const { centres } = layout;
  const out =
    random.uniform() < OFTEN
      ? stretchFrames(features, 2 ** within(0.25), maxFrames)
      : new Matrix(features.rows, features.columns, features.data.slice());
  const before = bandMeasures(out, layout);
  if (random.uniform() < OFTEN) warpBands(out, 2 ** within(0.2), layout);
  if (random.uniform() < OFTEN) {
    const gains = Array.from({ length: 5 }, () => within(0.6));
    tiltBands(out, gains, layout);
  }
  if (random.uniform() < 0.4 * strength) addBandNoise(out, between(-5.5, -2.2), between(-1.3, 1.3), layout);
  if (random.uniform() < 0.4 * strength) {
    const low = random.uniform() < 0.5 ? between(60, 400) : 0;
    limitBands(out, low, between(Math.min(3000, centres.at(-1)!), Math.min(6500, centres.at(-1)!)), layout);
  }
  if (before !== undefined) followBands(out, before, layout);
  return out;
}

/**
 * The clip `factor` times as long, frames interpolated linearly: another tempo at the same pitch.
 *
 * @param factor above 0; the result has at least one and at most `maxFrames` frames
 */
export function stretchFrames(features: Matrix, factor: number, maxFrames: number = Infinity): Matrix {
  if (!(factor > 0)) throw new ParameterError(`stretchFrames: factor=${factor} must be above 0`);
  const { rows, columns } = features;
  const out = new Matrix(Math.max(1, Math.min(maxFrames, Math.round(rows * factor))), columns);
  const step = out.rows === 1 ? 0 : (rows - 1) / (out.rows - 1);
  for (let t = 0; t < out.rows; t++) {
    const at = Math.min(rows - 1, t * step);
    const before = Math.floor(at);
    const share = at - before;
    const from = before * columns;
    const to = Math.min(rows - 1, before + 1) * columns;
    for (let c = 0, k = t * columns; c < columns; c++, k++) {
      const value = features.data[from + c]!;
      out.data[k] = value + share * (features.data[to + c]! - value);
    }
  }
  return out;
}

/**
 * In place: every frequency times `factor`, as a vocal tract so much shorter would give: vocal tract length perturbation
 * (Jaitly & Hinton 2013). What lies beyond the outermost bands is repeated.
 */
export function warpBands(features: Matrix, factor: number, { centres, octaves }: BandLayout): void {
  const places = centres.map((centre) => placeOf(centre / factor, centres));
  const below = Int32Array.from(places, Math.floor);
  const above = Int32Array.from(below, (band) => Math.min(centres.length - 1, band + 1));
  const shares = Float64Array.from(places, (place, b) => place - below[b]!);
  const shift = Math.log2(factor);
  const bands = new Float32Array(centres.length);
  const { data } = features;
  for (let t = 0; t < features.rows; t++) {
    const at = t * features.columns;
    for (let b = 0; b < bands.length; b++) {
      const value = data[at + below[b]!]!;
      bands[b] = value + shares[b]! * (data[at + above[b]!]! - value);
    }
    for (let b = 0; b < bands.length; b++) data[at + b] = bands[b]!;
    for (const { column, voicing } of octaves)
      data[at + column]! += shift * (voicing === undefined ? 1 : voicedPart(data[at + voicing.column]!, voicing));
  }
}

/** In place: bands louder by a curve through `gains` (bel), evenly spread over the bands; no band below the floor. */
export function tiltBands(features: Matrix, gains: readonly number[], { centres, floor }: BandLayout): void {
  const curve = Float64Array.from(centres, (_, b) => {
    const at = (b / Math.max(1, centres.length - 1)) * (gains.length - 1);
    const before = Math.min(gains.length - 1, Math.floor(at));
    return gains[before]! + (at - before) * ((gains[before + 1] ?? gains[before]!) - gains[before]!);
  });
  const { data } = features;
  for (let t = 0; t < features.rows; t++) {
    const at = t * features.columns;
    for (let b = 0; b < curve.length; b++) data[at + b] = Math.max(floor, data[at + b]! + curve[b]!);
  }
}

/**
 * In place: powers of a steady noise added, `level` bel in the middle band, `tilt` bel more in the last than in the first.
 * Periodicity falls to the voice's share of the power, and with it how far a frame counts as voiced.
 */
export function addBandNoise(
  features: Matrix,
  level: number,
  tilt: number,
  { centres, octaves, voiced = [] }: BandLayout,
): void {
  const last = Math.max(1, centres.length - 1);
  const noise = centres.map((_, b) => 10 ** (level + tilt * (b / last - 0.5)));
  for (let t = 0; t < features.rows; t++) {
    const row = features.row(t);
    let [power, sum] = [0, 0];
    for (let b = 0; b < noise.length; b++) {
      const own = powerOf(row[b]!);
      power += own;
      sum += own + noise[b]!;
      row[b] = Math.log10(own + noise[b]!);
    }
    for (const { column, voicing } of octaves) {
      if (voicing === undefined) continue;
      const periodicity = row[voicing.column]!;
      row[voicing.column] = (periodicity * power) / sum;
      const was = voicedPart(periodicity, voicing);
      const left = was === 0 ? 0 : voicedPart(row[voicing.column]!, voicing) / was;
      for (const each of [column, ...voiced]) row[each]! *= left;
    }
  }
}

/** In place: bands with centres outside low … high (Hz) fall to the floor. */
export function limitBands(features: Matrix, low: number, high: number, { centres, floor }: BandLayout): void {
  for (const [b, centre] of centres.entries()) {
    if (centre >= low && centre <= high) continue;
    for (let t = 0; t < features.rows; t++) features.data[t * features.columns + b] = floor;
  }
}

/** How far a frame of that periodicity counts as voiced, 0 … 1. */
function voicedPart(periodicity: number, { from, fully }: { readonly from: number; readonly fully: number }): number {
  return Math.min(1, Math.max(0, (periodicity - from) / (fully - from)));
}

/** Where `frequency` lies among ascending `centres`, as an index with fraction, 0 … count − 1. */
function placeOf(frequency: number, centres: readonly number[]): number {
  const above = centres.findIndex((centre) => centre >= frequency);
  if (above === 0) return 0;
  if (above === -1) return centres.length - 1;
  return above - (centres[above]! - frequency) / (centres[above]! - centres[above - 1]!);
}
