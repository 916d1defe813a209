import { ParameterError } from "../errors.ts";
import type { Outcome } from "./answers.ts";

/** The bins of Guo et al. 2017. */
export const RELIABILITY_BINS = 15;

/** One bar of a reliability diagram: the recordings whose confidence lies in (`low`, `high`]. */
export interface ReliabilityBin {
  /** Lower edge of confidence, 0 … 1, outside of the bin but for the first. */
  readonly low: number;
  /** Upper edge of confidence, 0 … 1, inside the bin. */
  readonly high: number;
  /** How many recordings it holds. */
  readonly n: number;
  /** Share of them that are right; null for an empty bin. */
  readonly accuracy: number | null;
  /** Mean confidence in it; null for an empty bin. */
  readonly confidence: number | null;
}

/**
 * The bin of a confidence among `bins` of equal width over [0, 1]. Bins are closed on the right, (low, high], as in Guo et
 * al. 2017 and in scikit-learn's `calibration_curve`; the first one holds 0, too. Edges are the quotients i / bins.
 */
export function binOf(confidence: number, bins: number): number {
  let bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
  // The product is rounded: an edge must be compared as itself.
  if (bin > 0 && confidence <= bin / bins) bin--;
  else if (bin < bins - 1 && confidence > (bin + 1) / bins) bin++;
  return bin;
}

/**
 * Accuracy against confidence, bin by bin: `calibration_curve(correct, confidence, n_bins=bins)` of scikit-learn, empty
 * bins included.
 *
 * @param bins number of bins of equal width, at least 1.
 */
export function reliabilityCurve(outcomes: readonly Outcome[], bins: number = RELIABILITY_BINS): ReliabilityBin[] {
  if (!Number.isInteger(bins) || bins < 1) {
    throw new ParameterError(`reliabilityCurve: bins=${bins} must be a whole number, at least 1`);
  }
  const counts = Array.from({ length: bins }, () => ({ n: 0, hits: 0, confidence: 0 }));
  for (const { truth, predicted, confidence } of outcomes) {
    const bin = counts[binOf(confidence, bins)]!;
    bin.n++;
    bin.hits += truth === predicted ? 1 : 0;
    bin.confidence += confidence;
  }
  return counts.map(({ n, hits, confidence }, i) => ({
    low: i / bins,
    high: (i + 1) / bins,
    n,
    accuracy: n === 0 ? null : hits / n,
    confidence: n === 0 ? null : confidence / n,
  }));
}

/**
 * Expected calibration error of the top label: the mean over recordings of |accuracy − confidence| of their bin (Guo et
 * al. 2017, equation 3). 0 … 1, 0 is perfect.
 *
 * @param bins how many, all of one width
 */
export function expectedCalibrationError(outcomes: readonly Outcome[], bins: number = RELIABILITY_BINS): number {
  let sum = 0;
  for (const { n, accuracy, confidence } of reliabilityCurve(outcomes, bins)) {
    if (n > 0) sum += n * Math.abs(accuracy! - confidence!);
  }
  return sum / outcomes.length;
}

/**
 * Brier score of several classes: the squared distance of the probabilities from the truth (1 for the true label, 0 for the
 * others), summed over labels, mean over recordings; 0 … 2, 0 is perfect. scikit-learn's
 * `brier_score_loss(truth, probabilities, labels=labels, scale_by_half=False)`.
 *
 * @param probabilities (recordings × labels).
 * @param truth index of the true label of each recording.
 */
export function brierScore(probabilities: readonly (readonly number[])[], truth: readonly number[]): number {
  let sum = 0;
  for (const [i, row] of probabilities.entries()) {
    for (const [label, p] of row.entries()) sum += (p - (label === truth[i] ? 1 : 0)) ** 2;
  }
  return sum / probabilities.length;
}

/**
 * Mean of −log of the true label's probability, in nats; scikit-learn's `log_loss(truth, probabilities, labels=labels)`,
 * which holds probabilities within [ε, 1 − ε], ε = 2⁻⁵², so that a certain error costs 36 and not infinity.
 *
 * @param probabilities (recordings × labels).
 * @param truth index of the true label of each recording.
 */
export function logLoss(probabilities: readonly (readonly number[])[], truth: readonly number[]): number {
  let sum = 0;
  for (const [i, row] of probabilities.entries()) {
    sum -= Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, row[truth[i]!]!)));
  }
  return sum / probabilities.length;
}
