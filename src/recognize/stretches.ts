import { answer } from "./stream.ts";

/** A stretch of a recording with one emotion. */
export interface Segment {
  /** In seconds from the recording's beginning. */
  readonly start: number;
  /** In seconds from the recording's beginning. */
  readonly end: number;
  /** The most probable label; null when no label reaches `minConfidence`. */
  readonly emotion: string | null;
  /** Its probability, 0 … 1: the mean over the segment. */
  readonly confidence: number;
}

/**
 * A stretch shorter than this, in seconds, says little of its own: when no more than a breath lies between it and a neighbour,
 * both are heard as one.
 */
const SHORT_SECONDS = 1.25;
const BREATH_SECONDS = 0.5;

/** Joins measured stretches of a recording to segments. */
export class Stretches {
  readonly #labels: readonly string[];
  readonly #join: number;
  readonly #minConfidence: number;
  /** The segment that may still grow: probabilities times seconds. */
  #open: { start: number; end: number; sum: number[]; seconds: number } | null = null;

  /** @param join the longest pause, in seconds, within a segment @param minConfidence below it a segment has no emotion */
  constructor(labels: readonly string[], join: number, minConfidence: number) {
    this.#labels = labels;
    this.#join = join;
    this.#minConfidence = minConfidence;
  }

  /**
   * @param start in seconds, not before the last one's end; and `end`
   * @param probabilities one a label
   * @returns the segment before, when this stretch is no part of it
   */
  add(start: number, end: number, probabilities: readonly number[]): Segment | null {
    const seconds = end - start;
    const open = this.#open;
    const weighted = probabilities.map((p) => seconds * p);
    if (open) {
      const pause = start - open.end;
      const short = Math.min(open.seconds, seconds) < SHORT_SECONDS && pause <= BREATH_SECONDS;
      if (short || (pause <= this.#join && this.#emotionOf(weighted) === this.#emotionOf(open.sum))) {
        open.end = end;
        open.seconds += seconds;
        for (const [i, p] of weighted.entries()) open.sum[i]! += p;
        return null;
      }
    }
    const before = this.finish();
    this.#open = { start, end, sum: weighted, seconds };
    return before;
  }

  /** Of probabilities times seconds. */
  #emotionOf(sum: readonly number[]): string | null {
    const seconds = sum.reduce((total, p) => total + p, 0);
    const { emotion, confidence } = answer(
      this.#labels,
      sum.map((p) => p / seconds),
    );
    return confidence < this.#minConfidence ? null : emotion;
  }

  /** The last segment; null where there was no stretch. */
  finish(): Segment | null {
    if (!this.#open) return null;
    const { start, end, sum, seconds } = this.#open;
    this.#open = null;
    return { start, end, emotion: this.#emotionOf(sum), confidence: Math.max(...sum) / seconds };
  }
}
