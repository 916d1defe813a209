import {
  add,
  cast,
  concat,
  crop,
  div,
  frameMask,
  matmul,
  mul,
  reduceSum,
  reshape,
  slice,
  sqrt,
} from "../graph/index.ts";
import { sub, transpose, zeroBeyond, type Graph, type Value } from "../graph/index.ts";

/** What {@link functionals} measures, by the places of columns in the feature matrix. */
export interface FunctionalsConfig {
  /** The first columns: log powers of so many bands, of which a cosine transform is taken. */
  readonly bands: number;
  /** Coefficients of that transform; the columns after the bands are taken as they are. */
  readonly cepstra: number;
  /** Half waves of the slowest contours over a clip: 1 … contours. */
  readonly contours: number;
  /** The column of the frame's level, bel below that of the active frames. */
  readonly level: number;
  /** The column that says how periodic the frame is, 0 … 1. */
  readonly voicing: number;
}

/** How many functionals are measured of `features` columns: N of {@link functionals}; 0 where there is no such branch. */
export function functionalsCount(config: {
  readonly features: number;
  readonly functionals?: FunctionalsConfig | undefined;
}): number {
  const { features, functionals: branch } = config;
  return branch === undefined ? 0 : (7 + branch.contours) * (branch.cepstra + features - branch.bands);
}

/** Frames count as voiced from this periodicity on, and fully from the second on, as in `logmel72`; as active by level likewise. */
const VOICED = [0.5, 0.8] as const;
const ACTIVE = [-4.5, -3.5] as const;

/**
 * Measures of whole clips, in the tradition of openSMILE's functionals: raw features x (B, T, F), lengths (B) → (B, N). With
 * z the cosine transform of the bands beside the other columns, C columns in all, N = (7 + contours) · C:
 *
 * - mean and deviation of z over all frames, over voiced frames, and over active frames without a voice;
 * - contours `Σ z cos(πk (t + ½) / length) / length`, k = 1 … contours: how z rises and falls from beginning to end;
 * - deviation of the differences of neighbouring frames.
 *
 * Frames beyond a clip's length count nowhere. No gradient flows to x.
 *
 * Source: the functionals of eGeMAPS (Eyben et al. 2016); contours as in the discrete cosine transform of pitch tracks.
 */
export function functionals(x: Value, lengths: Value, config: FunctionalsConfig): Value {
  const { graph } = x;
  const real = zeroBeyond(x, lengths);
  const mask = frameMask(lengths, real); // (B, T, 1)
  const voiced = mul(ramp(column(real, config.voicing), VOICED), mask);
  const active = mul(ramp(column(real, config.level), ACTIVE), mask);
  const unvoiced = mul(active, sub(graph.scalar(1), voiced));
  const z = concat([matmul(slice(real, 0, config.bands, 2), cosines(graph, config)), others(real, config)], 2); // (B, T, C)
  const all = share(mask); // (B, T, 1)
  const shares = concat([all, share(voiced), share(unvoiced)], 2); // (B, T, 3)
  const means = weighted(shares, z); // (B, 3, C)
  const mean = slice(means, 0, 1, 1); // (B, 1, C)
  const centred = sub(z, mean);
  const away = sub(means, mean);
  const deviations = root(sub(weighted(shares, mul(centred, centred)), mul(away, away))); // (B, 3, C)
  const waves = mul(halfWaves(lengths, mask, config.contours), all); // (B, T, contours)
  const steps = sub(crop(z, 1, 0, 1), crop(z, 0, 1, 1)); // (B, T − 1, C)
  const stepShare = share(crop(mask, 1, 0, 1));
  const step = weighted(stepShare, steps);
  const change = root(sub(weighted(stepShare, mul(steps, steps)), mul(step, step))); // (B, 1, C)
  const measures = concat([means, deviations, weighted(waves, z), change], 1); // (B, 7 + contours, C)
  return reshape(measures, [x.shape[0]!, measures.size(1) * measures.size(2)]);
}

const column = (x: Value, at: number): Value => slice(x, at, at + 1, 2);
const others = (x: Value, { bands }: FunctionalsConfig): Value => slice(x, bands, x.size(2), 2);

/** 0 up to `from`, 1 from `to` on, straight in between. */
export function ramp(x: Value, [from, to]: readonly [number, number]): Value {
  const { graph } = x;
  const raised = mul(sub(x, graph.scalar(from)), graph.scalar(1 / (to - from)));
  return graph.emit1("Clip", [raised, graph.scalar(0), graph.scalar(1)], x.shape);
}

/** Weights of frames (B, T, 1) as shares of their sum; all nearly zero where there are none. */
function share(weights: Value): Value {
  return div(weights, add(reduceSum(weights, [1], true), weights.graph.scalar(1e-3)));
}

/** Sums of the frames of z (B, T, C) by weights (B, T, R): (B, R, C). */
function weighted(weights: Value, z: Value): Value {
  return matmul(transpose(weights, [0, 2, 1]), z);
}

/** √x of what should not be negative but for rounding. */
function root(x: Value): Value {
  const { graph } = x;
  return sqrt(graph.emit1("Max", [x, graph.scalar(1e-6)], x.shape));
}

/** The cosine transform of the bands, (bands, cepstra); scaled so that all of z has about the same magnitude. */
function cosines(graph: Graph, { bands, cepstra }: FunctionalsConfig): Value {
  const table = Float32Array.from(
    { length: bands * cepstra },
    (_, i) => Math.cos((Math.PI * (i % cepstra) * (Math.floor(i / cepstra) + 0.5)) / bands) / Math.sqrt(bands),
  );
  return graph.constant(table, [bands, cepstra]);
}

/** `cos(πk (t + ½) / length)` of each real frame by its mask (B, T, 1), k = 1 … count: (B, T, count). */
function halfWaves(lengths: Value, mask: Value, count: number): Value {
  const { graph } = mask;
  const [batch, frames] = [mask.shape[0]!, mask.shape[1]!];
  const counted = graph.emit1("CumSum", [mask, graph.constant([1], [], "int64")], mask.shape); // 1 … length
  const middle = sub(counted, graph.scalar(0.5));
  const length = cast(reshape(lengths, [batch, 1, 1]), mask);
  const k = graph.constant(
    Float32Array.from({ length: count }, (_, i) => Math.PI * (i + 1)),
    [1, 1, count],
  );
  return graph.emit1("Cos", [mul(div(middle, length), k)], [batch, frames, count]);
}
