import type { Value } from "../graph.ts";
import { add, div, mul, sqrt, sub } from "./elementwise.ts";
import { softmax } from "./loss.ts";
import { concat, reduceMean, reduceSum, reshape } from "./shape.ts";

/** From all frames of a clip to one vector. Each takes x (B, T, C) and, where clips are padded, a mask (B, T, 1). */

/**
 * Mean over the real frames: x (B, T, C) → (B, C).
 *
 * Source: Keras `GlobalAveragePooling1D` with a mask.
 */
export function averagePool(x: Value, mask?: Value): Value {
  if (mask === undefined) return reduceMean(x, [1]);
  return div(reduceSum(mul(x, mask), [1]), reduceSum(mask, [1]));
}

/**
 * Mean and standard deviation over the real frames, side by side: (B, T, C) → (B, 2C); the deviation is
 * `√(population variance + ε)`.
 *
 * Source: statistics pooling of x-vectors (Snyder et al. 2018).
 */
export function statisticsPool(x: Value, mask?: Value, epsilon = 1e-5): Value {
  const mean = averagePool(x, mask); // (B, C)
  const centred = sub(x, reshape(mean, [x.shape[0]!, 1, x.shape[2]!]));
  const variance = averagePool(mul(centred, centred), mask);
  return concat([mean, sqrt(add(variance, x.graph.scalar(epsilon)))], 1);
}

/**
 * Mean over the real frames weighted by `softmax(scores)` over time: x (B, T, C), scores (B, T, 1) → (B, C).
 *
 * Source: attention pooling as in Mirsamadi et al. 2017 (speech emotion).
 */
export function attentionPool(x: Value, scores: Value, mask?: Value): Value {
  return reduceSum(mul(x, attentionWeights(scores, mask)), [1]);
}

/**
 * Mean and standard deviation over the real frames, both weighted by `softmax(scores)` over time, side by side:
 * x (B, T, C), scores (B, T, 1) → (B, 2C); the deviation is `√(weighted variance + ε)`.
 *
 * Source: attentive statistics pooling, Okabe et al. 2018.
 */
export function attentiveStatisticsPool(x: Value, scores: Value, mask?: Value, epsilon = 1e-5): Value {
  const weights = attentionWeights(scores, mask);
  const mean = reduceSum(mul(x, weights), [1], true); // (B, 1, C)
  const centred = sub(x, mean);
  const variance = reduceSum(mul(mul(centred, centred), weights), [1]); // (B, C)
  const flat = reshape(mean, [x.shape[0]!, x.shape[2]!]);
  return concat([flat, sqrt(add(variance, x.graph.scalar(epsilon)))], 1);
}

/** `softmax(scores)` over the real frames: (B, T, 1). */
function attentionWeights(scores: Value, mask?: Value): Value {
  const { graph } = scores;
  const off = mask && mul(sub(mask, graph.scalar(1)), graph.scalar(1e4)); // 0 for real frames, −10,000 for padding
  return softmax(off === undefined ? scores : add(scores, off), 1);
}
