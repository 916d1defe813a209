import type { Value } from "../graph.ts";
import { reshape } from "./shape.ts";

/**
 * x with every frame at or beyond its clip's length set to zero: x (B, T, C), lengths (B) int64 → (B, T, C). Both sizes
 * may be unknown until the graph runs. No gradient: for the inputs of a network, which are not learnt.
 */
export function zeroBeyond(x: Value, lengths: Value): Value {
  const { graph } = x;
  const shape = graph.emit1("Shape", [x], [3], {}, "int64");
  const frames = graph.emit1("Gather", [shape, graph.constant([1], [], "int64")], [], { axis: { int: 0 } });
  const zero = graph.constant([0], [], "int64");
  const one = graph.constant([1], [], "int64");
  const time = reshape(graph.emit1("Range", [zero, frames, one], [x.shape[1]!], {}, "int64"), [1, x.shape[1]!, 1]);
  const limit = reshape(lengths, [x.shape[0]!, 1, 1]);
  const real = graph.emit1("Less", [time, limit], [x.shape[0]!, x.shape[1]!, 1], {}, "bool");
  return graph.emit1("Where", [real, x, graph.scalar(0)], x.shape, {}, x.type);
}
