import { voiceNumbers } from "../../gate/index.ts";
import { add, maximum, mul, reduceSum, reshape, sub, type Value } from "../../graph/index.ts";
import {
  atLeast,
  gather,
  gatherElements,
  log2,
  magnitude,
  not,
  number,
  plus,
  range,
  test,
  times,
  toFloat,
  toInt,
  where,
} from "./emit.ts";
import type { GateFrames } from "./gate-frames.ts";
import { allWithin, anyWithin, delayed, sumAround } from "./steps.ts";

const { ABOVE_NOISE, AHEAD_FRAMES, AROUND_FRAMES, CHANGE, CHANGE_FRAMES, F0_STEP, KEPT_FRAMES } = voiceNumbers;
const { PAST_FRAMES, PERIODIC, RUN_FRAMES, SILENCE, SPEECH_RANGE_MAX, SPEECH_RANGE_MIN } = voiceNumbers;

/** Larger than any level; stands for what is not there. */
const NOTHING = 1e6;

/** Which frames hold a voice: `VoiceDetector` of gate/. Truth values as floats, shape ("steps"). */
export function voicedFrames({ level, periodicity, f0, shape, count }: GateFrames): Value {
  const active = activeLevel(surroundings(level, count), count);
  const periodic = test(
    "And",
    test("Greater", level, active),
    test("Greater", periodicity, number(periodicity, PERIODIC)),
  );
  const voice = toFloat(periodic);
  const octaves = sub(log2(delayed(f0, 1, 1)), log2(f0));
  const distance = magnitude(sub(octaves, octaves.graph.emit1("Round", [octaves], octaves.shape)));
  const same = toFloat(test("Less", distance, number(distance, F0_STEP)));
  const goesOn = mul(mul(voice, delayed(voice, 1, 0)), same);
  const runs = allWithin(goesOn, RUN_FRAMES - 2, 0, false);
  const inRun = anyWithin(runs, 0, RUN_FRAMES - 1);

  const before = (x: Value): Value => delayed(x, CHANGE_FRAMES, 0);
  const shapes = magnitude(sub(shape, before(shape)));
  const change = add(magnitude(sub(level, before(level))), times(reduceSum(shapes, [1]), 10));
  const moved = mul(runs, toFloat(test("GreaterOrEqual", change, number(change, CHANGE))));
  const around = sumAround(moved, AROUND_FRAMES, count);
  const enough = test("GreaterOrEqual", times(around, 4), sumAround(runs, AROUND_FRAMES, count));
  const moves = test("And", enough, test("Greater", around, number(around, 0)));
  return mul(inRun, toFloat(moves));
}

/** The levels around each frame that it is compared with, those that are not there as {@link NOTHING}: (steps, 197). */
function surroundings(level: Value, count: Value): Value {
  const { graph } = level;
  const last = plus(count, -1);
  const newest = graph.emit1("Min", [plus(range(count, "steps"), AHEAD_FRAMES), last], ["steps"]);
  const width = PAST_FRAMES + 1 + AHEAD_FRAMES;
  const back = graph.constant(
    Array.from({ length: width }, (_, i) => i),
    [1, width],
    "int64",
  );
  const at = sub(reshape(newest, ["steps", 1]), back);
  const there = test("GreaterOrEqual", at, number(at, 0));
  return where(there, gather(level, atLeast(at, 0), 0), number(level, NOTHING));
}

/**
 * The level above which a frame is active, from the levels of each row, of which those below {@link NOTHING} are there:
 * (rows, n) → (rows). `activeLevel` of gate/.
 *
 * @param most the largest n that can be, int64: so many are sorted
 */
export function activeLevel(levels: Value, most: Value): Value {
  const { graph } = levels;
  const rows = levels.shape[0]!;
  const there = toFloat(test("Less", levels, number(levels, NOTHING)));
  const counts = reshape(reduceSum(there, [1]), [rows, 1]);
  const width = typeof levels.shape[1] === "number" ? graph.ints(levels.shape[1]) : reshape(most, [1]);
  const [sorted] = graph.emit(
    "TopK",
    [levels, width],
    [{ shape: levels.shape }, { shape: levels.shape, type: "int64" }],
    {
      axis: { int: 1 },
      largest: { int: 0 },
    },
  );
  const quantile = (p: number): Value => {
    // ⌊p · (count − 1)⌋ in double precision, as the gate counts.
    const table = graph.constant(
      Array.from({ length: KEPT_FRAMES + 2 }, (_, n) => Math.max(0, Math.floor(p * (n - 1)))),
      [KEPT_FRAMES + 2],
      "int64",
    );
    const at = gather(table, toInt(counts), 0);
    return gatherElements(sorted!, at, 1);
  };
  const loud = quantile(0.95);
  const quiet = graph.emit1("Min", [quantile(0.1), plus(loud, -SPEECH_RANGE_MIN)], loud.shape);
  const level = maximum(plus(loud, -SPEECH_RANGE_MAX), plus(quiet, ABOVE_NOISE));
  return reshape(atLeast(level, SILENCE), [rows]);
}

/** The levels at [from, to) of each row as a matrix for {@link activeLevel}: levels (steps), from and to (rows) → (rows, steps). */
export function levelsWithin(level: Value, from: Value, to: Value, count: Value): Value {
  const rows = from.shape[0]!;
  const at = reshape(range(count, "steps"), [1, "steps"]);
  const column = (x: Value): Value => reshape(x, [rows, 1]);
  const inside = test("And", not(test("Less", at, column(from))), test("Less", at, column(to)));
  return where(inside, reshape(level, [1, "steps"]), number(level, NOTHING));
}
