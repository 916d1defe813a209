import { slugOf, type ReportEntry } from "./entry.ts";
import { comparisonFigures, figuresOf, type Figure } from "./figures.ts";
import { classTable, comparisonTable, errorTable, foldTable, groupTable, speakerTable, type Table } from "./tables.ts";
import { caveats, GLOSSARY, leakSentences } from "./words.ts";

/** A figure as a file beside the Markdown. */
export interface FigureFile extends Figure {
  /** Relative to the Markdown: "figures/seed-confusion.svg". */
  readonly path: string;
}

/** The report as Markdown, and the figures that it shows. */
export interface MarkdownReport {
  readonly text: string;
  readonly figures: readonly FigureFile[];
}

/** The whole report as Markdown with figures in files of their own. */
export function renderMarkdown(title: string, entries: readonly ReportEntry[]): MarkdownReport {
  const figures: FigureFile[] = [];
  const shown = (slug: string, own: readonly Figure[]): string[] =>
    own.map((figure) => {
      const path = `figures/${slug}-${figure.key}.svg`;
      figures.push({ ...figure, path });
      return `**${escapeMarkdown(figure.title)}**\n\n![${escapeMarkdown(figure.title)}](${path})`;
    });
  const parts = [
    `# ${escapeMarkdown(title)}`,
    ...(entries.length > 1
      ? [
          "## Side by side",
          ...leakSentences(entries).map((sentence) => `> ${escapeMarkdown(sentence)}`),
          table(comparisonTable(entries), false),
          ...shown("comparison", comparisonFigures(entries)),
        ]
      : []),
    ...entries.flatMap((entry) => {
      const { name, test, summary, facts, folds } = entry;
      const errors = errorTable(entry);
      return [
        `## ${escapeMarkdown(name)}`,
        `${escapeMarkdown(test)}: ${summary.n.toLocaleString("en")} answers, ${summary.speakers.toLocaleString("en")} speakers.`,
        ...caveats(entry).map((text) => `> ${escapeMarkdown(text)}`),
        table(groupTable(entry)),
        ...shown(slugOf(entry), figuresOf(entry)),
        table(classTable(entry)),
        ...(folds.length > 0 ? [table(foldTable(entry))] : []),
        ...(errors === null ? [] : [table(errors)]),
        table(speakerTable(entry)),
        "### Where it comes from",
        facts.map(([term, value]) => `- ${term}: ${escapeMarkdown(value)}`).join("\n"),
      ];
    }),
    "## What the words mean",
    GLOSSARY.map(([term, meaning]) => `- **${term}**: ${escapeMarkdown(meaning)}`).join("\n"),
  ];
  return { text: `${parts.join("\n\n")}\n`, figures };
}

/** Text that Markdown shows as it is, in a table's cell too. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|]/g, String.raw`\$&`).replaceAll(/[\r\n]+/g, " ");
}

function table({ title, head, rows, note, words }: Table, titled = true): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const rule = `| ${head.map((_, column) => (column < words ? "---" : "---:")).join(" | ")} |`;
  return [
    ...(titled ? [`### ${escapeMarkdown(title)}`, ""] : []),
    row(head),
    rule,
    ...rows.map(row),
    ...(note === undefined ? [] : ["", escapeMarkdown(note)]),
  ].join("\n");
}
