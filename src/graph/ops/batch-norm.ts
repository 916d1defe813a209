import type { Value } from "../graph.ts";
import { add, div, mul, sqrt, sub } from "./elementwise.ts";
import { reduceSum } from "./shape.ts";

/** What batch normalisation in training returns: the normalised value and the batch's statistics. */
export interface BatchNormResult {
  readonly y: Value;
  /** Mean over everything but channels, (C). No gradient. */
  readonly mean: Value;
  /** Population variance (divided by the count), (C). No gradient. */
  readonly variance: Value;
}

/** Σ over everything but channels, (…, C) → (C). */
function total(x: Value): Value {
  return reduceSum(
    x,
    x.shape.slice(0, -1).map((_, i) => i),
  );
}

/**
 * Batch normalisation in training, over all axes but the last: x (…, C), γ (C), β (C) →
 * `y = γ (x − mean) / √(variance + ε) + β`.
 *
 * The gradient is written out: composed from the parts it would take twice the passes over memory.
 * With x̂ = (x − mean) / √(variance + ε), N rows and dy:
 * dβ = Σ dy; dγ = Σ dy·x̂; dx = γ / √(variance + ε) · (dy − dβ/N − x̂·dγ/N).
 *
 * With a mask (B, T, 1), statistics are those of real frames alone. What comes out in the padding means nothing, and its
 * gradient must arrive as zero: whoever reads y masks it.
 *
 * Source: Ioffe & Szegedy 2015; Keras `BatchNormalization` with `training=True`.
 */
export function batchNorm(x: Value, gamma: Value, beta: Value, epsilon: number, mask?: Value): BatchNormResult {
  const { graph } = x;
  const emit = (type: string, ...inputs: Value[]): Value => graph.emit1(type, inputs, x.shape);
  const masked = (value: Value): Value => (mask === undefined ? value : emit("Mul", value, mask));
  const rows = x.shape.slice(0, -1).reduce<number>((product, _, axis) => product * x.size(axis), 1);
  const count = mask === undefined ? graph.scalar(rows) : reduceSum(mask, [0, 1, 2]);
  const mean = div(total(masked(x)), count);
  const centred = emit("Sub", x, mean);
  const variance = div(total(masked(emit("Mul", centred, centred))), count);
  const inverse = div(graph.scalar(1), sqrt(add(variance, graph.scalar(epsilon)))); // (C)
  const y = emit("Add", emit("Mul", centred, mul(inverse, gamma)), beta);
  graph.record([x, gamma, beta], [y], ([dy]) => {
    const dBeta = total(dy!);
    const dGamma = mul(total(emit("Mul", dy!, centred)), inverse);
    if (!x.differentiable) return [undefined, dGamma, dBeta];
    const scale = mul(gamma, inverse); // (C)
    const perCentred = div(mul(mul(scale, inverse), dGamma), count); // (C)
    const shift = div(mul(scale, dBeta), count); // (C)
    const dx = emit("Sub", emit("Sub", emit("Mul", dy!, scale), shift), emit("Mul", centred, perCentred));
    return [masked(dx), dGamma, dBeta];
  });
  return { y, mean, variance };
}

/**
 * Batch normalisation in use, with the running statistics that training gathered: one multiply and one add.
 *
 * Source: Keras `BatchNormalization` with `training=False`.
 */
export function batchNormInference(
  x: Value,
  gamma: Value,
  beta: Value,
  mean: Value,
  variance: Value,
  epsilon: number,
): Value {
  const scale = div(gamma, sqrt(add(variance, x.graph.scalar(epsilon))));
  return add(mul(x, scale), sub(beta, mul(mean, scale)));
}
