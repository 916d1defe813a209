import type { Value } from "../graph.ts";
import { add, div, mul, sqrt, sub } from "./elementwise.ts";
import { reduceMean, reduceSum } from "./shape.ts";

/**
 * Layer normalisation over the last axis: x (…, C), γ (C), β (C) → `γ (x − mean) / √(variance + ε) + β`, mean and
 * population variance of each row.
 *
 * Gradient, with x̂ = (x − mean) / √(variance + ε) and g = γ·dy:
 * `dx = (g − mean(g) − x̂ · mean(g·x̂)) / √(variance + ε)`; dγ = Σ dy·x̂; dβ = Σ dy over rows.
 *
 * Source: Ba et al. 2016; Keras `LayerNormalization` (ε = 1e-3), PyTorch `LayerNorm` (ε = 1e-5).
 */
export function layerNorm(x: Value, gamma: Value, beta: Value, epsilon: number): Value {
  const { graph } = x;
  const centred = sub(x, reduceMean(x, [-1], true));
  const variance = reduceMean(mul(centred, centred), [-1], true);
  const inverse = div(graph.scalar(1), sqrt(add(variance, graph.scalar(epsilon)))); // (…, 1)
  const normal = mul(centred, inverse);
  const y = graph.emit1("Add", [mul(normal, gamma), beta], x.shape);
  const rows = x.shape.slice(0, -1).map((_, axis) => axis);
  graph.record([x, gamma, beta], [y], ([dy]) => {
    const dGamma = gamma.differentiable ? reduceSum(mul(dy!, normal), rows) : undefined;
    const dBeta = beta.differentiable ? reduceSum(dy!, rows) : undefined;
    if (!x.differentiable) return [undefined, dGamma, dBeta];
    const g = mul(dy!, gamma);
    const alongNormal = mul(normal, reduceMean(mul(g, normal), [-1], true));
    return [mul(sub(sub(g, reduceMean(g, [-1], true)), alongNormal), inverse), dGamma, dBeta];
  });
  return y;
}
