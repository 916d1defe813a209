import type { Value } from "../graph.ts";
import { add } from "./elementwise.ts";
import { matmul, transposedProduct } from "./matmul.ts";
import { concat, crop, pad, permute, reshape, transpose } from "./shape.ts";

/**
 * One-dimensional convolution over frames, zero-padded so that the number of frames stays ("same"):
 * x (B, T, C), kernel (K, C, F), bias (F) → (B, T, F); `y[t] = Σₖ x[t + k − ⌊(K−1)/2⌋] · kernel[k] + bias`.
 *
 * Written as one matrix product of the K frames around each frame, side by side. Gradient: dkernel is the transposed
 * product with dy; dx is again such a convolution, of dy with the kernel turned round.
 *
 * Source: Keras `Conv1D(padding="same", strides=1)` (a cross-correlation, channels last).
 */
export function conv1d(x: Value, kernel: Value, bias: Value): Value {
  const { graph } = x;
  const width = kernel.size(0);
  const before = Math.floor((width - 1) / 2);
  const columns = graph.untaped(() => neighbours(x, before, width - 1 - before)); // (B, T, K·C)
  const y = graph.untaped(() => product(columns, kernel)); // (B, T, F)
  graph.record([x, kernel], [y], ([dy]) => {
    const dKernel = reshape(transposedProduct(columns, dy!), kernel.shape);
    if (!x.differentiable) return [undefined, dKernel];
    const turned = transpose(permute(kernel, range(width).toReversed()), [0, 2, 1]); // (K, F, C)
    return [product(neighbours(dy!, width - 1 - before, before), turned), dKernel];
  });
  return add(y, bias);
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** For each frame of x (B, T, C), itself and its neighbours side by side, zeros beyond the ends: (B, T, K·C). */
function neighbours(x: Value, before: number, after: number): Value {
  const { graph } = x;
  const [batch, frames, channels] = [x.shape[0]!, x.shape[1]!, x.size(2)];
  const padded = pad(x, before, after, 1);
  const width = before + 1 + after;
  if (typeof frames === "string") {
    return concat(
      range(width).map((k) => crop(padded, k, width - 1 - k, 1)),
      2,
    );
  }
  const indices = range(frames * width).map((i) => Math.floor(i / width) + (i % width)); // (T, K)
  const at = graph.constant(indices, [frames, width], "int64");
  const windows = graph.emit1("Gather", [padded, at], [batch, frames, width, channels], { axis: { int: 1 } });
  return reshape(windows, [batch, frames, width * channels]);
}

/** (B, T, K·C) times kernel (K, C, F) → (B, T, F). */
function product(columns: Value, kernel: Value): Value {
  const [width, channels, filters] = [kernel.size(0), kernel.size(1), kernel.size(2)];
  return matmul(columns, reshape(kernel, [width * channels, filters]));
}
