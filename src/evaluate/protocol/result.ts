import type { FoldCoverage, Question, Split } from "../../corpora/index.ts";
import type { EpochRow } from "../../fit/index.ts";
import type { GroupSummary, Summary } from "../../metrics/index.ts";
import type { Calibration } from "../../model/index.ts";

/** The version of {@link ProtocolResult}. */
export const PROTOCOL_RESULT_FORMAT = 1;

/** Which code gave a figure. */
export interface Provenance {
  /** Of this package. */
  readonly version: string;
  /** Where it ran from a clone; "+" behind it when files had been changed. */
  readonly commit?: string;
}

/** How one run answers one question; without the curves, which stand at the totals. */
export type RunScores = Omit<GroupSummary, "reliability" | "coverage">;

/** Who is in which part. */
export type RunSplit =
  | Extract<Split, { kind: "speaker" }>
  /** Too many recordings to list: SHA-256 of their sorted ids, a line each. */
  | (Omit<Extract<Split, { kind: "random" }>, "speakers"> & {
      readonly parts: Readonly<Record<"train" | "validation" | "test", string>>;
    });

/** One training and its test. */
export interface ProtocolRun extends Provenance {
  /** Its number, from 1. */
  readonly fold: number;
  readonly seed: number;
  /** Who was in which part. */
  readonly split: RunSplit;
  /** Recordings in each part, and augmented copies beside the training part. */
  readonly recordings: Readonly<Record<"train" | "validation" | "test" | "copies", number>>;
  /** Copies that could not be made, and why. */
  readonly failedCopies: readonly string[];
  /** How many epochs it was trained. */
  readonly epochsRun: number;
  /** From 1; the epoch whose weights were tested, unless `restoreBest` was off. Null where there is none. */
  readonly bestEpoch: number | null;
  /** The learning curve, a row an epoch; without timings, so that a resumed run gives the same file. */
  readonly curve: readonly Omit<EpochRow, "seconds">[];
  /** What probabilities were softened by: fitted on the validation part; 1 where there is none. */
  readonly temperature: number;
  /** What the temperature was fitted on and did there; null where there is no validation part. */
  readonly calibration: Calibration | null;
  /** By question; null where no test recording belongs to it. */
  readonly scores: Readonly<Record<string, RunScores | null>>;
}

/** Mean and standard deviation (n − 1; null of a single value). */
export interface Spread {
  /** In the unit of what is spread. */
  readonly mean: number;
  /** Sample standard deviation, in the same unit; null with one value. */
  readonly sd: number | null;
}

/** What all runs say to one question. */
export interface QuestionResult extends Question {
  /** Runs that have recordings for it: folds × seeds. */
  readonly runs: number;
  /** Number of each fold that has. */
  readonly folds: readonly number[];
  /** Over the runs, each fold counting the same: what papers with folds report. */
  readonly overRuns: Readonly<Record<"accuracy" | "uar" | "macroF1" | "ece" | "brier", Spread>>;
  /** All answers of all folds and seeds together, with 95 % intervals by bootstrap over speakers. */
  readonly pooled: Summary;
}

/** The result file of `ser protocol`. The same command gives the same bytes, interrupted or not. */
export interface ProtocolResult extends Provenance {
  readonly kind: "protocol";
  /** Version of this shape. */
  readonly format: typeof PROTOCOL_RESULT_FORMAT;
  /** The protocol's name. */
  readonly protocol: string;
  /** The protocol in a sentence. */
  readonly summary: string;
  /** Where folds and figures to compare with come from. */
  readonly source: string;
  /** Speakers are in training and in test. */
  readonly leaky: boolean;
  /** E.g. "5 of 6 folds (not on disk: …); training without 06 13 17 22": belongs over every table. */
  readonly header: string;
  /** Name of what was trained. */
  readonly preset: string;
  /** Every setting of the training but folders and seed. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Every fold was trained once with each. */
  readonly seeds: readonly number[];
  /** What the model answers, in order. */
  readonly labels: readonly string[];
  /** What recordings there were. */
  readonly data: {
    /** Usable recordings by corpus. */
    readonly recordings: Readonly<Record<string, number>>;
    /** SHA-256 over the sorted lines "id, samples, rate": equal for equal recordings, whatever their format. */
    readonly sha256: string;
    /** Recordings left out on purpose, with reasons. */
    readonly excluded: Readonly<Record<string, string>>;
    /** Recordings that could not be read, with reasons. */
    readonly failed: Readonly<Record<string, string>>;
  };
  /** The folds that were asked for, what is there of them and what is missing. */
  readonly folds: readonly FoldCoverage[];
  /** By fold, then by seed; a missing fold has none. */
  readonly runs: readonly ProtocolRun[];
  /** The figures, question by question. */
  readonly questions: readonly QuestionResult[];
  /** The single answers of each seed, in files beside this one. */
  readonly answers: readonly { readonly seed: number; readonly file: string }[];
}
