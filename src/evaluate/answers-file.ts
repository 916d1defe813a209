import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { InputError } from "../errors.ts";
import type { Answer } from "../metrics/index.ts";
import { unreadable, writeAtomically } from "../files.node.ts";

/** The columns before the labels. */
const COLUMNS = ["id", "corpus", "speaker", "sex", "truth"] as const;

/** The end of the name of a file of answers; what is before it is the name of the result that they belong to. */
export const ANSWERS_SUFFIX = ".answers.csv";

/** Answers and the labels that their probabilities are of. */
export interface AnswersTable {
  readonly labels: readonly string[];
  /** One for each recording. */
  readonly answers: readonly Answer[];
}

/**
 * Answers as CSV: id, corpus, speaker, sex (empty where it is not known), truth, then one column a label with its
 * probability to seven decimals, which is what float32 holds.
 */
export function renderAnswers({ labels, answers }: AnswersTable): string {
  const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = answers.map(({ id, corpus, speaker, sex, truth, probabilities }) => [
    ...[id, corpus, speaker, sex ?? "", truth].map(quoted),
    ...probabilities.map((p) => Number(p.toFixed(7)).toString()),
  ]);
  return [[...COLUMNS, ...labels].map(quoted), ...rows].map((row) => `${row.join(",")}\n`).join("");
}

/** Writes {@link renderAnswers} atomically. */
export async function writeAnswers(path: string, table: AnswersTable): Promise<void> {
  await writeAtomically(path, renderAnswers(table));
}

/**
 * Answers from text as {@link renderAnswers} writes it.
 *
 * @param name What messages call it: its path.
 * @throws InputError `result_invalid` when a column is missing or a value breaks its rule.
 */
export function parseAnswers(text: string, name: string): AnswersTable {
  const invalid = (what: string, cause?: unknown): InputError =>
    new InputError(
      "result_invalid",
      `${name}: ${what}; answers come from "ser evaluate --answers" and "ser protocol"`,
      {
        cause,
      },
    );
  let rows: string[][];
  try {
    rows = parse(text, { bom: true }) as string[][];
  } catch (cause) {
    throw invalid(`this is no CSV (${(cause as Error).message})`, cause);
  }
  const [header = [], ...body] = rows;
  if (COLUMNS.some((column, i) => header[i] !== column) || header.length === COLUMNS.length) {
    throw invalid(`the columns must be ${COLUMNS.join(", ")} and one a label, found "${header.join(",")}"`);
  }
  const labels = header.slice(COLUMNS.length);
  const answers = body.map((row, i): Answer => {
    const [id, corpus, speaker, sex, truth, ...cells] = row as [string, string, string, string, string, ...string[]];
    if (sex !== "female" && sex !== "male" && sex !== "") throw invalid(`line ${i + 2}: sex "${sex}" is none`);
    const probabilities = cells.map((cell) => (cell.trim() === "" ? Number.NaN : Number(cell)));
    return { id, corpus, speaker, sex: sex === "" ? null : sex, truth, probabilities };
  });
  return { labels, answers };
}

/** Reads a file of answers. @throws InputError `file_missing`, `file_not_a_file`, `file_unreadable`, and what {@link parseAnswers} throws. */
export async function readAnswers(path: string): Promise<AnswersTable> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw unreadable(path, cause, `a file of answers, *${ANSWERS_SUFFIX},`);
  });
  return parseAnswers(text, path);
}
