import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { CsvError, parse } from "csv-parse/sync";
import { InputError } from "../errors.ts";
import { unreadable } from "../files.node.ts";
import type { Problem, Sex, Utterance } from "./utterance.ts";

const REQUIRED = ["path", "emotion", "speaker"] as const;
const OPTIONAL = ["sex", "sentence", "corpus"] as const;
const SEXES: ReadonlyMap<string, Sex> = new Map([
  ["female", "female"],
  ["f", "female"],
  ["male", "male"],
  ["m", "male"],
]);

/** One line of a manifest: its number in the file (from 1) and its values by column. */
interface Row {
  readonly line: number;
  readonly values: ReadonlyMap<string, string>;
}

/** Whether `file` is named like a manifest: `.csv`, `.jsonl` or `.ndjson`. */
export function isManifest(file: string): boolean {
  return /\.(csv|jsonl|ndjson)$/i.test(file);
}

/**
 * Reads a list of a user's own recordings, either CSV with a header line or one JSON object a line:
 *
 * | Column | |
 * | --- | --- |
 * | `path` | the audio file, relative to the manifest's folder or absolute |
 * | `emotion` | any name; which of them a model learns is the label map's matter |
 * | `speaker` | any name, unique within the corpus: splits keep speakers apart by it |
 * | `sex` | optional: `female` or `male` (`f`, `m`) |
 * | `sentence` | optional: what is said, to keep sentences apart where there is one speaker |
 * | `corpus` | optional: default is the manifest's file name without extension |
 *
 * Further columns are allowed and not read. A file that does not exist becomes a problem, not an error.
 *
 * @throws InputError `manifest_invalid` naming file, line, column, value and rule; `file_missing`, `file_not_a_file`, `file_unreadable`.
 */
export async function readManifest(file: string): Promise<{ utterances: Utterance[]; problems: Problem[] }> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw unreadable(file, cause, "a list of recordings, *.csv or *.jsonl,");
  });
  if (text.includes("\0")) {
    throw new InputError(
      "manifest_invalid",
      `manifest ${file}: this is no text; it must be CSV with a header, or a JSON object a line`,
    );
  }
  const rows = /\.csv$/i.test(file) ? csvRows(text, file) : jsonRows(text, file);
  if (rows.length === 0) {
    throw new InputError(
      "manifest_invalid",
      `manifest ${file}: it lists no recording; each line must have ${REQUIRED.join(", ")}`,
    );
  }
  const folder = path.dirname(path.resolve(file));
  const defaultCorpus = path.basename(file, path.extname(file));
  const utterances: Utterance[] = [];
  const problems: Problem[] = [];
  for (const row of rows) {
    const utterance = utteranceOf(row, file, folder, defaultCorpus);
    if (existsSync(utterance.path)) {
      utterances.push(utterance);
    } else {
      problems.push({
        code: "missing_file",
        corpus: utterance.corpus,
        paths: [utterance.path],
        message: `manifest ${file}, line ${row.line}: the file ${utterance.path} does not exist`,
      });
    }
  }
  return { utterances, problems };
}

function utteranceOf({ line, values }: Row, file: string, folder: string, defaultCorpus: string): Utterance {
  const at = `manifest ${file}, line ${line}`;
  const required = (column: (typeof REQUIRED)[number]): string => {
    const value = values.get(column) ?? "";
    if (value === "") throw new InputError("manifest_invalid", `${at}: column "${column}" must not be empty`);
    return value;
  };
  const corpus = values.get("corpus") || defaultCorpus;
  if (corpus.includes("/")) {
    throw new InputError("manifest_invalid", `${at}: column "corpus" is "${corpus}"; it must not contain "/"`);
  }
  const sexText = values.get("sex") ?? "";
  const sex = SEXES.get(sexText.toLowerCase());
  if (sexText !== "" && sex === undefined) {
    throw new InputError("manifest_invalid", `${at}: column "sex" is "${sexText}"; it must be female, male or empty`);
  }
  const audio = path.resolve(folder, required("path"));
  const relative = path.relative(folder, audio).split(path.sep).join("/");
  const sentence = values.get("sentence") ?? "";
  return {
    id: `${corpus}/${relative.slice(0, relative.length - path.extname(relative).length)}`,
    corpus,
    path: audio,
    emotion: required("emotion"),
    speaker: `${corpus}/${required("speaker")}`,
    ...(sex !== undefined && { sex }),
    ...(sentence !== "" && { sentence }),
  };
}

function csvRows(text: string, file: string): Row[] {
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, { bom: true, info: true, trim: true, skip_empty_lines: true }) as unknown as typeof records;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new InputError("manifest_invalid", `manifest ${file}: not readable as CSV (${cause.message})`, { cause });
  }
  const [header, ...body] = records;
  const columns = header?.record.map((column) => column.toLowerCase()) ?? [];
  for (const column of REQUIRED) {
    if (!columns.includes(column)) {
      throw new InputError(
        "manifest_invalid",
        `manifest ${file}, line 1: the header "${columns.join(",")}" lacks the column "${column}"; ` +
          `it must have ${REQUIRED.join(",")} and may have ${OPTIONAL.join(",")}`,
      );
    }
  }
  return body.map(({ record, info }) => ({
    line: info.lines,
    values: new Map(columns.map((column, i) => [column, record[i] ?? ""])),
  }));
}

function jsonRows(text: string, file: string): Row[] {
  const rows: Row[] = [];
  for (const [index, content] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (content.trim() === "") continue;
    const at = `manifest ${file}, line ${index + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(content);
    } catch (cause) {
      throw new InputError("manifest_invalid", `${at}: not a JSON object (${(cause as Error).message})`, { cause });
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new InputError("manifest_invalid", `${at}: each line must be a JSON object, this one is ${content.trim()}`);
    }
    const values = new Map<string, string>();
    for (const column of [...REQUIRED, ...OPTIONAL]) {
      const field: unknown = Object.hasOwn(value, column) ? (value as Record<string, unknown>)[column] : undefined;
      if (typeof field === "string" || typeof field === "number") values.set(column, String(field).trim());
      else if (field !== undefined && field !== null) {
        throw new InputError(
          "manifest_invalid",
          `${at}: column "${column}" is ${JSON.stringify(field)}; it must be a text or a number`,
        );
      }
    }
    rows.push({ line: index + 1, values });
  }
  return rows;
}
