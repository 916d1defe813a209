import type { Question } from "../../corpora/index.ts";
import { summarize, type Answer, type BootstrapOptions, type Summary } from "../../metrics/index.ts";
import { answersTo } from "./questions.ts";
import type { ProtocolRun, QuestionResult, RunScores, Spread } from "./result.ts";

/** Mean and sample standard deviation. */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: null };
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(square / (values.length - 1)) };
}

/** How the answers of one run answer each question. */
export function scoreRun(
  questions: readonly Question[],
  labels: readonly string[],
  answers: readonly Answer[],
  options: BootstrapOptions = {},
): Record<string, RunScores | null> {
  return Object.fromEntries(
    questions.map((question) => {
      const asked = answersTo(question, labels, answers);
      return [
        question.name,
        asked.answers.length === 0 ? null : compact(summarize(asked.labels, asked.answers, options)),
      ];
    }),
  );
}

function compact(summary: Summary): RunScores {
  const { perCorpus: _, perSex: __, perSpeaker: ___, reliability: ____, coverage: _____, ...scores } = summary;
  return scores;
}

/** What all runs together say to each question that any of them has recordings for. */
export function totalsOf(
  questions: readonly Question[],
  labels: readonly string[],
  runs: readonly { readonly run: ProtocolRun; readonly answers: readonly Answer[] }[],
  options: BootstrapOptions = {},
): QuestionResult[] {
  return questions.flatMap((question) => {
    const scored = runs.flatMap(({ run }) => {
      const scores = run.scores[question.name];
      return scores ? [{ fold: run.fold, scores }] : [];
    });
    if (scored.length === 0) return [];
    const pooled = answersTo(
      question,
      labels,
      runs.flatMap(({ answers }) => answers),
    );
    const over = (metric: "accuracy" | "uar" | "macroF1" | "ece" | "brier"): Spread =>
      spread(scored.map(({ scores }) => scores[metric]));
    return [
      {
        ...question,
        runs: scored.length,
        folds: [...new Set(scored.map(({ fold }) => fold))],
        overRuns: {
          accuracy: over("accuracy"),
          uar: over("uar"),
          macroF1: over("macroF1"),
          ece: over("ece"),
          brier: over("brier"),
        },
        pooled: summarize(pooled.labels, pooled.answers, options),
      },
    ];
  });
}
