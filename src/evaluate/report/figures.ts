import {
  plotClassBars,
  plotComparison,
  plotConfusion,
  plotCoverage,
  plotCurves,
  plotReliability,
} from "../plot/index.ts";
import type { ReportEntry } from "./entry.ts";

/** A picture with its title. */
export interface Figure {
  /** Part of a file's name: "confusion". */
  readonly key: string;
  readonly title: string;
  readonly svg: string;
}

/** The figures of one entry, in the order of the report. */
export function figuresOf({ summary, curves }: ReportEntry): Figure[] {
  return [
    { key: "confusion", title: "Confusion matrix", svg: plotConfusion(summary) },
    { key: "reliability", title: "Is it as sure as it is right?", svg: plotReliability(summary) },
    { key: "classes", title: "Precision, recall and F1 by emotion", svg: plotClassBars(summary) },
    { key: "coverage", title: "Accuracy when the least confident are refused", svg: plotCoverage(summary) },
    ...(curves.length === 0
      ? []
      : [
          {
            key: "curves",
            title: curves.length === 1 ? "Learning curve" : `Learning curves of ${curves.length} trainings`,
            svg: plotCurves(curves),
          },
        ]),
  ];
}

/** The figures that show several entries side by side. */
export function comparisonFigures(entries: readonly ReportEntry[]): Figure[] {
  const rows = (metric: "accuracy" | "uar") =>
    entries.map(({ name, leaky, summary }) => ({
      name,
      leaky,
      value: summary[metric],
      interval: summary.intervals[metric],
    }));
  return [
    { key: "uar", title: "Unweighted average recall (UAR)", svg: plotComparison("UAR", rows("uar")) },
    { key: "accuracy", title: "Accuracy", svg: plotComparison("accuracy", rows("accuracy")) },
  ];
}
