/**
 * Rows of cells, all of as many, as lines of aligned text with two spaces between columns.
 *
 * @param right whether a column is aligned to the right
 */
export function alignColumns(rows: readonly (readonly string[])[], right: (column: number) => boolean): string[] {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  const pad = (cell: string, c: number): string => (right(c) ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!));
  return rows.map((row) => row.map(pad).join("  ").trimEnd());
}
