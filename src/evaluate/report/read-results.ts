import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../../errors.ts";
import { unreadable } from "../../files.node.ts";
import { summarize } from "../../metrics/index.ts";
import { ANSWERS_SUFFIX, readAnswers } from "../answers-file.ts";
import type { EvaluationResult } from "../evaluation-result.ts";
import { renderHeard, renderHeardLess } from "../known-voices.ts";
import { slugOf, type ReportEntry } from "./entry.ts";
import type { ProtocolResult } from "../protocol/index.ts";
import { protocolEntries } from "./protocol-entries.ts";

/**
 * What a report tells of result files: of `ser evaluate --json`, of `ser protocol`, or answers alone (`*.answers.csv`). The
 * answers that a result names are looked for beside it.
 *
 * @throws InputError `file_missing`, `file_not_a_file`, `file_unreadable`, or `result_invalid` when a file is no result.
 */
export async function readResults(files: readonly string[]): Promise<ReportEntry[]> {
  const entries: ReportEntry[] = [];
  for (const file of files) {
    const found = file.endsWith(ANSWERS_SUFFIX) ? [await answersEntry(file)] : await resultEntries(file);
    entries.push(...found);
  }
  return distinct(entries);
}

async function resultEntries(file: string): Promise<ReportEntry[]> {
  const result = await readJson(file);
  try {
    if (isKind(result, "evaluation")) return [await evaluationEntry(file, result as EvaluationResult)];
    if (isKind(result, "protocol")) return await protocolEntries(file, result as ProtocolResult);
  } catch (cause) {
    if (cause instanceof TypeError) throw invalid(file, "this result is damaged or of another version", cause);
    throw cause;
  }
  throw invalid(file, "this is no result");
}

function invalid(file: string, what: string, cause?: unknown): InputError {
  return new InputError(
    "result_invalid",
    `${file}: ${what}; a report is made of what "ser evaluate --json" and "ser protocol" write`,
    { cause },
  );
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw unreadable(file, cause, "a result, *.json or *.answers.csv,");
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(file, `this is no JSON (${(cause as Error).message})`, cause);
  }
}

function isKind(value: unknown, kind: string): boolean {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

async function evaluationEntry(file: string, result: EvaluationResult): Promise<ReportEntry> {
  const { model, preset, leaky, leakyRecordings, heard, failed, answers, curve, ...others } = result;
  const { bestEpoch, version, commit, ...rest } = others;
  const beside = answers === null ? null : path.join(path.dirname(file), answers);
  return {
    name: `${preset}, ${path.basename(file, ".json")}`,
    preset,
    test: [
      path.basename(model),
      leaky ? "also on what it learnt from" : "on what it did not learn from",
      ...(heard === undefined ? [] : [`after up to ${renderHeard(heard)} of each voice`]),
    ].join(", "),
    leaky,
    header: null,
    facts: [
      ["model", model],
      ["preset", preset],
      ["trained by", `speech-emotion ${version}${commit === undefined ? "" : `, commit ${commit}`}`],
      ...(leaky ? [["leaky recordings", `${leakyRecordings} of ${result.n}`] as const] : []),
      ...(heard === undefined ? [] : [["voices known by", knownBy(heard, result.n)] as const]),
      ...(failed > 0 ? [["not readable", `${failed} recordings`] as const] : []),
      ["file", file],
    ],
    summary: rest,
    folds: [],
    overFolds: null,
    curves: curve === null ? [] : [{ name: preset, rows: curve, bestEpoch }],
    answers: beside !== null && existsSync(beside) ? await readAnswers(beside) : null,
  };
}

function knownBy(heard: NonNullable<EvaluationResult["heard"]>, total: number): string {
  const exceptions = renderHeardLess(heard, total);
  return `up to ${renderHeard(heard)}, without labels${exceptions && `; ${exceptions}`}`;
}

async function answersEntry(file: string): Promise<ReportEntry> {
  const answers = await readAnswers(file);
  const name = path.basename(file, ANSWERS_SUFFIX);
  return {
    name,
    preset: name,
    test: "answers alone",
    leaky: false,
    header: null,
    facts: [
      ["file", file],
      ["split", "not known: answers alone do not tell whether the model had heard these speakers"],
    ],
    summary: summarize(answers.labels, answers.answers),
    folds: [],
    overFolds: null,
    curves: [],
    answers,
  };
}

/** Entries whose names differ also as parts of file names: a second one of the same name gets a number. */
function distinct(entries: readonly ReportEntry[]): ReportEntry[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const times = (seen.get(slugOf(entry)) ?? 0) + 1;
    seen.set(slugOf(entry), times);
    return times === 1 ? entry : { ...entry, name: `${entry.name} (${times})` };
  });
}
