import { groupBy } from "../../grouping.ts";
import { outcomesOf, type Answer } from "../../metrics/index.ts";
import type { AnswersTable } from "../answers-file.ts";

/** A wrong answer. */
export interface WrongAnswer {
  /** Of the recording. */
  readonly id: string;
  /** The true label. */
  readonly truth: string;
  /** The label that was answered. */
  readonly answered: string;
  /** Probability of what was answered. */
  readonly confidence: number;
  /** Probability of the truth. */
  readonly ofTruth: number;
}

/** The wrong answers, the most confident first, at most `most` of them. */
export function worstErrors({ labels, answers }: AnswersTable, most: number): WrongAnswer[] {
  if (answers.length === 0) return [];
  return outcomesOf(labels, answers)
    .map(({ truth, predicted, confidence }, i) => ({ truth, predicted, confidence, answer: answers[i]! }))
    .filter(({ truth, predicted }) => truth !== predicted)
    .toSorted((a, b) => b.confidence - a.confidence)
    .slice(0, most)
    .map(({ truth, predicted, confidence, answer }) => ({
      id: answer.id,
      truth: labels[truth]!,
      answered: labels[predicted]!,
      confidence,
      ofTruth: answer.probabilities[truth]!,
    }));
}

/** Answers of several seeds as one each recording: the mean of its probabilities. */
export function meanAnswers(answers: readonly Answer[]): Answer[] {
  return [...groupBy(answers, ({ id }) => id).values()].map((own) => ({
    ...own[0]!,
    probabilities: own[0]!.probabilities.map(
      (_, i) => own.reduce((sum, each) => sum + each.probabilities[i]!, 0) / own.length,
    ),
  }));
}
