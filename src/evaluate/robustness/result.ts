import type { Utterance } from "../../corpora/index.ts";
import { groupBy } from "../../grouping.ts";
import { bootstrapIntervals, scores, type Interval } from "../../metrics/index.ts";
import type { Condition } from "./condition.ts";

/** How many recordings keep their prediction, and how well these are recognised; all are shares in [0, 1]. */
export interface Steadiness {
  /** Recordings whose prediction is the clean one. "No speech" is a prediction: to lose or to gain one is a change. */
  readonly unchanged: number;
  /** Share of recordings with the right label; "no speech" is never right. */
  readonly accuracy: number;
  /** Mean recall over the labels that occur; "no speech" is never right. */
  readonly uar: number;
  /** Recordings in which the gate heard no speech. */
  readonly noSpeech: number;
}

/** What was measured of one condition. */
export interface MeasuredCondition extends Pick<Condition, "name" | "description" | "parameters">, Steadiness {
  readonly measured: true;
  /** 95 %, by bootstrap over the speakers of each corpus; null where no corpus has two. */
  readonly intervals: { readonly unchanged: Interval; readonly uar: Interval };
  /** The same figures by corpus. */
  readonly perCorpus: Readonly<Record<string, Steadiness>>;
}

/** A condition that this machine cannot make. */
export interface UnmeasuredCondition extends Pick<Condition, "name" | "description" | "parameters"> {
  readonly measured: false;
  /** Why it could not be measured, for people. */
  readonly reason: string;
}

/** What {@link robustnessOf} finds; plain data, JSON as it stands. The same inputs give the same result. */
export interface Robustness {
  readonly kind: "robustness";
  /** Of the table of conditions, from 1: an integer that grows when one changes. */
  readonly conditionsVersion: number;
  /** What was tested. */
  readonly model: {
    /** SHA-256 of the file. */
    readonly sha256: string;
    readonly preset: string;
    readonly featureSet: string;
  };
  /** What it was tested on. */
  readonly recordings: {
    /** How many were recognised. */
    readonly n: number;
    readonly speakers: number;
    readonly perCorpus: Readonly<Record<string, number>>;
    /** SHA-256 of their ids, sorted, a line each. */
    readonly sha256: string;
    /** How many of them the model was trained or chosen on: with any, the figures are leaky. */
    readonly seen: number;
    /** Ids of those that are digital silence. */
    readonly silent: readonly string[];
    /** Those that could not be read. */
    readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  };
  readonly labels: readonly string[];
  /** The recordings as they are; all are unchanged. */
  readonly clean: MeasuredCondition;
  /** In the order of the table. */
  readonly conditions: readonly (MeasuredCondition | UnmeasuredCondition)[];
}

/** A recording, its true label, and its predictions. */
export interface Predicted {
  readonly utterance: Utterance;
  /** Index of its label. */
  readonly truth: number;
  /** Indices of labels, −1 for no speech: clean, then under each condition. */
  readonly predictions: readonly number[];
}

/** What stands for no speech among the labels. */
const NO_SPEECH = "(no speech)";

/** The row of one condition. @param column of `predictions`. */
export function measure(
  condition: Pick<Condition, "name" | "description" | "parameters">,
  labels: readonly string[],
  recordings: readonly Predicted[],
  column: number,
): MeasuredCondition {
  const { name, description, parameters } = condition;
  const corpora = groupBy(recordings, ({ utterance }) => utterance.corpus);
  // One more label: metrics count by index, and it is never the truth.
  const all = [...labels, NO_SPEECH];
  const index = (prediction: number): number => (prediction < 0 ? labels.length : prediction);
  const speakers = recordings.map(({ utterance: { corpus, speaker } }) => ({ corpus, speaker }));
  const against = (truth: (recording: Predicted) => number): ReturnType<typeof bootstrapIntervals> =>
    bootstrapIntervals(
      all,
      speakers,
      recordings.map((recording) => ({
        truth: index(truth(recording)),
        predicted: index(recording.predictions[column]!),
        confidence: 1,
      })),
    );
  return {
    name,
    description,
    parameters,
    measured: true,
    ...steadiness(all, recordings, column),
    intervals: {
      // Agreement with the clean prediction is accuracy with that for the truth.
      unchanged: against(({ predictions }) => predictions[0]!).accuracy,
      uar: against(({ truth }) => truth).uar,
    },
    perCorpus: Object.fromEntries([...corpora].map(([corpus, own]) => [corpus, steadiness(all, own, column)])),
  };
}

function steadiness(labels: readonly string[], recordings: readonly Predicted[], column: number): Steadiness {
  const share = (holds: (recording: Predicted) => boolean): number =>
    recordings.filter(holds).length / recordings.length;
  const name = (prediction: number): string => labels.at(prediction)!;
  const { accuracy, uar } = scores(
    labels,
    recordings.map(({ truth }) => name(truth)),
    recordings.map(({ predictions }) => name(predictions[column]!)),
  );
  return {
    unchanged: share(({ predictions }) => predictions[column] === predictions[0]),
    accuracy,
    uar,
    noSpeech: share(({ predictions }) => predictions[column] === -1),
  };
}
