import { mkdirSync } from "node:fs";
import path from "node:path";
import { InputError } from "../../errors.ts";
import { writeAtomically } from "../../files.node.ts";
import { standalone } from "../plot/index.ts";
import type { ReportEntry } from "./entry.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";

/**
 * Writes `index.html`, `report.md` and `figures/*.svg` into a folder, which is made where there is none.
 *
 * @returns the paths written, the page first.
 * @throws InputError `file_unreadable` when the folder cannot be made or written to.
 */
export async function writeReport(folder: string, title: string, entries: readonly ReportEntry[]): Promise<string[]> {
  const markdown = renderMarkdown(title, entries);
  const files: [name: string, text: string][] = [
    ["index.html", renderHtml(title, entries)],
    ["report.md", markdown.text],
    ...markdown.figures.map(({ path: name, svg }): [string, string] => [name, standalone(svg)]),
  ];
  try {
    mkdirSync(path.join(folder, "figures"), { recursive: true });
    for (const [name, text] of files) await writeAtomically(path.join(folder, name), text);
  } catch (cause) {
    throw new InputError(
      "file_unreadable",
      `${folder}: the report cannot be written there (${(cause as Error).message})`,
      {
        cause,
      },
    );
  }
  return files.map(([name]) => path.join(folder, name));
}
