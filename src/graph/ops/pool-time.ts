import type { Value } from "../graph.ts";
import { add, div, mul, sqrt, sub } from "./elementwise.ts";
import { softmax } from "./loss.ts";
import { concat, reduceMean, reduceSum, reshape } from "./shape.ts";

/** From all frames of a clip to one vector. Each takes x (B, T, C) and, where clips are padded, a mask (B, T, 1). */

/**
 * Mean over the real frames: (B, T, C) → (B, C).
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
  const { graph } = x;
  const off = mask && mul(sub(mask, graph.scalar(1)), graph.scalar(1e4)); // 0 for real frames, −10,000 for padding
  const logits = off === undefined ? scores : add(scores, off);
  return reduceSum(mul(x, softmax(logits, 1)), [1]);
}
