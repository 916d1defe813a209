import { logmel72Numbers } from "../../features/index.ts";
import { add, div, mul, reduceSum, reshape, sub, type Value } from "../../graph/index.ts";
import { atLeast, extreme, gather, lengthOf, number, plus, range, test, times, toFloat } from "./emit.ts";
import type { Utterances } from "./gate-utterances.ts";
import { indicesOf } from "./steps.ts";

const { HOP_LENGTH, RAW_COLUMNS } = logmel72Numbers;

/** Stretches of frames that the network sees one by one, each vector ("windows"). */
export interface Windows {
  /** First frame and number of frames, int64. */
  readonly begin: Value;
  readonly length: Value;
  /** The part that a window has in the answer, float32. */
  readonly weight: Value;
}

/**
 * The windows of stretches: full ones one behind the other, and the last, shorter or reaching back into the one before.
 *
 * @param start first frame of each stretch, int64 ("stretches")
 * @param end its last frame
 * @param last the frame beyond which it has no full window
 * @param most frames that the network sees at once
 * @param overlap whether the last window reaches back to be full (as utterances have it), or holds the rest
 */
function cut(start: Value, end: Value, last: Value, most: number, overlap: boolean): Windows {
  const { graph } = start;
  const samples = most * HOP_LENGTH - 1;
  const spoken = times(sub(last, start), HOP_LENGTH);
  // ⌈samples spoken / window⌉ − 1 windows are full before the last one.
  const full = atLeast(plus(div(plus(spoken, samples - 1), number(spoken, samples)), -1), 0);
  const numbers = plus(
    extreme("ReduceMax", graph.emit1("Concat", [full, graph.ints(0)], ["n"], { axis: { int: 0 } }), 0),
    1,
  );
  const k = range(reshape(numbers, []), "k");
  const within = test("LessOrEqual", reshape(k, [1, "k"]), reshape(full, ["stretches", 1]));
  const flat = indicesOf(reshape(toFloat(within), ["flat"]), "windows"); // stretch · k + number
  const of = div(flat, numbers);
  const nth = sub(flat, mul(of, numbers));
  const [s, e, n] = [gather(start, of, 0), gather(end, of, 0), gather(full, of, 0)];
  const isLast = test("Equal", nth, n);
  const forward = add(s, times(nth, most));
  const back = plus(e, 1 - most);
  const select = (a: Value, b: Value): Value => graph.emit1("Where", [isLast, a, b], ["windows"], {}, a.type);
  const begin = select(overlap ? graph.emit1("Max", [s, back], ["windows"]) : forward, forward);
  const length = select(plus(sub(e, begin), 1), number(e, most));
  const rest = sub(times(sub(e, s), HOP_LENGTH), times(n, samples));
  return { begin, length, weight: toFloat(select(atLeast(rest, 1), number(rest, samples))) };
}

/** The windows of utterances; where there is none those of the whole clip of `frames` frames (int64 scalar). */
export function windowsOf(found: Utterances | undefined, frames: Value, most: number): Windows {
  const { graph } = frames;
  const last = reshape(plus(frames, -1), [1]);
  const named = (x: Value): Value => graph.emit1("Identity", [x], ["stretches"]);
  const whole = cut(named(graph.ints(0)), named(last), named(last), most, false);
  if (found === undefined) return whole;
  const spoken = cut(named(found.start), named(found.end), named(plus(found.voiced, 1)), most, true);
  const none = test("Equal", found.count, graph.constant([0], [], "int64"));
  const pick = (of: (windows: Windows) => Value): Value => {
    const [a, b] = [of(spoken), of(whole)];
    const both = graph.emit1("Concat", [a, b], ["both"], { axis: { int: 0 } });
    const count = reshape(lengthOf(a, 0), [1]);
    const from = graph.emit1("Where", [none, count, graph.ints(0)], [1], {}, "int64");
    // The last utterance is none, and its only window is the last.
    const to = graph.emit1("Where", [none, graph.ints(2 ** 31), plus(count, -1)], [1], {}, "int64");
    return graph.emit1("Slice", [both, from, to, graph.ints(0)], ["windows"]);
  };
  return { begin: pick((w) => w.begin), length: pick((w) => w.length), weight: pick((w) => w.weight) };
}

/** The frames of windows side by side, padded to the longest: raw frames (frames, 71) → (windows, window, 71) and which are real. */
export function windowed(
  raw: Value,
  { begin, length }: Windows,
  frames: Value,
): { rows: Value; real: Value; lengths: Value } {
  const { graph } = raw;
  // The very last frame has no centre in a clip that ends before it.
  const there = graph.emit1("Min", [length, sub(frames, begin)], ["windows"]);
  const t = reshape(range(reshape(extreme("ReduceMax", there, 0), []), "window"), [1, "window"]);
  const at = add(reshape(begin, ["windows", 1]), t);
  const rows = gather(raw, graph.emit1("Min", [at, plus(frames, -1)], at.shape), 0);
  const isReal = toFloat(test("Less", t, reshape(there, ["windows", 1])));
  const real = graph.emit1("Unsqueeze", [isReal, graph.ints(2)], ["windows", "window", 1]);
  return { rows: graph.emit1("Identity", [rows], ["windows", "window", RAW_COLUMNS]), real, lengths: there };
}

/** The mean of the windows' probabilities (windows, labels) by their weights → (labels). */
export function pooled(probabilities: Value, weight: Value): Value {
  const column = reshape(weight, ["windows", 1]);
  return div(reduceSum(mul(probabilities, column), [0]), reduceSum(column, [0]));
}
