import { logmel72Numbers, PITCH_ROUNDING, PITCH_SILENCE, PITCH_THRESHOLD } from "../../features/index.ts";
import { add, concat, div, mul, pad, slice, sub, type Value } from "../../graph/index.ts";
import { argExtreme, atLeast, clip, cumulativeSum, extreme, gatherElements } from "./emit.ts";
import { magnitude, number, plus, test, times, toFloat, where } from "./emit.ts";
import type { Fourier } from "./fourier.ts";

const { FRAME_LENGTH, PITCH_MAX, PITCH_MIN, SAMPLE_RATE } = logmel72Numbers;
const SHORTEST = Math.floor(SAMPLE_RATE / PITCH_MAX);
const LONGEST = Math.ceil(SAMPLE_RATE / PITCH_MIN);
const STRETCH = FRAME_LENGTH - LONGEST;

/** What YIN finds in frames, each of shape (frames, 1); and their spectra, which it needs (frames, 513). */
export interface FramePitches {
  readonly f0: Value;
  readonly periodicity: Value;
  readonly spectrum: readonly [real: Value, imaginary: Value];
}

/** `FramePitch` of features/: F0 and periodicity of frames (frames, 1024) without their mean. */
export function framePitches(frames: Value, fourier: Fourier): FramePitches {
  const { graph } = frames;
  const [rows] = frames.shape;
  const head = pad(slice(frames, 0, STRETCH, 1), 0, LONGEST, 1);
  const [c, d] = fourier.forward(frames);
  const [a, b] = fourier.forward(head);
  const cross: [Value, Value] = [add(mul(a, c), mul(b, d)), sub(mul(a, d), mul(b, c))];
  const correlation = fourier.inverse(cross, LONGEST + 1);

  const squares = mul(frames, frames);
  const energy = slice(correlation, 0, 1, 1);
  const changes = sub(slice(squares, STRETCH, FRAME_LENGTH, 1), slice(squares, 0, LONGEST, 1));
  const later = add(energy, cumulativeSum(changes, 1));
  const difference = atLeast(sub(add(energy, later), times(slice(correlation, 1, LONGEST + 1, 1), 2)), 0);
  const whole = graph.emit1("ReduceSum", [squares, graph.ints(1)], [rows!, 1]);
  const silence = plus(times(whole, PITCH_ROUNDING), 2 * STRETCH * PITCH_SILENCE);
  const lags = graph.constant(
    Array.from({ length: LONGEST }, (_, i) => i + 1),
    [1, LONGEST],
  );
  const mean = add(cumulativeSum(difference, 1), mul(silence, lags));
  const normalized = slice(div(mul(add(difference, silence), lags), mean), SHORTEST - 1, LONGEST, 1);
  const { index, shift, value } = trough(normalized);
  const period = plus(add(toFloat(index), shift), SHORTEST);
  return {
    f0: div(number(period, SAMPLE_RATE), period),
    periodicity: clip(sub(number(value, 1), value), 0, 1),
    spectrum: [c, d],
  };
}

/** `findTrough` of features/ in each row of values (frames, lags). */
function trough(values: Value): { index: Value; shift: Value; value: Value } {
  const { graph } = values;
  const count = values.size(1);
  const edge = graph.emit1("Expand", [number(values, 1e9), shapeOfColumn(values)], [values.shape[0]!, 1]);
  const before = concat([edge, slice(values, 0, count - 1, 1)], 1);
  const after = concat([slice(values, 1, count, 1), edge], 1);
  const low = test("Less", values, number(values, PITCH_THRESHOLD));
  const minimum = test("And", test("Less", values, before), test("LessOrEqual", values, after));
  const found = toFloat(test("And", low, minimum));
  const any = test("Greater", extreme("ReduceMax", found, 1), number(found, 0));
  const index = where(any, argExtreme("ArgMax", found, 1), argExtreme("ArgMin", values, 1));

  const inner = clip(index, 1, count - 2);
  const at = (by: number): Value => gatherElements(values, plus(inner, by), 1);
  const curvature = sub(add(at(1), at(-1)), times(at(0), 2));
  const slope = times(sub(at(1), at(-1)), 0.5);
  const bent = test("Less", magnitude(slope), magnitude(curvature));
  const usable = test("And", bent, test("Equal", index, inner));
  // Where the curvature is 0 its quotient is not taken, so it may be anything.
  const shift = where(usable, times(div(slope, where(usable, curvature, number(values, 1))), -1), number(values, 0));
  return { index, shift, value: gatherElements(values, index, 1) };
}

/** The shape (rows, 1) of one column of x, as the graph's own value. */
function shapeOfColumn(x: Value): Value {
  const { graph } = x;
  const column = slice(x, 0, 1, 1);
  return graph.emit1("Shape", [column], [2], {}, "int64");
}
