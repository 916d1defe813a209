import { logmel72Numbers as raw } from "../../features/index.ts";
import { concat, div, exp, maximum, mul, reduceSum, slice, sub, type Value } from "../../graph/index.ts";
import { atLeast, clip, extreme, log10, number, plus, test, times, where } from "./emit.ts";
import { voicedPart } from "./raw-frames.ts";

/**
 * `normalizeWindow` of features/ in each of some windows, with its own weights: raw frames (windows, frames, 71), of which
 * those where `real` (windows, frames, 1) is 1 exist → (windows, frames, 72).
 */
export function normalizeWindows(frames: Value, real: Value): Value {
  const column = (at: number): Value => slice(frames, at, at + 1, 2);
  const [level, pitch, voicing] = [column(raw.LEVEL), column(raw.PITCH), column(raw.VOICING)];
  const there = test("Greater", real, number(real, 0));
  const loudest = extreme("ReduceMax", where(there, level, number(level, -1e4)), 1);
  const below = sub(loudest, level);
  const ramp = clip(times(plus(times(below, -1), raw.ACTIVE_RANGE + raw.ACTIVE_RAMP), 1 / raw.ACTIVE_RAMP), 0, 1);
  const w = mul(ramp, real);
  const sum = (x: Value): Value => reduceSum(x, [1], true); // (windows, 1, …)
  // The loudest frame of every window has the weight 1.
  const power = div(sum(mul(w, exp(times(level, Math.LN10)))), atLeast(sum(w), 1e-9));
  const reference = atLeast(log10(atLeast(power, 1e-30)), raw.REFERENCE_MIN);
  const g = voicedPart(voicing);
  const voiced = sum(mul(w, g));
  const meanPitch = div(
    sum(mul(w, pitch)),
    where(test("Greater", voiced, number(voiced, 0)), voiced, number(voiced, 1)),
  );
  const bands = sub(slice(frames, 0, raw.N_MELS, 2), reference);
  return concat(
    [
      maximum(bands, number(bands, -raw.BAND_RANGE)),
      atLeast(sub(level, reference), -raw.LEVEL_RANGE),
      mul(w, sub(pitch, mul(g, meanPitch))),
      mul(w, slice(frames, raw.PITCH, raw.TILT + 1, 2)),
    ],
    2,
  );
}
