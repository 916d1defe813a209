const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |\n`;

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return row(head) + row(head.map(() => "---")) + rows.map(row).join("");
}

/** A share as per cent to one decimal. */
export function one(share: number): string {
  return (100 * share).toFixed(1);
}

/** `text` with what stands between two marks, each on a line of its own, exchanged for `content`. */
export function replaceBetween(text: string, before: string, after: string, content: string): string {
  const [begin, end] = [text.indexOf(before), text.indexOf(after)];
  if (begin < 0 || end < begin) throw new Error(`the marks ${before} and ${after} are missing`);
  return `${text.slice(0, begin + before.length)}\n${content.trimEnd()}\n${text.slice(end)}`;
}
