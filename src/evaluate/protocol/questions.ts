import type { Question } from "../../corpora/index.ts";
import { labelOf, parseLabelMap } from "../../emotions.ts";
import type { Answer } from "../../metrics/index.ts";

/** Answers in the labels of a question. */
export interface QuestionAnswers {
  readonly labels: readonly string[];
  /** One for each recording that the question asks for. */
  readonly answers: readonly Answer[];
}

/**
 * What a model's answers say to a question: those of its corpora, with the probabilities of labels that are one in the
 * question added up (calm counts as neutral where the question has seven emotions).
 *
 * @param labels what the model answers, in the order of its probabilities
 */
export function answersTo(question: Question, labels: readonly string[], answers: readonly Answer[]): QuestionAnswers {
  const map = parseLabelMap(question.labels);
  const target = (label: string): number => {
    const index = map.labels.indexOf(labelOf(map, label) ?? "");
    if (index < 0) throw new Error(`question ${question.name}: the model's label ${label} is none of its labels`);
    return index;
  };
  const places = labels.map(target);
  const asked = answers.filter(({ corpus }) => question.corpora === undefined || question.corpora.includes(corpus));
  return {
    labels: map.labels,
    answers: asked.map((answer) => {
      const probabilities = map.labels.map(() => 0);
      for (const [i, p] of answer.probabilities.entries()) probabilities[places[i]!]! += p;
      return { ...answer, truth: map.labels[target(answer.truth)]!, probabilities };
    }),
  };
}
