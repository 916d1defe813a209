import { percent } from "../arithmetic.ts";
import type { Interval } from "./bootstrap.ts";
import { alignRows, renderScores } from "./render-scores.ts";
import type { GroupSummary, Summary } from "./summarize.ts";

/** An interval of shares as "58.0–64.6" per cent; a dash where there is none. */
export function renderInterval(interval: Interval): string {
  return interval === null ? "–" : interval.map(percent).join("–");
}

/** A summary as text for a terminal: scores, then by corpus and sex with intervals, then calibration. */
export function renderSummary(summary: Summary): string {
  const { perCorpus, perSex, intervals, coverage } = summary;
  const row = (name: string, group: GroupSummary): string[] => [
    name,
    percent(group.accuracy),
    renderInterval(group.intervals.accuracy),
    percent(group.uar),
    renderInterval(group.intervals.uar),
    percent(group.macroF1),
    renderInterval(group.intervals.macroF1),
    group.n.toLocaleString("en"),
    group.speakers.toLocaleString("en"),
  ];
  const groups = alignRows([
    ["", "accuracy", "95 %", "UAR", "95 %", "macro F1", "95 %", "recordings", "speakers"],
    row("all", summary),
    ...[...Object.entries(perCorpus), ...Object.entries(perSex)].map(([name, group]) => row(name, group)),
  ]);
  const half = coverage.points.find((point) => point.coverage >= 0.5)!;
  const calibration =
    `calibration error ${percent(summary.ece)} % (95 %: ${renderInterval(intervals.ece)})   ` +
    `Brier score ${summary.brier.toFixed(3)}   log loss ${summary.logLoss.toFixed(3)} nats`;
  const coverageLine =
    `accuracy of the surer half ${percent(half.accuracy)} % (confidence at least ${percent(half.threshold)} %)   ` +
    `area under accuracy over coverage ${percent(coverage.area)} %`;
  const note = "95 % intervals: bootstrap over the speakers of each corpus; a dash where there is one speaker only";
  return [renderScores(summary), "", ...groups, note, "", calibration, coverageLine].join("\n");
}
