import type { Value } from "../graph.ts";
import { cast } from "./elementwise.ts";
import { reshape } from "./shape.ts";

/**
 * Which frames are real: lengths (B) int64 and the frames T of `like` (B, T, …) → (B, T, 1), 1 for real frames and 0 for
 * padding. Both sizes may be unknown until the graph runs.
 */
export function frameMask(lengths: Value, like: Value): Value {
  return cast(isReal(lengths, like), like);
}

/**
 * x with every frame at or beyond its clip's length set to zero: x (B, T, C), lengths (B) int64 → (B, T, C). Whatever
 * stands in the padding, NaN included, is gone. No gradient: for the inputs of a network, which are not learnt.
 */
export function zeroBeyond(x: Value, lengths: Value): Value {
  return x.graph.emit1("Where", [isReal(lengths, x), x, x.graph.scalar(0)], x.shape, {}, x.type);
}

function isReal(lengths: Value, like: Value): Value {
  const { graph } = like;
  const [batch, frames] = [like.shape[0]!, like.shape[1]!];
  const shape = graph.emit1("Shape", [like], [like.shape.length], {}, "int64");
  const count = graph.emit1("Gather", [shape, graph.constant([1], [], "int64")], [], { axis: { int: 0 } });
  const zero = graph.constant([0], [], "int64");
  const one = graph.constant([1], [], "int64");
  const time = reshape(graph.emit1("Range", [zero, count, one], [frames], {}, "int64"), [1, frames, 1]);
  return graph.emit1("Less", [time, reshape(lengths, [batch, 1, 1])], [batch, frames, 1], {}, "bool");
}

/** Lengths after pooling by `size`: ⌊lengths / size⌋, but at least one frame. */
export function pooledLengths(lengths: Value, size: number): Value {
  const { graph } = lengths;
  const divided = graph.emit1("Div", [lengths, graph.constant([size], [], "int64")], lengths.shape);
  return atLeast(divided, 1);
}

/** Lengths (B) int64, those below `frames` raised to it. */
export function atLeast(lengths: Value, frames: number): Value {
  return lengths.graph.emit1("Max", [lengths, lengths.graph.constant([frames], [], "int64")], lengths.shape);
}

/** x (B, T, C) with the real frames of each clip in reverse order; the padding stays where it is. */
export function reverseReal(x: Value, lengths: Value): Value {
  const y = x.graph.emit1("ReverseSequence", [x, lengths], x.shape, { batch_axis: { int: 0 }, time_axis: { int: 1 } });
  x.graph.record([x], [y], ([dy]) => [reverseReal(dy!, lengths)]);
  return y;
}
