import type { Value } from "../graph.ts";
import { add, maximum, mul } from "./elementwise.ts";
import { reshape, slice, split, transpose } from "./shape.ts";

/**
 * The largest of every `size` neighbouring frames: x (B, T, C) → (B, ⌊T / size⌋, C); frames left over are dropped. Where
 * several are equal, the first gets the gradient.
 *
 * Source: Keras `MaxPooling1D(size, padding="valid")`.
 */
export function maxPool1d(x: Value, size: number): Value {
  if (typeof x.shape[1] === "string") return nativePool("MaxPool", x, size);
  return inGroups(x, size).reduce((largest, part) => maximum(largest, part));
}

/**
 * The mean of every `size` neighbouring frames: x (B, T, C) → (B, ⌊T / size⌋, C); frames left over are dropped.
 *
 * Source: Keras `AveragePooling1D(size, padding="valid")`.
 */
export function averagePool1d(x: Value, size: number): Value {
  if (typeof x.shape[1] === "string") return nativePool("AveragePool", x, size);
  const sum = inGroups(x, size).reduce((total, part) => add(total, part));
  return mul(sum, x.graph.scalar(1 / size));
}

/** The first, second … frame of every `size` neighbours: `size` times (B, ⌊T / size⌋, C). */
function inGroups(x: Value, size: number): readonly Value[] {
  const frames = Math.floor(x.size(1) / size);
  const channels = x.size(2);
  const whole = frames * size === x.size(1) ? x : slice(x, 0, frames * size, 1);
  const grouped = reshape(whole, [x.shape[0]!, frames, size * channels]); // (B, T/size, size·C)
  return split(
    grouped,
    Array.from({ length: size }, () => channels),
    2,
  );
}

/** ONNX's operator, which wants channels before frames: where the number of frames is not known, and nothing is learnt. */
function nativePool(operator: "MaxPool" | "AveragePool", x: Value, size: number): Value {
  const pooled = x.graph.emit1(
    operator,
    [transpose(x, [0, 2, 1])],
    [x.shape[0]!, x.shape[2]!, `⌊${x.shape[1]}/${size}⌋`],
    {
      kernel_shape: { ints: [size] },
      strides: { ints: [size] },
    },
  );
  return transpose(pooled, [0, 2, 1]);
}
