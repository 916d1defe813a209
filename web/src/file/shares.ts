import type { Segment } from "../../../src/browser.ts";

/** An emotion's share of the speech. */
export interface Share {
  /** null: unsure. */
  readonly emotion: string | null;
  readonly share: number;
  /** Mean confidence over its seconds. */
  readonly confidence: number;
}

/** Shares of the speech by its seconds, the largest first; unsure is always the last. */
export function sharesOf(segments: readonly Segment[]): readonly Share[] {
  const sums = new Map<string | null, { seconds: number; sure: number }>();
  let total = 0;
  for (const { emotion, start, end, confidence } of segments) {
    const { seconds, sure } = sums.get(emotion) ?? { seconds: 0, sure: 0 };
    sums.set(emotion, { seconds: seconds + end - start, sure: sure + confidence * (end - start) });
    total += end - start;
  }
  return [...sums]
    .map(([emotion, { seconds, sure }]) => ({ emotion, share: seconds / total, confidence: sure / seconds }))
    .toSorted((a, b) => Number(a.emotion === null) - Number(b.emotion === null) || b.share - a.share);
}
