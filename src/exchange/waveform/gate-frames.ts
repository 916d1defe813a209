import { frameNumbers } from "../../gate/index.ts";
import { concat, crop, mul, pad, reduceMean, reduceSum, reshape, slice, sqrt, type Value } from "../../graph/index.ts";
import { div, transpose } from "../../graph/index.ts";
import { atLeast, gather, lengthOf, log10, number, plus, range, sliceTo, test, times, toFloat, where } from "./emit.ts";

const { F0_MAX, F0_MIN, HIGH_PASS, HOP_SECONDS, LEVEL_MIN, LONGER_BETTER, PITCH_RATE, SHAPE_LAGS, WINDOW_SECONDS } =
  frameNumbers;

/** At this rate alone: the frame's 256 samples are 64 slow ones. */
const RATE = 16_000;
const HOP = HOP_SECONDS * RATE;
const FACTOR = Math.round(RATE / PITCH_RATE);
const SLOW_HOP = HOP / FACTOR;
const WINDOW = WINDOW_SECONDS * PITCH_RATE;
const LAG_MIN = Math.floor(PITCH_RATE / F0_MAX);
const LAG_MAX = Math.ceil(PITCH_RATE / F0_MIN);
/** The window of frame t begins at slow sample SLOW_HOP·t − LEAD. */
const LEAD = WINDOW / 2 - SLOW_HOP / 2;

/** What the gate measures in each frame, all of shape ("steps") but the shape ("steps", 3). */
export interface GateFrames {
  /** Number of frames, int64. */
  readonly count: Value;
  readonly level: Value;
  readonly periodicity: Value;
  /** In hertz; 1 where there is none. */
  readonly f0: Value;
  readonly shape: Value;
}

/** `FrameMeasurer` of gate/ over samples ("n") at 16 kHz, at least one frame of them. */
export function gateFrames(samples: Value): GateFrames {
  const { graph } = samples;
  const length = lengthOf(samples, 0);
  const count = graph.emit1("Div", [length, number(length, HOP)], []);
  const passed = highPassed(samples, count); // (steps + 1, 256)
  const slow = reduceMean(reshape(passed, ["steps+1", SLOW_HOP, FACTOR]), [2]); // (steps + 1, 64)
  const energy = reduceSum(mul(passed, passed), [1]);
  const level = times(log10(atLeast(times(steps(crop(energy, 0, 1, 0), "steps"), 1 / HOP), 1e-35)), 10);

  // Slow samples SLOW_HOP·t − LEAD − LAG_MAX … + WINDOW of each frame, out of four neighbouring frames' ones.
  const padded = pad(slow, 2, 0, 0);
  const around = concat(
    [0, 1, 2, 3].map((k) => steps(crop(padded, k, 3 - k, 0), "steps", SLOW_HOP)),
    1,
  );
  const first = 2 * SLOW_HOP - LEAD - LAG_MAX;
  const own = slice(around, first + LAG_MAX, first + LAG_MAX + WINDOW, 1); // (steps, 96)
  const lags = [...Array.from({ length: SHAPE_LAGS }, (_, i) => i + 1), ...bigLags()];
  const starts = lags.flatMap((lag) => Array.from({ length: WINDOW }, (_, i) => first + LAG_MAX - lag + i));
  // Frames last, so that what is gathered are whole rows, which are copied at once.
  const indices = graph.constant(starts, [lags.length, WINDOW], "int64");
  const past = gather(transpose(around, [1, 0]), indices, 0); // (lags, 96, steps)
  const summed = (products: Value): Value => transpose(reduceSum(products, [1]), [1, 0]); // (steps, lags)
  const cross = summed(mul(past, reshape(transpose(own, [1, 0]), [1, WINDOW, "steps"])));
  const floor = 1e-20;
  const ownEnergy = plus(reduceSum(mul(own, own), [1], true), floor);
  const pastEnergy = plus(summed(mul(past, past)), floor);
  // Roots apart: the product of two quiet energies would be 0 in single precision.
  const correlation = div(cross, mul(sqrt(ownEnergy), sqrt(pastEnergy)));

  const t = range(count, "steps");
  const whole = test(
    "LessOrEqual",
    plus(times(t, SLOW_HOP), SLOW_HOP / 2 + WINDOW / 2),
    div(length, number(length, FACTOR)),
  );
  const late = test("GreaterOrEqual", t, number(t, Math.ceil((LAG_MAX + LEAD) / SLOW_HOP)));
  const loud = test("Greater", level, number(level, LEVEL_MIN));
  const heard = toFloat(test("And", test("And", whole, late), loud)); // (steps)
  const best = bestLag(slice(correlation, SHAPE_LAGS, lags.length, 1));
  return {
    count,
    level,
    periodicity: mul(best.periodicity, heard),
    f0: where(
      test("Greater", best.lag, number(best.lag, 0)),
      div(number(best.lag, PITCH_RATE), best.lag),
      number(best.lag, 1),
    ),
    shape: mul(div(slice(cross, 0, SHAPE_LAGS, 1), ownEnergy), reshape(heard, ["steps", 1])),
  };
}

