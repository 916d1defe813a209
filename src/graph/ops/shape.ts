import { shiftDim, type Shape, type Value } from "../graph.ts";

/** Operations that move, select or sum elements. Axes count from 0 at the outermost; negative ones from the end. */

const axisOf = (x: Value, axis: number): number => (axis < 0 ? axis + x.shape.length : axis);

/** The same elements of x in another shape; at most one size may be −1 ("what remains"), a text keeps a dynamic size. */
export function reshape(x: Value, shape: Shape): Value {
  const dynamic = shape.filter((dim) => typeof dim === "string").length;
  if (dynamic > 1) throw new RangeError(`graph: reshape of ${x} to [${shape.join(", ")}] has two unknown sizes`);
  const sizes = shape.map((dim) => (typeof dim === "string" ? -1 : dim));
  const y = x.graph.emit1("Reshape", [x, x.graph.ints(...sizes)], shape);
  y.graph.record([x], [y], ([dy]) => [reshape(dy!, x.shape)]);
  return y;
}

/** The axes of x in another order: each axis i of the result is axis `order[i]` of x. */
export function transpose(x: Value, order: readonly number[]): Value {
  const y = x.graph.emit1(
    "Transpose",
    [x],
    order.map((axis) => x.shape[axis]!),
    { perm: { ints: order } },
  );
  y.graph.record([x], [y], ([dy]) => [
    transpose(
      dy!,
      order.map((_, i) => order.indexOf(i)),
    ),
  ]);
  return y;
}

/** `parts` one behind the other along `axis`; their shapes differ in that axis alone. */
export function concat(parts: readonly Value[], axis: number): Value {
  const first = parts[0]!;
  const at = axisOf(first, axis);
  const sizes = parts.map((part) => part.size(at));
  const total = sizes.reduce((a, b) => a + b, 0);
  const y = first.graph.emit1("Concat", parts, first.shape.with(at, total), { axis: { int: at } });
  y.graph.record(parts, [y], ([dy]) => split(dy!, sizes, at));
  return y;
}

/** The parts of x along `axis`: one for each of `sizes`, of that size there and of the shape of x else. */
export function split(x: Value, sizes: readonly number[], axis: number): Value[] {
  const at = axisOf(x, axis);
  const parts = x.graph.emit(
    "Split",
    [x, x.graph.ints(...sizes)],
    sizes.map((size) => ({ shape: x.shape.with(at, size) })),
    { axis: { int: at } },
  );
  x.graph.record([x], parts, (gradients) => {
    const like = gradients.find((gradient) => gradient !== undefined)!;
    const full = gradients.map((gradient, i) => gradient ?? zeros(like, x.shape.with(at, sizes[i]!)));
    return [concat(full, at)];
  });
  return parts;
}

function zeros(like: Value, shape: Shape): Value {
  return like.graph.emit1("Expand", [like.graph.scalar(0), like.graph.ints(...(shape as number[]))], shape);
}

/** Elements `start … end − 1` of `axis` of x; the other axes keep their length. */
export function slice(x: Value, start: number, end: number, axis: number): Value {
  const at = axisOf(x, axis);
  const { graph } = x;
  const shape = x.shape.with(at, end - start);
  const y = graph.emit1("Slice", [x, graph.ints(start), graph.ints(end), graph.ints(at)], shape);
  graph.record([x], [y], ([dy]) => [pad(dy!, start, x.size(at) - end, at)]);
  return y;
}

/** x without the first `before` and the last `after` elements (counts) of `axis`; its size may be unknown. */
export function crop(x: Value, before: number, after: number, axis: number): Value {
  const at = axisOf(x, axis);
  const { graph } = x;
  const end = after === 0 ? Number.MAX_SAFE_INTEGER : -after;
  const shape = x.shape.with(at, shiftDim(x.shape[at]!, -before - after));
  const y = graph.emit1("Slice", [x, graph.ints(before), graph.ints(end), graph.ints(at)], shape);
  graph.record([x], [y], ([dy]) => [pad(dy!, before, after, at)]);
  return y;
}

