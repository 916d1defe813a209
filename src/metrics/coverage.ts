import { ParameterError } from "../errors.ts";
import type { Outcome } from "./answers.ts";

/** Accuracy where only the most confident recordings are answered. */
export interface CoveragePoint {
  /** Share of the recordings that are answered, above 0 … 1. */
  readonly coverage: number;
  /** Share of the answered that are right. */
  readonly accuracy: number;
  /** The least confidence among the answered. */
  readonly threshold: number;
}

/** Accuracy against coverage. */
export interface CoverageCurve {
  /** By rising coverage: the last has all answers. */
  readonly points: readonly CoveragePoint[];
  /**
   * Area under accuracy over coverage, 0 … 1: the mean of the accuracies among the k most confident, k = 1 … n; 1 − AURC of
   * Geifman & El-Yaniv 2017.
   */
  readonly area: number;
}

/**
 * Accuracy when the least confident are refused. Recordings of equal confidence are refused in no particular order: each
 * counts as right by the share of them that is right, so the order of the recordings does not matter.
 *
 * @param count at how many coverages to tell it: 1/count, 2/count … 1, each rounded up to whole recordings.
 */
export function coverageCurve(outcomes: readonly Outcome[], count: number = 20): CoverageCurve {
  if (!Number.isInteger(count) || count < 1) {
    throw new ParameterError(`coverageCurve: count=${count} must be a whole number, at least 1`);
  }
  const n = outcomes.length;
  const ranked = outcomes.toSorted((a, b) => b.confidence - a.confidence);
  // accuracies[k − 1]: among the k most confident.
  const accuracies: number[] = [];
  let hits = 0;
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && ranked[end]!.confidence === ranked[start]!.confidence) end++;
    const right = ranked.slice(start, end).filter(({ truth, predicted }) => truth === predicted).length;
    for (let k = start + 1; k <= end; k++) accuracies.push((hits + (right * (k - start)) / (end - start)) / k);
    hits += right;
    start = end;
  }
  const points = Array.from({ length: count }, (_, i): CoveragePoint => {
    const k = Math.ceil((n * (i + 1)) / count);
    return { coverage: k / n, accuracy: accuracies[k - 1]!, threshold: ranked[k - 1]!.confidence };
  });
  return { points, area: accuracies.reduce((a, b) => a + b, 0) / n };
}
