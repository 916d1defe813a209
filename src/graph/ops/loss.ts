import type { Value } from "../graph.ts";
import { div, mul, neg, sub } from "./elementwise.ts";
import { reduceMean, reduceSum } from "./shape.ts";

/**
 * `eˣ / Σ eˣ` over `axis`, of the shape of x. Gradient: y · (dy − Σ dy·y).
 *
 * Source: Keras `Softmax(axis)`.
 */
export function softmax(x: Value, axis = -1): Value {
  const y = x.graph.emit1("Softmax", [x], x.shape, { axis: { int: axis } });
  x.graph.record([x], [y], ([dy]) => [mul(y, sub(dy!, reduceSum(mul(dy!, y), [axis], true)))]);
  return y;
}

/**
 * Categorical cross-entropy of logits (B, C) against targets (B, C) whose rows sum to 1 (one-hot, or soft labels),
 * averaged over the batch: `mean_b(−Σ_c targets · log softmax(logits))` → scalar. Weighted classes: rows of targets
 * multiplied by their clip's weight beforehand, as Keras's `class_weight` does to the loss.
 *
 * Gradient: (softmax(logits) · Σ_c targets − targets) / B.
 *
 * Source: Keras `CategoricalCrossentropy`, PyTorch `CrossEntropyLoss` with class probabilities.
 */
export function softmaxCrossEntropy(logits: Value, targets: Value): Value {
  const { graph } = logits;
  const logProbabilities = graph.emit1("LogSoftmax", [logits], logits.shape, { axis: { int: -1 } });
  const loss = reduceMean(neg(reduceSum(mul(targets, logProbabilities), [-1])), [0]);
  // Recorded last, so that the walk back meets it first; the entries of its parts then receive no gradient.
  const scalar = graph.emit1("Identity", [loss], []);
  graph.record([logits], [scalar], ([dy]) => [
    mul(dy!, div(sub(mul(softmax(logits), reduceSum(targets, [-1], true)), targets), graph.scalar(logits.size(0)))),
  ]);
  return scalar;
}
