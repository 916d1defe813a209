import type { Segment } from "../../../src/browser.ts";

/** An emotion's share of the speech. */
export interface Share {
  /** null: unsure. */
  readonly emotion: string | null;
  readonly share: number;
}

/** Shares of the speech by its seconds, the largest first; unsure is always the last. */
export function sharesOf(segments: readonly Segment[]): readonly Share[] {
  const seconds = new Map<string | null, number>();
  let total = 0;
  for (const { emotion, start, end } of segments) {
    seconds.set(emotion, (seconds.get(emotion) ?? 0) + end - start);
    total += end - start;
  }
  return [...seconds]
    .map(([emotion, own]) => ({ emotion, share: own / total }))
    .toSorted((a, b) => Number(a.emotion === null) - Number(b.emotion === null) || b.share - a.share);
}
