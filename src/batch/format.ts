import { InputError } from "../errors.ts";
import type { Failure, JobOptions, Outcome } from "./job.ts";

/** How results are written: an object a line, or a table. */
export const BATCH_FORMATS = ["jsonl", "csv"] as const;

/** One of {@link BATCH_FORMATS}. */
export type BatchFormat = (typeof BATCH_FORMATS)[number];

/** Writes results as lines and finds their ids again. */
export interface ResultLines {
  /** The first line, or "". */
  readonly header: string;
  render(id: string, file: string, result: Result): string;
}

type Result = Extract<Outcome, { readonly result: unknown }>["result"];

/** The lines of a format. @param labels of the model, in its order */
export function resultLines(format: BatchFormat, { timeline }: JobOptions, labels: readonly string[]): ResultLines {
  if (format === "jsonl") {
    return { header: "", render: (id, file, result) => `${JSON.stringify({ id, file, ...result })}\n` };
  }
  const columns = timeline
    ? ["segments"]
    : ["speech", "emotion", "unsure", "confidence", "seconds", ...labels.map((label) => `p_${label}`)];
  return {
    header: csvLine(["id", "file", ...columns]),
    render: (id, file, result) =>
      csvLine([id, file, ...("segments" in result ? [JSON.stringify(result.segments)] : values(result, labels))]),
  };
}

function values(result: Exclude<Result, { segments: unknown }>, labels: readonly string[]): (string | number | null)[] {
  const { speech, emotion, unsure, confidence, seconds, probabilities } = result;
  const shares = labels.map((label) => probabilities?.[label] ?? null);
  return [String(speech), emotion, String(unsure), confidence, seconds, ...shares];
}

/** RFC 4180, but a line break in a name becomes `\n`: every row is one line, so that a half one can be told. */
function csvLine(cells: readonly (string | number | null)[]): string {
  const quoted = cells.map((cell) => {
    const text = String(cell ?? "")
      .replaceAll("\n", String.raw`\n`)
      .replaceAll("\r", String.raw`\r`);
    return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${quoted.join(",")}\n`;
}

/** A line of the file of failures. */
export function failureLine(id: string, file: string, { code, message }: Failure): string {
  return `${JSON.stringify({ id, file, error: { code, message } })}\n`;
}

/**
 * The id that a line of results or failures begins with.
 *
 * @throws InputError `result_invalid` for a line that no batch wrote
 */
export function idOfLine(line: string, where: string): string {
  const [, id] = /^(?:\{"id":")?([0-9a-f]{32})[",]/.exec(line) ?? [];
  if (id !== undefined) return id;
  throw new InputError("result_invalid", `${where} is no result of ser batch; give another --out, or remove the file`);
}
