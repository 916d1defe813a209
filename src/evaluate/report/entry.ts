import type { Interval, Summary } from "../../metrics/index.ts";
import type { AnswersTable } from "../answers-file.ts";
import type { Curve } from "../plot/index.ts";

/** One training and its test among several. */
export interface FoldRow {
  readonly fold: number;
  readonly title: string;
  readonly seed: number;
  readonly n: number;
  readonly accuracy: number;
  readonly uar: number;
  readonly macroF1: number;
  readonly ece: number;
  readonly intervals: { readonly accuracy: Interval; readonly uar: Interval; readonly macroF1: Interval };
}

/** One set of figures in a report: a whole evaluation, or what a protocol's result says to one question. */
export interface ReportEntry {
  /** Short and different from the others': "seed, ravdess-emobox". */
  readonly name: string;
  /** Name of what was trained. */
  readonly preset: string;
  /** What was tested, in a few words. */
  readonly test: string;
  /** Recordings or speakers of the test were in training. */
  readonly leaky: boolean;
  /** What is missing on the disk: stands over every table. Null where that is not known. */
  readonly header: string | null;
  /** What else is told of it, by name. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** All its figures. */
  readonly summary: Summary;
  /** Empty for an evaluation of one model. */
  readonly folds: readonly FoldRow[];
  /** Mean over the folds, and standard deviation where there are several: "64.1 ± 2.3". Null without folds. */
  readonly overFolds: string | null;
  /** Empty where no learning curve was kept. */
  readonly curves: readonly Curve[];
  /** The single answers; null where their file is not there. */
  readonly answers: AnswersTable | null;
}

/** A name as part of a file's name or an anchor: "seed, ravdess-emobox" → "seed-ravdess-emobox". */
export function slugOf({ name }: Pick<ReportEntry, "name">): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
