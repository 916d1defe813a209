import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { InputError } from "../errors.ts";
import type { Utterance } from "./utterance.ts";

/** How many listeners heard which emotion in a recording, by the corpus's own names of emotions. */
export type Votes = Readonly<Record<string, number>>;

/** Columns of the table by the emotion that they count. */
const COLUMNS = { A: "angry", D: "disgust", F: "fear", H: "happy", N: "neutral", S: "sad" } as const;

/**
 * CREMA-D's crowd votes on the voice alone (Cao et al. 2014), by recording (`1001_DFA_ANG_XX`). The file is a CSV with the
 * columns fileName, A, D, F, H, N, S; further columns are not read.
 *
 * @throws InputError `file_unreadable`, or `manifest_invalid` naming line, column, value and rule.
 */
export function readVoiceVotes(file: string): ReadonlyMap<string, Votes> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new InputError("file_unreadable", `votes ${file}: the file cannot be read`, { cause });
  }
  const rows = parse(text, { columns: true, bom: true, skip_empty_lines: true, relax_column_count: true });
  const votes = new Map<string, Votes>();
  for (const [i, row] of (rows as Record<string, string>[]).entries()) {
    const cell = (column: string, rule: RegExp, ruleText: string): string => {
      const value = row[column]?.trim() ?? "";
      if (rule.test(value)) return value;
      const at = `votes ${file}, line ${i + 2}: column "${column}"`;
      throw new InputError("manifest_invalid", `${at} is "${value}"; it must be ${ruleText}`);
    };
    const name = cell("fileName", /./, "the name of a recording");
    const counts = Object.entries(COLUMNS).map(([column, emotion]): [string, number] => [
      emotion,
      Number(cell(column, /^\d+$/, "a number of votes")),
    ]);
    votes.set(name, Object.fromEntries(counts));
  }
  return votes;
}

/**
 * The votes on the recordings of CREMA-D among `utterances`, by the utterance's id. They are read from
 * `meta/voice-votes.csv` beside the recordings or one folder above.
 *
 * @throws InputError `file_missing` where recordings of CREMA-D have no such file, and what {@link readVoiceVotes} throws.
 */
export function voiceVotesOf(utterances: readonly Utterance[]): ReadonlyMap<string, Votes> {
  const own = utterances.filter(({ corpus }) => corpus === "crema-d");
  const tables = new Map<string, ReadonlyMap<string, Votes>>();
  const votes = new Map<string, Votes>();
  for (const utterance of own) {
    const folder = path.dirname(utterance.path);
    let table = tables.get(folder);
    if (table === undefined) tables.set(folder, (table = readVoiceVotes(votesFile(folder))));
    const found = table.get(utterance.id.slice(utterance.id.lastIndexOf("/") + 1));
    if (found !== undefined) votes.set(utterance.id, found);
  }
  return votes;
}

function votesFile(folder: string): string {
  const places = [folder, path.dirname(folder)].map((parent) => path.join(parent, "meta", "voice-votes.csv"));
  const found = places.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new InputError(
    "file_missing",
    `votes: soft labels need the crowd's votes on CREMA-D, and there is neither ${places.join(" nor ")}; ` +
      `put the table there (fileName, A, D, F, H, N, S), or leave --soft-labels out`,
  );
}
