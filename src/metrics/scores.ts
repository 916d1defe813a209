import { ParameterError } from "../errors.ts";
import { type Confusion, confusionMatrix } from "./confusion.ts";

/** How well one label is recognised; every figure is a share in [0, 1], and 0 where its denominator is 0. */
export interface ClassScores {
  /** Of the recordings predicted as this label, the share that are it. */
  readonly precision: number;
  /** Of the recordings that are this label, the share predicted as it. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** How many recordings truly are this label. */
  readonly support: number;
}

/** What an evaluation says of a set of recordings. */
export interface Scores {
  /** Number of recordings, at least 1. */
  readonly n: number;
  /** Share of recordings with the right label ("WA" in the literature). */
  readonly accuracy: number;
  /** Unweighted average recall: mean recall over the labels that occur in the truth ("UA", balanced accuracy). */
  readonly uar: number;
  /** Mean F1 over the labels that occur in the truth or among the predictions. */
  readonly macroF1: number;
  /** The labels in the order of the confusion matrix (an object's own order fails for labels such as "10"). */
  readonly labels: readonly string[];
  /** By label; a label that never occurs has support 0 and zeros. */
  readonly perClass: Readonly<Record<string, ClassScores>>;
  /** Rows true, columns predicted, in the order of `labels`. */
  readonly confusion: Confusion;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}

/**
 * Scores of a confusion matrix, e.g. the sum of several folds' matrices.
 *
 * @param labels the labels of its rows and columns.
 * @throws ParameterError when the matrix is not labels × labels or counts no recording: there is no score of nothing.
 */
export function scoresOf(labels: readonly string[], confusion: Confusion): Scores {
  if (confusion.length !== labels.length || confusion.some((row) => row.length !== labels.length)) {
    throw new ParameterError(`scoresOf: confusion must be ${labels.length} × ${labels.length}, one row a label`);
  }
  const supports = confusion.map(sum);
  const predictions = labels.map((_, p) => sum(confusion.map((row) => row[p]!)));
  const hits = labels.map((_, i) => confusion[i]![i]!);
  const n = sum(supports);
  if (n === 0) throw new ParameterError("scores: there are no recordings to score (n = 0)");

  const classes = labels.map((_, i): ClassScores => {
    const [hit, support, predicted] = [hits[i]!, supports[i]!, predictions[i]!];
    return {
      precision: ratio(hit, predicted),
      recall: ratio(hit, support),
      f1: ratio(2 * hit, support + predicted),
      support,
    };
  });
  const present = classes.filter((scores) => scores.support > 0);
  const met = classes.filter((scores, i) => scores.support > 0 || predictions[i]! > 0);
  return {
    n,
    accuracy: sum(hits) / n,
    uar: sum(present.map((scores) => scores.recall)) / present.length,
    macroF1: sum(met.map((scores) => scores.f1)) / met.length,
    labels: [...labels],
    perClass: Object.fromEntries(labels.map((label, i) => [label, classes[i]!])),
    confusion,
  };
}

/**
 * Accuracy, UAR, macro F1, scores by label and the confusion matrix of `predicted` against `truth`. In scikit-learn:
 *
 * - `accuracy` = `accuracy_score(truth, predicted)`
 * - `uar` = `balanced_accuracy_score(truth, predicted)`
 * - `macroF1` = `f1_score(truth, predicted, average="macro", zero_division=0)`, whose default labels are those of truth
 *   and prediction; a label of `labels` that occurs in neither does not lower the mean
 * - `perClass` = `precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)`
 * - `confusion` = `confusion_matrix(truth, predicted, labels=labels)`
 *
 * @param labels all labels a model may answer, each once.
 * @param truth the true label of each recording.
 * @param predicted the predicted label of each recording, as long as `truth`.
 * @throws ParameterError when the lengths differ, a label is not in `labels`, or there is no recording.
 */
export function scores(labels: readonly string[], truth: readonly string[], predicted: readonly string[]): Scores {
  return scoresOf(labels, confusionMatrix(labels, truth, predicted));
}
