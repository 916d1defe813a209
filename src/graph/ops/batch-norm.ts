import type { Value } from "../graph.ts";
import { add, div, mul, sqrt, sub } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { overFrames, reduceSum, transpose } from "./shape.ts";

/** What batch normalisation in training returns: the normalised value and the batch's statistics. */
export interface BatchNormResult {
  /** The normalised value, of the shape of x. */
  readonly y: Value;
  /** Mean over everything but channels, (C). No gradient. */
  readonly mean: Value;
  /** Population variance (divided by the count), (C). No gradient. */
  readonly variance: Value;
}

/** Σ over everything but channels, (…, C) → (C); with a mask (B, T, 1) of x (B, T, C), over the real frames. */
function total(x: Value, mask?: Value): Value {
  const sums = mask === undefined ? x : matmul(transpose(mask, [0, 2, 1]), x); // a product sums and masks at once
  return reduceSum(
    sums,
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
  const rows = x.shape.slice(0, -1).reduce<number>((product, _, axis) => product * x.size(axis), 1);
  const count = mask === undefined ? graph.scalar(rows) : reduceSum(mask, [0, 1, 2]);
  const mean = div(total(x, mask), count);
  const centred = emit("Sub", x, overFrames(mean, x));
  const variance = div(total(emit("Mul", centred, centred), mask), count);
  const inverse = div(graph.scalar(1), sqrt(add(variance, graph.scalar(epsilon)))); // (C)
  const y = emit("Add", emit("Mul", centred, overFrames(mul(inverse, gamma), x)), overFrames(beta, x));
  graph.record([x, gamma, beta], [y], ([dy]) => {
    const dBeta = total(dy!);
    const dGamma = mul(total(emit("Mul", dy!, centred)), inverse);
    if (!x.differentiable) return [undefined, dGamma, dBeta];
    const scale = mul(gamma, inverse); // (C)
    const perCentred = overFrames(div(mul(mul(scale, inverse), dGamma), count), x);
    const shift = overFrames(div(mul(scale, dBeta), count), x);
    const dx = emit(
      "Sub",
      emit("Sub", emit("Mul", dy!, overFrames(scale, x)), shift),
      emit("Mul", centred, perCentred),
    );
    return [mask === undefined ? dx : emit("Mul", dx, mask), dGamma, dBeta];
  });
  return { y, mean, variance };
}

/**
 * Batch normalisation in use, with the running statistics that training gathered, mean (C) and variance (C): x (…, C) →
 * `γ (x − mean) / √(variance + ε) + β`, of the shape of x, as one multiply and one add.
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
