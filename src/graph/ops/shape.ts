import type { Shape, Value } from "../graph.ts";

/** Operations that move, select or sum elements. Axes count from 0 at the outermost; negative ones from the end. */

const axisOf = (x: Value, axis: number): number => (axis < 0 ? axis + x.shape.length : axis);

/** The same elements in another shape; at most one size may be −1 ("what remains"), a text keeps a dynamic size. */
export function reshape(x: Value, shape: Shape): Value {
  const dynamic = shape.filter((dim) => typeof dim === "string").length;
  if (dynamic > 1) throw new RangeError(`graph: reshape of ${x} to [${shape.join(", ")}] has two unknown sizes`);
  const sizes = shape.map((dim) => (typeof dim === "string" ? -1 : dim));
  const y = x.graph.emit1("Reshape", [x, x.graph.ints(...sizes)], shape);
  y.graph.record([x], [y], ([dy]) => [reshape(dy!, x.shape)]);
  return y;
}

/** Axes in another order: axis i of the result is axis `order[i]` of x. */
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

/** Values one behind the other along `axis`. */
export function concat(parts: readonly Value[], axis: number): Value {
  const first = parts[0]!;
  const at = axisOf(first, axis);
  const sizes = parts.map((part) => part.size(at));
  const total = sizes.reduce((a, b) => a + b, 0);
  const y = first.graph.emit1("Concat", parts, first.shape.with(at, total), { axis: { int: at } });
  y.graph.record(parts, [y], ([dy]) => split(dy!, sizes, at));
  return y;
}

/** The parts of x along `axis`, of the given sizes. */
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

/** Elements `start … end − 1` of `axis`. */
export function slice(x: Value, start: number, end: number, axis: number): Value {
  const at = axisOf(x, axis);
  const { graph } = x;
  const y = graph.emit1(
    "Slice",
    [x, graph.ints(start), graph.ints(end), graph.ints(at)],
    x.shape.with(at, end - start),
  );
  graph.record([x], [y], ([dy]) => [pad(dy!, start, x.size(at) - end, at)]);
  return y;
}

/** Zeros before and after along `axis`. */
export function pad(x: Value, before: number, after: number, axis: number): Value {
  const at = axisOf(x, axis);
  if (before === 0 && after === 0) return x;
  const rank = x.shape.length;
  const pads = Array.from({ length: 2 * rank }, (_, i) => (i === at ? before : i === at + rank ? after : 0));
  const dim = x.shape[at]!;
  const padded = typeof dim === "number" ? dim + before + after : `${dim}+${before + after}`;
  const y = x.graph.emit1("Pad", [x, x.graph.ints(...pads)], x.shape.with(at, padded));
  y.graph.record([x], [y], ([dy]) => [slice(dy!, before, before + x.size(at), at)]);
  return y;
}

/** Sum over axes; with `keep`, these stay with size 1. */
export function reduceSum(x: Value, axes: readonly number[], keep = false): Value {
  const at = axes.map((axis) => axisOf(x, axis));
  const kept = x.shape.map((dim, i) => (at.includes(i) ? 1 : dim));
  const shape = keep ? kept : x.shape.filter((_, i) => !at.includes(i));
  const y = x.graph.emit1("ReduceSum", [x, x.graph.ints(...at)], shape, { keepdims: { int: keep ? 1 : 0 } });
  y.graph.record([x], [y], ([dy]) => [
    x.graph.emit1("Expand", [reshape(dy!, kept), x.graph.ints(...(x.shape as number[]))], x.shape),
  ]);
  return y;
}

/** Mean over axes; with `keep`, these stay with size 1. */
export function reduceMean(x: Value, axes: readonly number[], keep = false): Value {
  const at = axes.map((axis) => axisOf(x, axis));
  const kept = x.shape.map((dim, i) => (at.includes(i) ? 1 : dim));
  const shape = keep ? kept : x.shape.filter((_, i) => !at.includes(i));
  const y = x.graph.emit1("ReduceMean", [x], shape, { axes: { ints: at }, keepdims: { int: keep ? 1 : 0 } });
  y.graph.record([x], [y], ([dy]) => {
    const count = at.reduce((product, axis) => product * x.size(axis), 1);
    const share = x.graph.emit1("Div", [reshape(dy!, kept), x.graph.scalar(count)], kept);
    return [x.graph.emit1("Expand", [share, x.graph.ints(...(x.shape as number[]))], x.shape)];
  });
  return y;
}

/** Rows of the outermost axis in the order of `indices` (a permutation, e.g. reversed time). */
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