/** x with `before` and `after` zeros (counts) along `axis`, whose length may be unknown. */
export function pad(x: Value, before: number, after: number, axis: number): Value {
  const at = axisOf(x, axis);
  if (before === 0 && after === 0) return x;
  const rank = x.shape.length;
  const pads = Array.from({ length: 2 * rank }, (_, i) => (i === at ? before : i === at + rank ? after : 0));
  const shape = x.shape.with(at, shiftDim(x.shape[at]!, before + after));
  const y = x.graph.emit1("Pad", [x, x.graph.ints(...pads)], shape);
  y.graph.record([x], [y], ([dy]) => [crop(dy!, before, after, at)]);
  return y;
}

/**
 * Sum of x over axes; with `keep`, these stay with length 1, else they are gone from the shape.
 *
 * One axis after the other, innermost first: ONNX Runtime adds the terms of a joint reduction in sequence, whose error
 * grows with their number (measured: 20 times larger, and batch norm's gradient amplifies it to 1 %).
 */
export function reduceSum(x: Value, axes: readonly number[], keep = false): Value {
  const { graph } = x;
  const at = axes.map((axis) => axisOf(x, axis)).toSorted((a, b) => b - a);
  let y = x;
  for (const axis of at) {
    const shape = keep ? y.shape.with(axis, 1) : y.shape.toSpliced(axis, 1);
    y = graph.emit1("ReduceSum", [y, graph.ints(axis)], shape, { keepdims: { int: keep ? 1 : 0 } });
  }
  graph.record([x], [y], ([dy]) => [expand(dy!, x, at)]);
  return y;
}

/** Mean of x over axes; with `keep`, these stay with length 1, else they are gone from the shape. */
export function reduceMean(x: Value, axes: readonly number[], keep = false): Value {
  const { graph } = x;
  const at = axes.map((axis) => axisOf(x, axis)).toSorted((a, b) => b - a);
  let y = x;
  for (const axis of at) {
    const shape = keep ? y.shape.with(axis, 1) : y.shape.toSpliced(axis, 1);
    y = graph.emit1("ReduceMean", [y], shape, { axes: { ints: [axis] }, keepdims: { int: keep ? 1 : 0 } });
  }
  graph.record([x], [y], ([dy]) => {
    const count = at.reduce((product, axis) => product * x.size(axis), 1);
    return [expand(graph.emit1("Div", [dy!, graph.scalar(count)], dy!.shape), x, at)];
  });
  return y;
}

/** A reduced value repeated over the axes along which `like` was reduced. */
function expand(value: Value, like: Value, axes: readonly number[]): Value {
  const { graph } = like;
  const kept = like.shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  return graph.emit1("Expand", [reshape(value, kept), graph.ints(...(like.shape as number[]))], like.shape);
}

/**
 * A vector (C) repeated over all axes of `like` (B, …, C) but the first: the values of one clip. ONNX Runtime broadcasts
 * these over the clips twice as fast as the short vector over all rows. Where sizes are not known, the vector itself.
 */
export function overFrames(vector: Value, like: Value): Value {
  const clip = like.shape.slice(1);
  const fixed = clip.filter((dim) => typeof dim === "number");
  if (fixed.length < clip.length) return vector;
  return vector.graph.emit1("Expand", [vector, vector.graph.ints(...fixed)], clip);
}

/** Rows of the outermost axis of x in the order of `indices` (a permutation, e.g. reversed time). */
export function permute(x: Value, indices: readonly number[]): Value {
  const { graph } = x;
  const order = graph.constant(indices, [indices.length], "int64");
  const y = graph.emit1("Gather", [x, order], x.shape, { axis: { int: 0 } });
  graph.record([x], [y], ([dy]) => {
    const inverse: number[] = [];
    indices.forEach((from, to) => (inverse[from] = to));
    return [permute(dy!, inverse)];
  });
  return y;
}
