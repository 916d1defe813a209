import { percent } from "../arithmetic.ts";
import { alignColumns } from "../text-table.ts";
import type { Scores } from "./scores.ts";

/** Rows of cells as lines of aligned text, two spaces between columns; the first column is left-aligned. */
export function alignRows(rows: readonly (readonly string[])[]): string[] {
  return alignColumns(rows, (column) => column > 0);
}

/**
 * Scores as text for a terminal: one line of summary, a table by label (percent), and the confusion matrix (counts, a
 * dot for none). A figure without a denominator – the precision of a label never predicted, the recall of one that does
 * not occur – is shown as a dash, not as the 0 that it counts as.
 */
export function renderScores(scores: Scores): string {
  const { labels } = scores;
  const predicted = labels.map((_, p) => scores.confusion.reduce((total, row) => total + row[p]!, 0));
  const summary =
    `accuracy ${percent(scores.accuracy)} %   UAR ${percent(scores.uar)} %   ` +
    `macro F1 ${percent(scores.macroF1)} %   n ${scores.n.toLocaleString("en")}`;
  const table = alignRows([
    ["", "precision", "recall", "F1", "support"],
    ...labels.map((label, i) => {
      const { precision, recall, f1, support } = scores.perClass[label]!;
      return [
        label,
        predicted[i] === 0 ? "–" : percent(precision),
        support === 0 ? "–" : percent(recall),
        predicted[i] === 0 && support === 0 ? "–" : percent(f1),
        support.toLocaleString("en"),
      ];
    }),
  ]);
  const matrix = alignRows([
    ["true \\ predicted", ...labels],
    ...labels.map((label, t) => [
      label,
      ...scores.confusion[t]!.map((count) => (count === 0 ? "·" : count.toLocaleString("en"))),
    ]),
  ]);
  return [summary, "", ...table, "", ...matrix].join("\n");
}
