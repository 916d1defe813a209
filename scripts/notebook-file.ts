import { readFileSync } from "node:fs";
import { writeAtomically } from "../src/files.node.ts";

/** What a cell has left below it. */
export type Output =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: readonly string[] }
  | {
      readonly output_type: "display_data";
      readonly data: Readonly<Record<string, readonly string[]>>;
      readonly metadata: object;
    };

export interface CodeCell {
  readonly cell_type: "code";
  readonly id: string;
  readonly metadata: object;
  readonly source: readonly string[];
  readonly execution_count: number | null;
  readonly outputs: readonly Output[];
}

export interface MarkdownCell {
  readonly cell_type: "markdown";
  readonly id: string;
  readonly metadata: object;
  readonly source: readonly string[];
}

/** The part of Jupyter's nbformat 4.5 that our notebook uses. */
export interface Notebook {
  readonly cells: readonly (CodeCell | MarkdownCell)[];
  readonly metadata: object;
  readonly nbformat: 4;
  readonly nbformat_minor: 5;
}

export const isCode = (cell: CodeCell | MarkdownCell): cell is CodeCell => cell.cell_type === "code";

/** Text as nbformat holds it: lines with their ends. */
export const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

export function readNotebook(file: string): Notebook {
  return JSON.parse(readFileSync(file, "utf8")) as Notebook;
}

/** Writes a notebook to the byte as Jupyter does, so that a look in Jupyter changes nothing: keys sorted, one space deep. */
export async function writeNotebook(file: string, notebook: Notebook): Promise<void> {
  const text = JSON.stringify(
    notebook,
    (_, value: unknown) =>
      value !== null && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    1,
  );
  await writeAtomically(file, `${text}\n`);
}

/** What the notebook's own output says of its test: `final accuracy: 1375 of 2061 recordings`. */
export function finalAccuracy({ cells }: Notebook): { readonly right: number; readonly recordings: number } {
  const printed = cells
    .filter(isCode)
    .flatMap(({ outputs }) => outputs.map((output) => (output.output_type === "stream" ? output.text.join("") : "")));
  const [, right, recordings] = /^final accuracy: (\d+) of (\d+) recordings/m.exec(printed.join("\n")) ?? [];
  if (recordings === undefined) throw new Error("the notebook prints no final accuracy");
  return { right: Number(right), recordings: Number(recordings) };
}
