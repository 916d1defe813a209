const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |\n`;

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return row(head) + row(head.map(() => "---")) + rows.map(row).join("");
}

/** `text` with what stands between a mark and the next `after`, each on a line of its own, exchanged for `content`. */
export function replaceBetween(text: string, before: string, after: string, content: string): string {
  const begin = text.indexOf(before);
  const end = text.indexOf(after, begin + before.length);
  if (begin < 0 || end < 0) throw new Error(`the marks ${before} and ${after} are missing`);
  return `${text.slice(0, begin + before.length)}\n${content.trimEnd()}\n${text.slice(end)}`;
}
