import { percent } from "../../arithmetic.ts";
import { COLOURS, escapeText, FIGURE_STYLE } from "../plot/index.ts";
import { slugOf, type ReportEntry } from "./entry.ts";
import { comparisonFigures, figuresOf, type Figure } from "./figures.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { classTable, comparisonTable, errorTable, foldTable, groupTable, speakerTable, type Table } from "./tables.ts";
import { caveats, GLOSSARY, leakSentences } from "./words.ts";
import { renderInterval, type Interval } from "../../metrics/index.ts";

/** The whole report as one page: style and figures inside, no script, nothing fetched. */
export function renderHtml(title: string, entries: readonly ReportEntry[]): string {
  const several = entries.length > 1;
  const body = [
    `<h1>${escapeText(title)}</h1>`,
    several ? comparison(entries) : "",
    ...entries.map(section),
    `<section><h2>What the words mean</h2><dl>${GLOSSARY.map(([term, meaning]) => `<dt>${escapeText(term)}</dt><dd>${escapeText(meaning)}</dd>`).join("")}</dl></section>`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>${COLOURS}${FIGURE_STYLE}${PAGE_STYLE}</style>
</head>
<body>
<main>
${body.filter((part) => part !== "").join("\n")}
</main>
</body>
</html>
`;
}

function comparison(entries: readonly ReportEntry[]): string {
  const links = entries.map((entry) => `<li><a href="#${slugOf(entry)}">${escapeText(entry.name)}</a></li>`);
  return `<section>
<h2>Side by side</h2>
${leakSentences(entries)
  .map((sentence) => `<p class="warning">${escapeText(sentence)}</p>`)
  .join("\n")}
${table(comparisonTable(entries), false)}
<div class="figures">${comparisonFigures(entries).map(picture).join("\n")}</div>
<ul class="contents">${links.join("")}</ul>
</section>`;
}

function section(entry: ReportEntry): string {
  const { name, test, leaky, summary, facts, folds } = entry;
  const figures = figuresOf(entry);
  const errors = errorTable(entry);
  const warnings = caveats(entry).map(
    (text, i) => `<p class="${leaky && i === 0 ? "warning" : "header"}">${escapeText(text)}</p>`,
  );
  return `<section id="${slugOf(entry)}">
<h2>${escapeText(name)}</h2>
<p class="lead">${escapeText(test)}: ${summary.n.toLocaleString("en")} answers, ${summary.speakers.toLocaleString("en")} speakers.</p>
${warnings.join("\n")}
<div class="tiles">
${tile("accuracy", summary.accuracy, summary.intervals.accuracy)}
${tile("UAR", summary.uar, summary.intervals.uar)}
${tile("macro F1", summary.macroF1, summary.intervals.macroF1)}
${tile("calibration error", summary.ece, summary.intervals.ece)}
</div>
<div class="figures">${figures.map(picture).join("\n")}</div>
${table(groupTable(entry))}
${table(classTable(entry))}
${folds.length > 0 ? table(foldTable(entry)) : ""}
<div class="figures">
${errors === null ? "" : `<div>${table(errors)}</div>`}
<div>${table(speakerTable(entry))}</div>
</div>
<h3>Where it comes from</h3>
<dl>${facts.map(([term, value]) => `<dt>${escapeText(term)}</dt><dd>${escapeText(value)}</dd>`).join("")}</dl>
</section>`;
}

function tile(title: string, value: number, interval: Interval): string {
  const range = interval === null ? "one speaker, no interval" : `95 %: ${renderInterval(interval)}`;
  return `<div class="tile"><span>${title}</span><b>${percent(value)} %</b><span>${range}</span></div>`;
}

function picture({ title, svg }: Figure): string {
  return `<figure><figcaption>${escapeText(title)}</figcaption>${svg}</figure>`;
}

function table({ title, head, rows, note, words }: Table, titled = true): string {
  const cell = (tag: "td" | "th", text: string, column: number): string =>
    `<${tag}${column < words ? "" : ' class="number"'}>${escapeText(text)}</${tag}>`;
  const line = (tag: "td" | "th", cells: readonly string[]): string =>
    `<tr>${cells.map((text, column) => cell(tag, text, column)).join("")}</tr>`;
  return `${titled ? `<h3>${escapeText(title)}</h3>` : ""}
<div class="scroll"><table>
<thead>${line("th", head)}</thead>
<tbody>
${rows.map((row) => line("td", row)).join("\n")}
</tbody>
</table></div>${note === undefined ? "" : `\n<p class="note">${escapeText(note)}</p>`}`;
}
