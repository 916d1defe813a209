import { crop, pad, reshape, sub, type Value } from "../../graph/index.ts";
import { cumulativeSum, gather, not, number, plus, range, test, toFloat } from "./emit.ts";

/** Operations along time on vectors whose length is known only when the graph runs. Truth values are floats, 1 and 0. */

/** x[t − by], and `fill` where there is none; `by` may be negative. */
export function delayed(x: Value, by: number, fill: number): Value {
  const moved = plus(x, -fill);
  const shifted = by >= 0 ? crop(pad(moved, by, 0, 0), 0, by, 0) : crop(pad(moved, 0, -by, 0), -by, 0, 0);
  return plus(x.graph.emit1("Identity", [shifted], x.shape), fill);
}

/** Whether x holds at t − before … t + after, all of them; beyond the ends `edge` holds. Of vectors or of rows (n, time). */
export function allWithin(x: Value, before: number, after: number, edge: boolean): Value {
  const at = x.shape.length - 1;
  const failing = plus(x, edge ? -1 : 0);
  const padded = plus(pad(failing, before, after, at), edge ? 1 : 0);
  const width = before + after;
  let all: Value | undefined;
  for (let k = 0; k <= width; k++) {
    const part = x.graph.emit1("Identity", [crop(padded, k, width - k, at)], x.shape);
    all = all === undefined ? part : x.graph.emit1("Min", [all, part], x.shape);
  }
  return all!;
}

/** Whether x holds anywhere at t − before … t + after. */
export function anyWithin(x: Value, before: number, after: number): Value {
  const none = toFloat(not(test("Greater", x, number(x, 0))));
  return sub(number(x, 1), allWithin(none, before, after, true));
}

/** Σ x[t − reach … t + reach], cut off at the ends; `count` is x's length. */
export function sumAround(x: Value, reach: number, count: Value): Value {
  const sums = concatFront(cumulativeSum(x, 0)); // sums[t] = Σ x[0 … t − 1]
  const at = range(count, x.shape[0] as string);
  const highest = (by: number): Value => x.graph.emit1("Min", [plus(at, by), count], at.shape);
  const from = x.graph.emit1("Max", [plus(at, -reach), number(at, 0)], at.shape);
  return sub(gather(sums, highest(reach + 1), 0), gather(sums, from, 0));
}

function concatFront(x: Value): Value {
  return pad(x, 1, 0, 0);
}

/** Constants in front of a vector and behind it. */
export function between(before: readonly number[], x: Value, after: readonly number[], dim: string): Value {
  const { graph } = x;
  const edge = (values: readonly number[]): Value[] =>
    values.length === 0 ? [] : [graph.constant(values, [values.length], x.type)];
  return graph.emit1("Concat", [...edge(before), x, ...edge(after)], [dim], { axis: { int: 0 } });
}

/** Where truth values hold: their indices in order, int64 (dim). */
export function indicesOf(x: Value, dim: string): Value {
  const found = x.graph.emit1("NonZero", [x], [1, dim], {}, "int64");
  return reshape(found, [dim]);
}

/** The elements of a vector where `kept` (floats) holds. */
export function compress(x: Value, kept: Value, dim: string): Value {
  return x.graph.emit1("Compress", [x, test("Greater", kept, number(kept, 0))], [dim], { axis: { int: 0 } });
}
