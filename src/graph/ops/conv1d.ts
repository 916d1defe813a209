import type { Value } from "../graph.ts";
import { add } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { concat, crop, pad, reshape } from "./shape.ts";

/**
 * One-dimensional convolution over frames, zero-padded so that the number of frames stays ("same"):
 * x (B, T, C), kernel (K, C, F), bias (F) → (B, T, F); `y[t] = Σₖ x[t + k − ⌊(K−1)/2⌋] · kernel[k] + bias`.
 *
 * Written as K shifted copies of x side by side and one matrix product: that runs at matrix speed, and the gradient
 * follows from the parts (slices, pads and products).
 *
 * Source: Keras `Conv1D(padding="same", strides=1)` (a cross-correlation, channels last).
 */
export function conv1d(x: Value, kernel: Value, bias: Value): Value {
  const width = kernel.size(0);
  const channels = kernel.size(1);
  const filters = kernel.size(2);
  const before = Math.floor((width - 1) / 2);
  const padded = pad(x, before, width - 1 - before, 1);
  const shifted = Array.from({ length: width }, (_, k) => crop(padded, k, width - 1 - k, 1)); // K × (B, T, C)
  const columns = concat(shifted, 2); // (B, T, K·C)
  return add(matmul(columns, reshape(kernel, [width * channels, filters])), bias); // (B, T, F)
}
