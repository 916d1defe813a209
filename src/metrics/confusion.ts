import { ParameterError } from "../errors.ts";

/** Counts of (true, predicted) pairs: `confusion[t][p]`, rows true, columns predicted, both in the order of the labels. */
export type Confusion = readonly (readonly number[])[];

/**
 * Counts how often each label was predicted for each true label; scikit-learn's
 * `confusion_matrix(truth, predicted, labels=labels)`.
 *
 * @param labels all labels, each once; the order of rows and columns.
 * @param truth the true label of each recording.
 * @param predicted the predicted label of each recording, as long as `truth`.
 * @throws ParameterError when the lengths differ, a label stands twice in `labels`, or a label is not in `labels`.
 */
export function confusionMatrix(
  labels: readonly string[],
  truth: readonly string[],
  predicted: readonly string[],
): number[][] {
  if (truth.length !== predicted.length) {
    throw new ParameterError(
      `confusionMatrix: truth and predicted must have the same length, got ${truth.length} and ${predicted.length}`,
    );
  }
  const place = new Map(labels.map((label, i) => [label, i]));
  if (place.size !== labels.length) {
    throw new ParameterError(`confusionMatrix: labels must be different, got ${labels.join(", ")}`);
  }
  const placeOf = (label: string): number => {
    const i = place.get(label);
    if (i === undefined) {
      throw new ParameterError(`confusionMatrix: "${label}" is none of the labels ${labels.join(", ")}`);
    }
    return i;
  };
  const confusion = labels.map(() => labels.map(() => 0));
  truth.forEach((label, i) => {
    confusion[placeOf(label)]![placeOf(predicted[i]!)]! += 1;
  });
  return confusion;
}
