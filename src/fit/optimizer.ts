import { add, div, mul, sqrt, sub, type Value } from "../graph/index.ts";

/** The constants of Adam. */
export interface AdamConfig {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Keras's defaults. */
export const KERAS_ADAM: AdamConfig = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/** The vectors that one step of Adam reads and writes, all of the same length. */
export interface AdamVectors {
  readonly weights: Value;
  /** Running mean of the gradients. */
  readonly m: Value;
  /** Running mean of the squared gradients. */
  readonly v: Value;
}

/**
 * One step of Adam: `m ← m + (g − m)(1 − β₁)`, `v ← v + (g² − v)(1 − β₂)`, `w ← w − rate · m / (√v + ε)`, where `rate`
 * is the scalar of {@link adamRate}: it carries the correction of both means' start at zero.
 *
 * Source: Kingma & Ba 2015 in the order of section 2's last paragraph; Keras 3 `Adam.update_step`.
 */
export function adam(gradient: Value, { weights, m, v }: AdamVectors, rate: Value, config: AdamConfig): AdamVectors {
  const { graph } = gradient;
  const move = (old: Value, now: Value, beta: number): Value => add(old, mul(sub(now, old), graph.scalar(1 - beta)));
  const nextM = move(m, gradient, config.beta1);
  const nextV = move(v, mul(gradient, gradient), config.beta2);
  const update = div(mul(nextM, rate), add(sqrt(nextV), graph.scalar(config.epsilon)));
  return { weights: sub(weights, update), m: nextM, v: nextV };
}

/** The rate of step `step` (1, 2, …): `learningRate · √(1 − β₂^step) / (1 − β₁^step)`. */
export function adamRate(learningRate: number, step: number, { beta1, beta2 }: AdamConfig): number {
  return (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
}
