import { utteranceNumbers, voiceNumbers } from "../../gate/index.ts";
import { mul, reshape, sub, type Value } from "../../graph/index.ts";
import { extreme, lengthOf, not, number, plus, range, test, toFloat, where } from "./emit.ts";
import type { GateFrames } from "./gate-frames.ts";
import { activeLevel, levelsWithin, voicedFrames } from "./gate-voice.ts";
import { allWithin, between, compress, indicesOf } from "./steps.ts";

const { AROUND_FRAMES, HANGOVER_FRAMES, MARGIN_FRAMES, PAUSE_FRAMES, REACH_FRAMES, VOICED_FRAMES } = utteranceNumbers;
const { AHEAD_FRAMES, KEPT_FRAMES, RUN_FRAMES } = voiceNumbers;

/** Frames after an utterance's last voiced one that have come in when it is closed. */
const KNOWN_AFTER = HANGOVER_FRAMES + 1 + RUN_FRAMES + AHEAD_FRAMES;
/** Further away than any frame. */
const FAR = 1e9;

/**
 * The utterances of a clip, all int64 ("utterances"), and behind them one that is none: ONNX Runtime's sorting and reducing
 * do not bear empty tensors.
 */
export interface Utterances {
  /** How many there are, int64 scalar. */
  readonly count: Value;
  /** First frame, and the frame that it ends before. */
  readonly start: Value;
  readonly end: Value;
  /** Last voiced frame. */
  readonly voiced: Value;
}

/** `SpeechGate` of gate/ over a whole clip. */
export function utterances(frames: GateFrames): Utterances {
  const { level, count } = frames;
  const { graph } = level;
  const voiced = indicesOf(voicedFrames(frames), "voiced");
  const padded = between([-FAR], voiced, [FAR], "voiced+2");
  const gaps = sub(part(padded, 1, 0, "voiced+1"), part(padded, 0, 1, "voiced+1"));
  const apart = toFloat(test("Greater", gaps, number(gaps, HANGOVER_FRAMES + 1)));
  const [isFirst, isLast] = [part(apart, 0, 1, "voiced"), part(apart, 1, 0, "voiced")];
  const position = (x: Value): Value => indicesOf(x, "stretches");
  const size = plus(sub(position(isLast), position(isFirst)), 1);
  const long = toFloat(test("GreaterOrEqual", size, number(size, VOICED_FRAMES)));
  const kept = (x: Value): Value =>
    between([], compress(compress(voiced, x, "stretches"), long, "found"), [0], "utterances");
  const [first, last] = [kept(isFirst), kept(isLast)];

  const known = graph.emit1("Min", [plus(last, KNOWN_AFTER), count], last.shape);
  const from = graph.emit1(
    "Max",
    [plus(first, -AROUND_FRAMES), plus(known, -KEPT_FRAMES), number(first, 0)],
    first.shape,
  );
  const least = activeLevel(levelsWithin(level, from, known, count), count); // (utterances)
  const search = new Search(level, least, count);

  const after = search.reach(last, 1, known);
  const end = graph.emit1("Min", [known, plus(after, 1 + MARGIN_FRAMES)], known.shape);
  // No utterance begins before the end of the one before.
  const free = part(between([0], end, [], "utterances+1"), 0, 1, "utterances");
  const before = search.reach(search.sounding(first, last), -1, free);
  return {
    start: graph.emit1("Max", [free, plus(before, -MARGIN_FRAMES)], free.shape),
    end,
    voiced: last,
    count: plus(lengthOf(last, 0), -1),
  };
}

/** A vector without its first `before` and last `after` elements. */
function part(x: Value, before: number, after: number, dim: string): Value {
  const { graph } = x;
  const end = after === 0 ? FAR : -after;
  return graph.emit1("Slice", [x, graph.ints(before), graph.ints(end), graph.ints(0)], [dim]);
}

/** Looks along time for each utterance by itself: matrices (utterances, steps). */
class Search {
  readonly #active: Value;
  readonly #time: Value;

  constructor(level: Value, least: Value, count: Value) {
    this.#time = reshape(range(count, "steps"), [1, "steps"]);
    this.#active = test("Greater", reshape(level, [1, "steps"]), column(least));
  }

  /** The first frame from `first` on after which no hum follows: {@link RUN_FRAMES} active ones, or all up to `last`. */
  sounding(first: Value, last: Value): Value {
    const beyond = test("Greater", this.#time, column(last));
    const active = toFloat(test("Or", this.#active, beyond));
    const runs = test("Greater", allWithin(active, 0, RUN_FRAMES - 1, true), number(active, 0));
    const found = this.#pick("ReduceMin", test("And", runs, this.#from(first)), FAR);
    return found.graph.emit1("Min", [found, last], last.shape);
  }

  /** The frame up to which an utterance reaches from `edge`, in the direction of `step`; not beyond `border`. */
  reach(edge: Value, step: 1 | -1, border: Value): Value {
    const { graph } = edge;
    const behind = test(step > 0 ? "Greater" : "Less", this.#time, column(edge));
    const silent = mul(toFloat(behind), toFloat(not(this.#active)));
    // A pause is too long where this frame and the eight on the way to it are silent.
    const [before, after] = step > 0 ? [PAUSE_FRAMES, 0] : [0, PAUSE_FRAMES];
    const pause = test("Greater", allWithin(silent, before, after, false), number(silent, 0));
    const near = graph.emit1(
      step > 0 ? "Min" : "Max",
      [plus(edge, step * REACH_FRAMES), step > 0 ? plus(border, -1) : border],
      edge.shape,
    );
    const stop = step > 0 ? this.#pick("ReduceMin", pause, FAR) : this.#pick("ReduceMax", pause, -1);
    const limits = [test(step > 0 ? "Less" : "Greater", this.#time, column(stop)), behind, this.#active];
    limits.push(test(step > 0 ? "LessOrEqual" : "GreaterOrEqual", this.#time, column(near)));
    const usable = limits.reduce((a, b) => test("And", a, b));
    const found = this.#pick(step > 0 ? "ReduceMax" : "ReduceMin", usable, step > 0 ? -1 : FAR);
    const none = step > 0 ? test("Less", found, number(found, 0)) : test("Equal", found, number(found, FAR));
    return where(none, edge, found);
  }

  #from(first: Value): Value {
    return test("GreaterOrEqual", this.#time, column(first));
  }

  /** The first or last time at which each row's condition holds, else `none`. */
  #pick(type: "ReduceMin" | "ReduceMax", condition: Value, none: number): Value {
    const times = where(condition, this.#time, number(this.#time, none));
    return reshape(extreme(type, times, 1), ["utterances"]);
  }
}

const column = (x: Value): Value => reshape(x, ["utterances", 1]);
