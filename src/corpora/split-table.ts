import { countBy, groupBy } from "../grouping.ts";
import { partOf, type Part, type Split } from "./split.ts";
import { renderTable } from "./table.ts";
import type { Utterance } from "./utterance.ts";

/** The recordings of one corpus that are in one part of a split. */
export interface SplitRow {
  readonly corpus: string;
  /** Training, validation or test. */
  readonly part: Part | "unseen";
  /** How many recordings it has. */
  readonly recordings: number;
  /** How many speakers it has. */
  readonly speakers: number;
  /** Recordings by emotion, in the order of the emotions' names. */
  readonly emotions: Readonly<Record<string, number>>;
}

/** What a split makes of `utterances`: a row for every corpus and part that has any. */
export function describeSplit(split: Split, utterances: readonly Utterance[]): SplitRow[] {
  const rows: SplitRow[] = [];
  for (const [corpus, own] of groupBy(utterances, (utterance) => utterance.corpus)) {
    const parts = groupBy(own, (utterance) => partOf(split, utterance));
    for (const part of ["train", "validation", "test", "unseen"] as const) {
      const there = parts.get(part);
      if (!there) continue;
      rows.push({
        corpus,
        part,
        recordings: there.length,
        speakers: new Set(there.map(({ speaker }) => speaker)).size,
        emotions: countBy(there, ({ emotion }) => emotion),
      });
    }
  }
  return rows;
}

/** {@link describeSplit} as an aligned table, then the split's notes. */
export function renderSplit(split: Split, utterances: readonly Utterance[]): string {
  const rows = describeSplit(split, utterances);
  const emotions = [...new Set(rows.flatMap((row) => Object.keys(row.emotions)))].sort();
  const cells = rows.map((row) => [
    row.corpus,
    row.part,
    row.recordings,
    row.speakers,
    ...emotions.map((emotion) => row.emotions[emotion] ?? 0),
  ]);
  const table = renderTable(["corpus", "part", "recordings", "speakers", ...emotions], cells);
  return [table, ...split.notes].join("\n");
}
