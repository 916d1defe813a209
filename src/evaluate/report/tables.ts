import { percent } from "../../arithmetic.ts";
import type { GroupSummary } from "../../metrics/index.ts";
import { withInterval } from "../per-cent.ts";
import type { FoldRow, ReportEntry } from "./entry.ts";
import { worstErrors } from "./worst-errors.ts";

/** A table as a page or Markdown shows it: the first column to the left, numbers to the right. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** A sentence under it. */
  readonly note?: string;
  /** How many columns from the left are words. */
  readonly words: number;
}

const SCORES = ["accuracy (95 %)", "UAR (95 %)", "macro F1 (95 %)"] as const;

function scoreCells({
  accuracy,
  uar,
  macroF1,
  intervals,
}: Pick<GroupSummary, "accuracy" | "uar" | "macroF1"> & Pick<FoldRow, "intervals">): string[] {
  return [
    withInterval(accuracy, intervals.accuracy),
    withInterval(uar, intervals.uar),
    withInterval(macroF1, intervals.macroF1),
  ];
}

const count = (n: number): string => n.toLocaleString("en");

/** All recordings, then by corpus and by sex. */
export function groupTable({ summary }: ReportEntry): Table {
  const row = (name: string, group: GroupSummary): string[] => [
    name,
    count(group.n),
    count(group.speakers),
    ...scoreCells(group),
    percent(group.ece),
    group.brier.toFixed(3),
    group.logLoss.toFixed(3),
  ];
  return {
    title: "By corpus and sex",
    head: ["", "recordings", "speakers", ...SCORES, "calibration error", "Brier", "log loss"],
    rows: [
      row("all", summary),
      // A group that is all of them would only say it twice.
      ...[...Object.entries(summary.perCorpus), ...Object.entries(summary.perSex)]
        .filter(([, group]) => group.n < summary.n)
        .map(([name, group]) => row(name, group)),
    ],
    note: "Per cent; Brier 0 … 2, log loss in nats. Intervals draw the speakers of each corpus; where there is one speaker there is none, with fewer than ten it is rough.",
    words: 1,
  };
}

/** Precision, recall, F1 of each label. */
export function classTable({ summary: { labels, perClass, intervals } }: ReportEntry): Table {
  return {
    title: "By emotion",
    head: ["emotion", "precision (95 %)", "recall (95 %)", "F1 (95 %)", "recordings"],
    rows: labels.map((label) => {
      const { precision, recall, f1, support } = perClass[label]!;
      const own = intervals.perClass[label]!;
      return [
        label,
        withInterval(precision, own.precision),
        withInterval(recall, own.recall),
        withInterval(f1, own.f1),
        count(support),
      ];
    }),
    words: 1,
  };
}

/** Each training of a protocol. */
export function foldTable({ folds, overFolds }: ReportEntry): Table {
  return {
    title: "By fold",
    head: ["fold", "tested", "seed", "recordings", ...SCORES, "calibration error"],
    rows: folds.map((fold) => [
      String(fold.fold),
      fold.title,
      String(fold.seed),
      count(fold.n),
      ...scoreCells(fold),
      percent(fold.ece),
    ]),
    ...(overFolds !== null && { note: overFolds }),
    words: 2,
  };
}

/** Every speaker, the hardest first. */
export function speakerTable({ summary }: ReportEntry): Table {
  const speakers = Object.entries(summary.perSpeaker).toSorted(([, a], [, b]) => a.accuracy - b.accuracy);
  return {
    title: "By speaker, the hardest first",
    head: ["speaker", "sex", "recordings", "accuracy", "UAR", "macro F1"],
    rows: speakers.map(([name, { sex, n, accuracy, uar, macroF1 }]) => [
      name,
      sex ?? "–",
      count(n),
      percent(accuracy),
      percent(uar),
      percent(macroF1),
    ]),
    words: 2,
  };
}

/** The most confident wrong answers. */
export function errorTable(entry: ReportEntry, most = 20): Table | null {
  if (entry.answers === null) return null;
  return {
    title: "The worst errors: wrong and most confident",
    head: ["recording", "true", "answered", "confidence", "probability of the true one"],
    rows: worstErrors(entry.answers, most).map(({ id, truth, answered, confidence, ofTruth }) => [
      id,
      truth,
      answered,
      percent(confidence),
      percent(ofTruth),
    ]),
    words: 3,
  };
}

/** All entries side by side. */
export function comparisonTable(entries: readonly ReportEntry[]): Table {
  return {
    title: "Side by side",
    head: ["result", "test", "split", "recordings", "speakers", ...SCORES, "calibration error"],
    rows: entries.map(({ name, test, leaky, summary }) => [
      name,
      test,
      leaky ? "LEAKY" : "honest",
      count(summary.n),
      count(summary.speakers),
      ...scoreCells(summary),
      percent(summary.ece),
    ]),
    words: 3,
  };
}
