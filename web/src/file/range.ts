import type { Range } from "./draw.ts";

/** The shortest stretch that can be shown, in seconds. */
const SHORTEST = 0.5;

/** The range moved and cut so that it lies within 0 … `seconds`. */
export function within({ from, to }: Range, seconds: number): Range {
  const length = Math.min(seconds, Math.max(Math.min(SHORTEST, seconds), to - from));
  const start = Math.max(0, Math.min(seconds - length, from));
  return { from: start, to: start + length };
}

/** Larger by `factor` around a moment that stays where it is. */
export function zoomed(range: Range, factor: number, around: number, seconds: number): Range {
  const length = Math.min(seconds, Math.max(Math.min(SHORTEST, seconds), (range.to - range.from) / factor));
  const share = (around - range.from) / (range.to - range.from);
  return within({ from: around - share * length, to: around + (1 - share) * length }, seconds);
}

/** So that `time` is seen: turned like a page where it is not. */
export function following(range: Range, time: number, seconds: number): Range {
  if (time >= range.from && time <= range.to) return range;
  return within({ from: time, to: time + range.to - range.from }, seconds);
}
