import { ParameterError } from "../errors.ts";
import { compareText, groupBy } from "../grouping.ts";
import { Random } from "../random.ts";
import type { Answer, Outcome } from "./answers.ts";
import { binOf, RELIABILITY_BINS } from "./calibration.ts";
import { scoresOf, type ClassScores } from "./scores.ts";

/** Ends of a 95 % interval, or null where there is none. */
export type Interval = readonly [low: number, high: number] | null;

/** 95 % intervals of scores. */
export interface Intervals {
  /** Of a share in [0, 1]. */
  readonly accuracy: Interval;
  /** Of a share in [0, 1]. */
  readonly uar: Interval;
  /** Of a share in [0, 1]. */
  readonly macroF1: Interval;
  /** Of the expected calibration error. */
  readonly ece: Interval;
  /** By label; a label that does not occur in the truth has none. */
  readonly perClass: Readonly<Record<string, Readonly<Record<"precision" | "recall" | "f1", Interval>>>>;
}

/** Options of {@link bootstrapIntervals}. */
export interface BootstrapOptions {
  /** How often the speakers are drawn anew; default 2,000. */
  readonly resamples?: number;
  /** Of the drawing; default 1. */
  readonly seed?: number;
}

/** How often the speakers are drawn where nothing is said. */
export const DEFAULT_RESAMPLES = 2000;

/**
 * 95 % intervals by the percentile bootstrap over speakers (cluster bootstrap, stratified; Davison & Hinkley 1997, sections
 * 3.2 and 3.8): in each corpus as many speakers as it has are drawn with replacement, each with all their recordings, and
 * everything is computed anew. Since recordings of one voice resemble each other, drawing recordings would give intervals
 * too narrow; since the mixture of corpora is chosen and not met by chance, drawing over all corpora at once would give
 * some too wide. The ends are the 2.5th and 97.5th percentile over the resamples, interpolated as numpy's `percentile`.
 *
 * Where no corpus has two speakers there is nothing to draw and every interval is null: one voice tells nothing of others.
 * A corpus of one speaker among others counts as if it could not vary. With fewer than about ten speakers intervals are
 * rough and too narrow. A label whose speakers are not drawn counts as absent in that resample.
 *
 * @param outcomes of `answers`, in their order.
 */
export function bootstrapIntervals(
  labels: readonly string[],
  answers: readonly Pick<Answer, "corpus" | "speaker">[],
  outcomes: readonly Outcome[],
  { resamples = DEFAULT_RESAMPLES, seed = 1 }: BootstrapOptions = {},
): Intervals {
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new ParameterError(`bootstrap: resamples=${resamples} must be a whole number, at least 1`);
  }
  const size = labels.length;
  const strata = speakerCounts(size, answers, outcomes);
  const drawn = strata.some((speakers) => speakers.length > 1) ? resamples : 0;
  const series = (): Float64Array => new Float64Array(drawn);
  const [accuracy, uar, macroF1, ece] = [series(), series(), series(), series()];
  const classes = labels.map(() => ({ precision: series(), recall: series(), f1: series() }));
  const random = new Random(seed, "bootstrap");
  const total = new Float64Array(size * size + 3 * RELIABILITY_BINS);
  for (let r = 0; r < drawn; r++) {
    total.fill(0);
    for (const speakers of strata) {
      for (let s = 0; s < speakers.length; s++) {
        const own = speakers[random.integer(speakers.length)]!;
        for (let i = 0; i < total.length; i++) total[i]! += own[i]!;
      }
    }
    const confusion = labels.map((_, t) => Array.from(total.subarray(t * size, (t + 1) * size)));
    const scores = scoresOf(labels, confusion);
    accuracy[r] = scores.accuracy;
    uar[r] = scores.uar;
    macroF1[r] = scores.macroF1;
    ece[r] = calibrationError(total.subarray(size * size), scores.n);
    for (const [i, label] of labels.entries()) store(classes[i]!, r, scores.perClass[label]!);
  }
  const met = new Set(outcomes.map(({ truth }) => truth));
  return {
    accuracy: percentileInterval(accuracy),
    uar: percentileInterval(uar),
    macroF1: percentileInterval(macroF1),
    ece: percentileInterval(ece),
    perClass: Object.fromEntries(
      labels.map((label, i) => {
        const of = (values: Float64Array): Interval => (met.has(i) ? percentileInterval(values) : null);
        const { precision, recall, f1 } = classes[i]!;
        return [label, { precision: of(precision), recall: of(recall), f1: of(f1) }];
      }),
    ),
  };
}

function store(series: Record<"precision" | "recall" | "f1", Float64Array>, r: number, scores: ClassScores): void {
  series.precision[r] = scores.precision;
  series.recall[r] = scores.recall;
  series.f1[r] = scores.f1;
}

/**
 * By corpus, a vector for each speaker that can be summed: the confusion matrix row by row, then by bin of confidence the
 * number of recordings, of right ones, and the sum of confidences.
 */
function speakerCounts(
  size: number,
  answers: readonly Pick<Answer, "corpus" | "speaker">[],
  outcomes: readonly Outcome[],
): Float64Array[][] {
  // By name, so that the order of the recordings does not change the draw.
  const grouped = (indices: Iterable<number>, key: "corpus" | "speaker"): number[][] =>
    [...groupBy(indices, (i) => answers[i]![key])].toSorted(([a], [b]) => compareText(a, b)).map(([, own]) => own);
  return grouped(answers.keys(), "corpus").map((corpus) =>
    grouped(corpus, "speaker").map((own) =>
      countsOf(
        size,
        own.map((i) => outcomes[i]!),
      ),
    ),
  );
}

function countsOf(size: number, outcomes: readonly Outcome[]): Float64Array {
  const counts = new Float64Array(size * size + 3 * RELIABILITY_BINS);
  for (const { truth, predicted, confidence } of outcomes) {
    counts[truth * size + predicted]! += 1;
    const bin = size * size + 3 * binOf(confidence, RELIABILITY_BINS);
    counts[bin]! += 1;
    counts[bin + 1]! += truth === predicted ? 1 : 0;
    counts[bin + 2]! += confidence;
  }
  return counts;
}

/** Expected calibration error from (recordings, right ones, sum of confidences) of each bin. */
function calibrationError(bins: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < bins.length; i += 3) sum += Math.abs(bins[i + 1]! - bins[i + 2]!);
  return sum / n;
}

/** The 2.5th and 97.5th percentile of `values`, in any order, shape (values); interpolated as numpy's `percentile`; null without any value. */
export function percentileInterval(values: Float64Array): Interval {
  if (values.length === 0) return null;
  const sorted = values.toSorted();
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}

/** numpy's `quantile` with its default, linear interpolation, of sorted values. */
function quantile(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
