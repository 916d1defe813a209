const LABELS = /\b(?:angry|calm|disgust|fear|happy|neutral|sad|surprise)\b/gu;

/** A line with what another model or machine may print otherwise taken out: numbers, emotions, yes or no, widths. */
function shapeOf(line: string): string {
  return line
    .replaceAll(/\d[\d.,]*/gu, "#")
    .replaceAll(LABELS, "<label>")
    .replaceAll(/\b(?:true|false)\b/gu, "<yes or no>")
    .replaceAll(/\s+/gu, " ")
    .trim();
}

/**
 * What differs between the output that a document shows and what was printed: null when both have the same lines in
 * shape. "…" in a line stands for its rest, "…" as the last line for all further lines.
 */
export function shapeFault(shown: string, printed: string): string | null {
  const expected = shown.trimEnd().split("\n");
  const lines = printed.trimEnd().split("\n");
  const open = expected.at(-1)?.trim() === "…";
  if (open) expected.pop();
  if (open ? lines.length < expected.length : lines.length !== expected.length) {
    return `the document shows ${expected.length} lines, printed were ${lines.length}:\n${printed}`;
  }
  for (const [i, line] of expected.entries()) {
    const [before = "", ...rest] = shapeOf(line).split("…");
    const actual = shapeOf(lines[i]!);
    const same = rest.length === 0 ? actual === before : actual.startsWith(before.trimEnd());
    if (!same) return `line ${i + 1}: the document shows\n  ${line}\nprinted was\n  ${lines[i]}`;
  }
  return null;
}
