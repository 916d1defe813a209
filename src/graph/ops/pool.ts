import type { Value } from "../graph.ts";
import { maximum } from "./elementwise.ts";
import { reshape, slice, split, transpose } from "./shape.ts";

/**
 * The largest of every `size` neighbouring frames: x (B, T, C) → (B, ⌊T / size⌋, C); frames left over are dropped. Where
 * several are equal, the first gets the gradient.
 *
 * Source: Keras `MaxPooling1D(size, padding="valid")`.
 */
export function maxPool1d(x: Value, size: number): Value {
  if (typeof x.shape[1] === "string") return nativeMaxPool(x, size);
  const frames = Math.floor(x.size(1) / size);
  const channels = x.size(2);
  const whole = frames * size === x.size(1) ? x : slice(x, 0, frames * size, 1);
  const grouped = reshape(whole, [x.shape[0]!, frames, size * channels]); // (B, T/size, size·C)
  const parts = split(
    grouped,
    Array.from({ length: size }, () => channels),
    2,
  ); // size × (B, T/size, C)
  return parts.reduce((largest, part) => maximum(largest, part));
}

/** ONNX's operator, which wants channels before frames: where the number of frames is not known, and nothing is learnt. */
function nativeMaxPool(x: Value, size: number): Value {
  const pooled = x.graph.emit1(
    "MaxPool",
    [transpose(x, [0, 2, 1])],
    [x.shape[0]!, x.shape[2]!, `⌊${x.shape[1]}/${size}⌋`],
    {
      kernel_shape: { ints: [size] },
      strides: { ints: [size] },
    },
  );
  return transpose(pooled, [0, 2, 1]);
}
