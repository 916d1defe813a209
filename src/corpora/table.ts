import { alignColumns } from "../text-table.ts";

/** A table in plain text, a line for each of `rows`: numbers to the right with thousands separated, text to the left, two spaces between columns. */
export function renderTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell)));
  const numeric = header.map((_, c) => rows.length > 0 && rows.every((row) => typeof row[c] === "number"));
  return alignColumns([header, ...texts], (c) => numeric[c]!).join("\n");
}
