import { broadcastShape, castTo, log, mul, type Value } from "../../graph/index.ts";

/** Operations of ONNX that need no gradient and are only wanted here, by their names there. */

/** x as a number of the same graph. */
export function number(like: Value, value: number): Value {
  return like.graph.constant([value], [], like.type);
}

/** x held within lowest … highest. */
export function clip(x: Value, lowest: number, highest: number): Value {
  return x.graph.emit1("Clip", [x, number(x, lowest), number(x, highest)], x.shape);
}

/** The larger of x and a number. */
export function atLeast(x: Value, lowest: number): Value {
  return x.graph.emit1("Max", [x, number(x, lowest)], x.shape);
}

export function times(x: Value, factor: number): Value {
  return mul(x, number(x, factor));
}

export function plus(x: Value, summand: number): Value {
  return x.graph.emit1("Add", [x, number(x, summand)], x.shape);
}

/** |x| */
export function magnitude(x: Value): Value {
  return x.graph.emit1("Abs", [x], x.shape);
}

export function log10(x: Value): Value {
  return times(log(x), Math.LOG10E);
}

export function log2(x: Value): Value {
  return times(log(x), Math.LOG2E);
}

/** A comparison or a logical operation: "Less", "GreaterOrEqual", "Equal", "And", "Or" … → bool. */
export function test(type: string, a: Value, b: Value): Value {
  return a.graph.emit1(type, [a, b], broadcastShape(a.shape, b.shape), {}, "bool");
}

export function not(x: Value): Value {
  return x.graph.emit1("Not", [x], x.shape, {}, "bool");
}

/** a where the condition holds, b elsewhere. */
export function where(condition: Value, a: Value, b: Value): Value {
  const shape = broadcastShape(condition.shape, broadcastShape(a.shape, b.shape));
  return a.graph.emit1("Where", [condition, a, b], shape, {}, a.type);
}

/** 1 and 0 as float32 of truth values, or a number converted. */
export function toFloat(x: Value): Value {
  return castTo(x, "float32");
}

/** Truth values or numbers as int64. */
export function toInt(x: Value): Value {
  return castTo(x, "int64");
}

/** Running sums along an axis, the element itself included. */
export function cumulativeSum(x: Value, axis: number): Value {
  return x.graph.emit1("CumSum", [x, x.graph.constant([axis], [], "int64")], x.shape);
}

/** Index of the first largest (or smallest) element along an axis, which stays with size 1. */
export function argExtreme(type: "ArgMax" | "ArgMin", x: Value, axis: number): Value {
  const attributes = { axis: { int: axis }, keepdims: { int: 1 } };
  return x.graph.emit1(type, [x], x.shape.with(axis, 1), attributes, "int64");
}

/** Largest or smallest along an axis, which stays with size 1. */
export function extreme(type: "ReduceMax" | "ReduceMin", x: Value, axis: number): Value {
  const attributes = { axes: { ints: [axis] }, keepdims: { int: 1 } };
  return x.graph.emit1(type, [x], x.shape.with(axis, 1), attributes);
}

/** For each row of x (…, n), the elements at `indices` (…, m). */
export function gatherElements(x: Value, indices: Value, axis: number): Value {
  return x.graph.emit1("GatherElements", [x, indices], indices.shape, { axis: { int: axis } });
}

/** Slices or rows of x along `axis` at `indices` of any shape. */
export function gather(x: Value, indices: Value, axis: number): Value {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return x.graph.emit1("Gather", [x, indices], shape, { axis: { int: axis } });
}

/** The length of an axis, which may be known only when the graph runs: int64 scalar. */
export function lengthOf(x: Value, axis: number): Value {
  const { graph } = x;
  const shape = graph.emit1("Shape", [x], [x.shape.length], {}, "int64");
  return graph.emit1("Gather", [shape, graph.constant([axis], [], "int64")], [], { axis: { int: 0 } });
}

/** 0, 1 … count − 1 as int64. */
export function range(count: Value, dim: string): Value {
  const { graph } = count;
  const zero = graph.constant([0], [], "int64");
  return graph.emit1("Range", [zero, count, graph.constant([1], [], "int64")], [dim], {}, "int64");
}

/** The first `end` elements of an axis, where `end` is known only when the graph runs (int64 scalar). */
export function sliceTo(x: Value, end: Value, axis: number, dim: string): Value {
  const { graph } = x;
  const last = graph.emit1("Reshape", [end, graph.ints(1)], [1]);
  return graph.emit1("Slice", [x, graph.ints(0), last, graph.ints(axis)], x.shape.with(axis, dim));
}
