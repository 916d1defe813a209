import { add, div, mul, reduceSum, sqrt, sub, type Graph, type Value } from "../graph/index.ts";

/** Adam, and AdamW when `weightDecay` is above 0. */
export interface AdamConfig {
  readonly kind: "adam";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Share of the weights (times the learning rate) taken away each step, apart from the gradient; 0 for Adam. */
  readonly weightDecay: number;
}

/** Stochastic gradient descent; `momentum` 0 for none. */
export interface SgdConfig {
  readonly kind: "sgd";
  readonly momentum: number;
  /** Looks ahead along the momentum. */
  readonly nesterov: boolean;
}

/** How weights follow gradients. */
export type OptimizerConfig = (AdamConfig | SgdConfig) & {
  /** Gradients whose norm over all weights is larger are scaled down to it; absent for never. */
  readonly clipNorm?: number;
  /** The share of its past that a running average of the weights keeps each step, e.g. 0.999; absent for none. */
  readonly averageDecay?: number;
};

/** Keras's defaults. */
export const KERAS_ADAM: OptimizerConfig = {
  kind: "adam",
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
  weightDecay: 0,
};

/** The vectors that an optimiser keeps besides the weights, each as long as these, zero at first. */
export function slotNames({ kind, averageDecay, ...config }: OptimizerConfig): string[] {
  const own = kind === "adam" ? ["m", "v"] : (config as SgdConfig).momentum === 0 ? [] : ["momentum"];
  return averageDecay === undefined ? own : [...own, "average"];
}

/** The numbers of step `step` (1, 2, …) that the graph of {@link optimizerStep} takes as its input `rates` (3). */
export function stepRates(learningRate: number, step: number, config: OptimizerConfig): Float32Array {
  const correction = config.kind === "adam" ? Math.sqrt(1 - config.beta2 ** step) / (1 - config.beta1 ** step) : 1;
  // The average starts at the weights after the first step.
  const keep = step === 1 ? 0 : (config.averageDecay ?? 0);
  return Float32Array.of(learningRate * correction, learningRate, keep);
}

/** Weights and slots, as values of a graph. */
export interface OptimizerVectors {
  readonly weights: Value;
  /** In the order of {@link slotNames}. */
  readonly slots: readonly Value[];
}

/**
 * One step, as nodes of a graph.
 *
 * - Adam: `m ← m + (g − m)(1 − β₁)`, `v ← v + (g² − v)(1 − β₂)`, `w ← w − rate · m / (√v + ε)`, where `rate` carries the
 *   correction of both means' start at zero. AdamW: `w ← w − learningRate · weightDecay · w` before. Source: Kingma & Ba
 *   2015, Loshchilov & Hutter 2019; Keras 3 `Adam`, `AdamW`.
 * - SGD: `w ← w − rate · g`; with momentum `u ← momentum · u − rate · g`, `w ← w + u`, with Nesterov's
 *   `w ← w + momentum · u − rate · g`. Source: Keras 3 `SGD`.
 * - Clipping: `g ← g · min(1, clipNorm / ‖g‖)` before all that. Source: Keras 3 `global_clipnorm`.
 * - Average: `a ← keep · a + (1 − keep) · w` after it. Source: Keras 3 `use_ema`.
 */
export function optimizerStep(
  gradient: Value,
  { weights, slots }: OptimizerVectors,
  rates: { readonly rate: Value; readonly learningRate: Value; readonly keep: Value },
  config: OptimizerConfig,
): OptimizerVectors {
  const { graph } = gradient;
  const g = config.clipNorm === undefined ? gradient : clipped(gradient, config.clipNorm);
  const own =
    config.kind === "adam" ? adam(graph, g, weights, slots, rates, config) : sgd(g, weights, slots, rates.rate, config);
  if (config.averageDecay === undefined) return own;
  const average = add(own.weights, mul(sub(slots.at(-1)!, own.weights), rates.keep));
  return { weights: own.weights, slots: [...own.slots, average] };
}

function adam(
  graph: Graph,
  g: Value,
  weights: Value,
  [m, v]: readonly Value[],
  { rate, learningRate }: { readonly rate: Value; readonly learningRate: Value },
  config: AdamConfig,
): OptimizerVectors {
  const move = (old: Value, now: Value, beta: number): Value => add(old, mul(sub(now, old), graph.scalar(1 - beta)));
  const nextM = move(m!, g, config.beta1);
  const nextV = move(v!, mul(g, g), config.beta2);
  const update = div(mul(nextM, rate), add(sqrt(nextV), graph.scalar(config.epsilon)));
  const decay = mul(learningRate, graph.scalar(config.weightDecay));
  const decayed = config.weightDecay === 0 ? weights : sub(weights, mul(weights, decay));
  return { weights: sub(decayed, update), slots: [nextM, nextV] };
}

function sgd(g: Value, weights: Value, [momentum]: readonly Value[], rate: Value, config: SgdConfig): OptimizerVectors {
  const step = mul(g, rate);
  if (config.momentum === 0) return { weights: sub(weights, step), slots: [] };
  const keep = g.graph.scalar(config.momentum);
  const next = sub(mul(momentum!, keep), step);
  const update = config.nesterov ? sub(mul(next, keep), step) : next;
  return { weights: add(weights, update), slots: [next] };
}

/** The gradient, no longer than `norm`. */
function clipped(gradient: Value, norm: number): Value {
  const { graph } = gradient;
  const length = sqrt(reduceSum(mul(gradient, gradient), [0]));
  const scale = graph.emit1("Min", [div(graph.scalar(norm), length), graph.scalar(1)], []);
  return mul(gradient, scale);
}

/** How the learning rate moves over a training; it multiplies what ReduceLROnPlateau decides. */
export type ScheduleConfig =
  | { readonly kind: "constant" }
  /** Rises linearly over `warmup`, then falls along half a cosine to `floor` (share of the rate) at the last step. */
  | { readonly kind: "cosine"; readonly warmup: number; readonly floor: number }
  /** Multiplied by `factor` after every `every`. */
  | { readonly kind: "step"; readonly every: number; readonly factor: number };

/**
 * What the learning rate is multiplied by at step `step` (1, 2, …) of `total`; `warmup` and `every` count units of `unit`
 * steps, which are epochs in the loop.
 *
 * Source: Keras 3 `CosineDecay` with linear warm-up, `ExponentialDecay(staircase=True)`.
 */
export function scheduleFactor(schedule: ScheduleConfig, step: number, total: number, unit = 1): number {
  const done = step - 1;
  if (schedule.kind === "constant") return 1;
  if (schedule.kind === "step") return schedule.factor ** Math.floor(done / (schedule.every * unit));
  const { floor } = schedule;
  const warmup = schedule.warmup * unit;
  if (done < warmup) return (done + 1) / (warmup + 1);
  const progress = Math.min(1, (done - warmup) / Math.max(1, total - warmup));
  return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
}
