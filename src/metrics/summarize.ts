import { compareText, groupBy } from "../grouping.ts";
import { confusionOf, outcomesOf, type Answer, type Outcome } from "./answers.ts";
import { bootstrapIntervals, type BootstrapOptions, type Intervals } from "./bootstrap.ts";
import { brierScore, expectedCalibrationError, logLoss, reliabilityCurve, type ReliabilityBin } from "./calibration.ts";
import { coverageCurve, type CoverageCurve } from "./coverage.ts";
import { scoresOf, type Scores } from "./scores.ts";

/** Everything that is told of a set of recordings. */
export interface GroupSummary extends Scores {
  /** Number of different speakers. */
  readonly speakers: number;
  /** 95 %, by bootstrap over speakers. */
  readonly intervals: Intervals;
  /** Expected calibration error: top label, 15 bins of equal width, closed on the right. */
  readonly ece: number;
  /** Brier score: sum over labels, mean over recordings. */
  readonly brier: number;
  /** Mean −log of the true label's probability, nats. */
  readonly logLoss: number;
  /** Confidence against share of right answers, bin by bin. */
  readonly reliability: readonly ReliabilityBin[];
  /** Accuracy when the least confident answers are left out. */
  readonly coverage: CoverageCurve;
}

/** What is told of one speaker: too few recordings for more. */
export interface SpeakerScores extends Pick<Scores, "n" | "accuracy" | "uar" | "macroF1"> {
  readonly corpus: string;
  readonly sex: Answer["sex"];
}

/** What is told of all recordings, and of the groups that they fall into; plain data, JSON as it stands. */
export interface Summary extends GroupSummary {
  /** By corpus. */
  readonly perCorpus: Readonly<Record<string, GroupSummary>>;
  /** `female`, `male`, `unknown`, as far as they occur. */
  readonly perSex: Readonly<Record<string, GroupSummary>>;
  /** By speaker. */
  readonly perSpeaker: Readonly<Record<string, SpeakerScores>>;
}

/**
 * All metrics of a model's answers, with 95 % intervals: overall, by corpus, by sex, by speaker. What each one means, and
 * its scikit-learn twin, stands at its own function.
 *
 * @throws ParameterError without answers, or when one breaks the rules of {@link Answer}.
 */
export function summarize(
  labels: readonly string[],
  answers: readonly Answer[],
  options: BootstrapOptions = {},
): Summary {
  const outcomes = outcomesOf(labels, answers);
  const groups = (key: (answer: Answer) => string): [string, number[]][] => {
    const found = groupBy(answers.keys(), (i) => key(answers[i]!));
    return [...found].toSorted(([a], [b]) => compareText(a, b));
  };
  const group = (indices: readonly number[]): GroupSummary =>
    summarizeGroup(
      labels,
      indices.map((i) => answers[i]!),
      indices.map((i) => outcomes[i]!),
      options,
    );
  const summaries = (key: (answer: Answer) => string): Record<string, GroupSummary> =>
    Object.fromEntries(groups(key).map(([name, indices]) => [name, group(indices)]));
  return {
    ...group([...answers.keys()]),
    perCorpus: summaries(({ corpus }) => corpus),
    perSex: summaries(({ sex }) => sex ?? "unknown"),
    perSpeaker: Object.fromEntries(
      groups(({ speaker }) => speaker).map(([name, indices]): [string, SpeakerScores] => {
        const { corpus, sex } = answers[indices[0]!]!;
        const own = indices.map((i) => outcomes[i]!);
        const { n, accuracy, uar, macroF1 } = scoresOf(labels, confusionOf(labels.length, own));
        return [name, { corpus, sex, n, accuracy, uar, macroF1 }];
      }),
    ),
  };
}

function summarizeGroup(
  labels: readonly string[],
  answers: readonly Answer[],
  outcomes: readonly Outcome[],
  options: BootstrapOptions,
): GroupSummary {
  const probabilities = answers.map((answer) => answer.probabilities);
  const truth = outcomes.map((outcome) => outcome.truth);
  return {
    ...scoresOf(labels, confusionOf(labels.length, outcomes)),
    speakers: new Set(answers.map(({ speaker }) => speaker)).size,
    intervals: bootstrapIntervals(labels, answers, outcomes, options),
    ece: expectedCalibrationError(outcomes),
    brier: brierScore(probabilities, truth),
    logLoss: logLoss(probabilities, truth),
    reliability: reliabilityCurve(outcomes),
    coverage: coverageCurve(outcomes),
  };
}
