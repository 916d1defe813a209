const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |\n`;

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return row(head) + row(head.map(() => "---")) + rows.map(row).join("");
}

/** A share as per cent to one decimal. */
export function one(share: number): string {
  return (100 * share).toFixed(1);
}