const bigLags = (): number[] => Array.from({ length: LAG_MAX - LAG_MIN + 1 }, (_, i) => LAG_MIN + i);

/** Two one-pole high-passes, as their impulse response over 512 samples, and one frame more than there are: (n) → (steps + 1, 256). */
function highPassed(samples: Value, count: Value): Value {
  const { graph } = samples;
  const response = impulseResponse(3 * HOP);
  const toeplitz = Float32Array.from({ length: 3 * HOP * HOP }, (_, i) => {
    const delay = 2 * HOP + (i % HOP) - Math.floor(i / HOP);
    return delay < 0 ? 0 : response[delay]!;
  });
  // What came before the first sample is taken to be like it: no step that the filter would answer.
  const before = graph.emit1("Expand", [slice(samples, 0, 1, 0), graph.ints(2 * HOP)], [2 * HOP]);
  const padded = graph.emit1("Concat", [before, pad(samples, 0, HOP, 0)], ["padded"], { axis: { int: 0 } });
  const blocks = reshape(sliceTo(padded, times(plus(count, 3), HOP), 0, "whole"), ["steps+3", HOP]);
  const context = concat(
    [0, 1, 2].map((k) => crop(blocks, k, 2 - k, 0)),
    1,
  );
  return graph.emit1("MatMul", [context, graph.initializer("high_pass", toeplitz, [3 * HOP, HOP])], ["steps+1", HOP]);
}

function impulseResponse(length: number): Float64Array {
  const pole = Math.exp((-2 * Math.PI * HIGH_PASS) / RATE);
  const response = new Float64Array(length);
  let [x1, y1, z1] = [0, 0, 0];
  for (let n = 0; n < length; n++) {
    const x = n === 0 ? 1 : 0;
    const y = x - x1 + pole * y1;
    const z = y - y1 + pole * z1;
    response[n] = z;
    [x1, y1, z1] = [x, y, z];
  }
  return response;
}

/** The first lag that correlates clearly better than all shorter ones taken so far: (steps, lags) → each (steps); lag 0 for none. */
function bestLag(correlation: Value): { periodicity: Value; lag: Value } {
  let periodicity = times(steps(reshape(slice(correlation, 0, 1, 1), ["steps"]), "steps"), 0);
  let lag = periodicity;
  for (const [n, candidate] of bigLags().entries()) {
    const r = reshape(slice(correlation, n, n + 1, 1), ["steps"]);
    const better = test("Greater", r, plus(periodicity, LONGER_BETTER));
    periodicity = where(better, r, periodicity);
    lag = where(better, number(lag, candidate), lag);
  }
  return { periodicity, lag };
}

/** A value under the name that its first axis has from here on. */
function steps(x: Value, dim: string, ...rest: number[]): Value {
  return x.graph.emit1("Identity", [x], [dim, ...rest]);
}
