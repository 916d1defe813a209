import type { Value } from "../graph.ts";
import { maximum } from "./elementwise.ts";
import { reshape, slice, split } from "./shape.ts";

/**
 * The largest of every `size` neighbouring frames: x (B, T, C) → (B, ⌊T / size⌋, C); frames left over are dropped. Where
 * several are equal, the first gets the gradient.
 *
 * Source: Keras `MaxPooling1D(size, padding="valid")`.
 */
export function maxPool1d(x: Value, size: number): Value {
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
