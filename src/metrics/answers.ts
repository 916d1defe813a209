import { ParameterError } from "../errors.ts";

/** A model's answer to one recording whose true label is known. */
export interface Answer {
  /** Of the recording, unique among the answers: `ravdess/03-01-05-01-01-01-01`. */
  readonly id: string;
  readonly corpus: string;
  /** Unique over all corpora: `ravdess/01`. Intervals draw speakers, not recordings. */
  readonly speaker: string;
  /** Null where the corpus does not tell. */
  readonly sex: "female" | "male" | null;
  /** The true label. */
  readonly truth: string;
  /** Probability of each label, in the order of the labels, summing to 1. */
  readonly probabilities: readonly number[];
}

/** An answer reduced to what most metrics need. */
export interface Outcome {
  /** Index of the true label. */
  readonly truth: number;
  /** Index of the most probable label; of equally probable ones the first, as numpy's `argmax`. */
  readonly predicted: number;
  /** Probability of the most probable label. */
  readonly confidence: number;
}

/** How far probabilities may miss a sum of 1: networks answer in float32, files round. */
const SUM_TOLERANCE = 1e-3;

/** The outcome of each answer. @throws ParameterError when there is none, or one of them breaks the rules of {@link Answer}. */
export function outcomesOf(labels: readonly string[], answers: readonly Answer[]): Outcome[] {
  if (answers.length === 0) throw new ParameterError("metrics: there are no answers to score (n = 0)");
  const place = new Map(labels.map((label, i) => [label, i]));
  if (place.size !== labels.length) {
    throw new ParameterError(`metrics: labels must be different, got ${labels.join(", ")}`);
  }
  return answers.map(({ id, truth, probabilities }) => {
    const index = place.get(truth);
    if (index === undefined) {
      throw new ParameterError(`metrics: ${id}: truth "${truth}" is none of the labels ${labels.join(", ")}`);
    }
    checkProbabilities(id, labels.length, probabilities);
    const confidence = Math.max(...probabilities);
    return { truth: index, predicted: probabilities.indexOf(confidence), confidence };
  });
}

function checkProbabilities(id: string, count: number, probabilities: readonly number[]): void {
  if (probabilities.length !== count) {
    throw new ParameterError(`metrics: ${id}: ${probabilities.length} probabilities for ${count} labels`);
  }
  let sum = 0;
  for (const p of probabilities) {
    if (!(p >= 0 && p <= 1 + SUM_TOLERANCE))
      throw new ParameterError(`metrics: ${id}: probability ${p} is not in 0 … 1`);
    sum += p;
  }
  if (Math.abs(sum - 1) > SUM_TOLERANCE) {
    throw new ParameterError(`metrics: ${id}: the probabilities sum to ${sum}, not to 1`);
  }
}

/** How often each label was predicted for each true label, of outcomes. */
export function confusionOf(size: number, outcomes: readonly Outcome[]): number[][] {
  const confusion = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  for (const { truth, predicted } of outcomes) confusion[truth]![predicted]! += 1;
  return confusion;
}
