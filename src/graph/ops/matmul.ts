import type { Value } from "../graph.ts";
import { add } from "./elementwise.ts";
import { reshape, transpose } from "./shape.ts";

/** Swaps the two innermost axes; ONNX Runtime folds it into the matrix product that follows. */
function swap(x: Value): Value {
  const rank = x.shape.length;
  const order = Array.from({ length: rank }, (_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
  return transpose(x, order);
}

/**
 * Matrix product `(…, M, K) @ (K, N)`, or batched `(B, M, K) @ (B, K, N)`.
 *
 * Of `a` (left) and `b` (right).
 *
 * Gradient: dA = dY Bᵀ; dB = Aᵀ dY, for a shared B summed over all rows of all batches in one product.
 */
export function matmul(a: Value, b: Value): Value {
  const shape = [...a.shape.slice(0, -1), b.shape.at(-1)!];
  const y = a.graph.emit1("MatMul", [a, b], shape);
  y.graph.record([a, b], [y], ([dy]) => {
    const da = a.differentiable ? matmul(dy!, swap(b)) : undefined;
    if (!b.differentiable) return [da, undefined];
    if (b.shape.length > 2) return [da, matmul(swap(a), dy!)];
    return [da, transposedProduct(a, dy!)];
  });
  return y;
}

/** Aᵀ B of all rows: (…, M) and (…, N) → (M, N), without moving A. No gradient. */
export function transposedProduct(a: Value, b: Value): Value {
  return a.graph.emit1("Gemm", [rows(a), rows(b)], [a.shape.at(-1)!, b.shape.at(-1)!], { transA: { int: 1 } });
}

/** All rows of all batches as one matrix. */
function rows(x: Value): Value {
  if (x.shape.length === 2) return x;
  const count = x.shape.slice(0, -1).reduce<number>((product, _, i) => product * x.size(i), 1);
  return reshape(x, [count, x.shape.at(-1)!]);
}

/**
 * Fully connected layer `x W + b`: x (…, K), weights W (K, N), b (N) → (…, N).
 *
 * Source: Keras `Dense` without activation.
 */
export function dense(x: Value, weights: Value, bias: Value): Value {
  return add(matmul(x, weights), bias);
}
