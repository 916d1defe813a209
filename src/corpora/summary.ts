import { speakerWithin } from "./corpus.ts";
import type { ExtractedFacts, ExtractFailure } from "./extract.ts";
import { countBy, groupBy } from "../grouping.ts";
import { inspectRecordings } from "./inspect.ts";
import { CORPORA } from "./known-corpora.ts";
import type { CorpusScan } from "./scan.ts";
import { renderTable } from "./table.ts";
import type { Problem, ProblemCode, Utterance } from "./utterance.ts";

/** Counts of some recordings. */
interface Counts {
  readonly recordings: number;
  /** Total duration; absent when the recordings were not decoded. */
  readonly seconds?: number;
  readonly emotions: Readonly<Record<string, number>>;
  /** Recordings by `female`, `male`, `unknown`. */
  readonly sexes: Readonly<Record<string, number>>;
  /** Recordings by speaker. */
  readonly speakers: Readonly<Record<string, number>>;
}

/** Counts of one corpus. */
export interface CorpusSummary extends Counts {
  readonly corpus: string;
  /** As its authors write it. */
  readonly title: string;
  /** Absent for a user's own recordings. */
  readonly licence?: string;
  /** How many recordings it officially has; absent for a user's own recordings. */
  readonly official?: number;
}

/** What `ser corpora --json` prints. */
export interface CorporaSummary extends Counts {
  readonly corpora: readonly CorpusSummary[];
  readonly problems: readonly Problem[];
}

/** Counts a scan; with `results` (of `extractFacts` or `extractFeatures`) also durations and what only decoding shows. */
export function summarizeCorpora(
  { utterances, problems }: CorpusScan,
  results?: readonly (ExtractedFacts | ExtractFailure)[],
): CorporaSummary {
  const seconds = new Map<string, number>();
  for (const result of results ?? []) {
    if ("facts" in result) seconds.set(result.utterance.id, result.facts.seconds);
  }
  const count = (own: readonly Utterance[]): Counts => ({
    recordings: own.length,
    ...(results && { seconds: own.reduce((sum, { id }) => sum + (seconds.get(id) ?? 0), 0) }),
    emotions: countBy(own, ({ emotion }) => emotion),
    sexes: countBy(own, ({ sex }) => sex ?? "unknown"),
    speakers: countBy(own, ({ speaker }) => speaker),
  });
  const corpora = [...groupBy(utterances, ({ corpus }) => corpus)].map(([name, own]): CorpusSummary => {
    const known = CORPORA.find((corpus) => corpus.name === name);
    return {
      corpus: name,
      title: known?.title ?? name,
      ...(known && { licence: known.licence, official: known.officialCount }),
      ...count(own),
    };
  });
  return { ...count(utterances), corpora, problems: [...problems, ...inspectRecordings(results ?? [])] };
}

/** How many messages of a kind the text shows; the JSON has them all. */
const SHOWN = 5;

const HEADINGS: Readonly<Record<ProblemCode, string>> = {
  missing: "incomplete",
  missing_file: "files that do not exist",
  folder_empty: "folders with nothing in them",
  unknown_name: "unknown names",
  unreadable: "unreadable",
  undecodable: "undecodable",
  silent: "silent",
  duplicate_audio: "identical audio under several names",
  duplicate_name: "found more than once, used once",
  left_out: "left out",
};

/** The summary as aligned tables and a list of the problems, for a terminal. */
export function renderCorpora(summary: CorporaSummary): string {
  const { corpora, problems } = summary;
  const total: CorpusSummary = { ...summary, corpus: "all", title: "all" };
  const rows = corpora.length > 1 ? [...corpora, total] : corpora;
  const timed = summary.seconds !== undefined;
  const main = renderTable(
    ["corpus", "recordings", "official", "speakers", "female", "male", ...(timed ? ["duration"] : []), "licence"],
    rows.map((row) => [
      row.corpus,
      row.recordings,
      row.official?.toLocaleString("en-US") ?? "",
      Object.keys(row.speakers).length,
      row.sexes["female"] ?? 0,
      row.sexes["male"] ?? 0,
      ...(timed ? [duration(row.seconds ?? 0)] : []),
      row.licence ?? "",
    ]),
  );
  const emotions = Object.keys(summary.emotions);
  const byEmotion = renderTable(
    ["corpus", ...emotions],
    rows.map((row) => [row.corpus, ...emotions.map((emotion) => row.emotions[emotion] ?? 0)]),
  );
  const speakers = ["recordings a speaker", ...corpora.map((row) => `  ${row.corpus}: ${perSpeaker(row)}`)].join("\n");
  return [main, byEmotion, speakers, ...renderProblems(problems)].join("\n\n");
}

/** One block of text for every kind of problem. */
function renderProblems(problems: readonly Problem[]): string[] {
  if (problems.length === 0) return ["no problems"];
  const groups = groupBy(problems, ({ code }) => code);
  return (Object.keys(HEADINGS) as ProblemCode[]).flatMap((code) => {
    const group = groups.get(code);
    if (!group) return [];
    const more = group.length - SHOWN;
    return [
      [
        `${HEADINGS[code]}: ${group.length}`,
        ...group.slice(0, SHOWN).map(({ message }) => `  ${message}`),
        ...(more > 0 ? [`  … and ${more.toLocaleString("en-US")} more (--json lists all)`] : []),
      ].join("\n"),
    ];
  });
}

/** Few speakers one by one; of many the commonest count, then who has another: `82 for 68 speakers; 1002 81, 1008 76`. */
function perSpeaker({ corpus, speakers }: CorpusSummary): string {
  const counts = Object.entries(speakers).map(([speaker, n]) => [speakerWithin({ corpus, speaker }), n] as const);
  const [usual] = [...groupBy(counts, ([, n]) => n)].toSorted(([, a], [, b]) => b.length - a.length);
  if (!usual || counts.length <= 4) return counts.map(([speaker, n]) => `${speaker} ${n}`).join(", ");
  const others = counts.filter(([, n]) => n !== usual[0]).map(([speaker, n]) => `${speaker} ${n}`);
  return [`${usual[0]} for ${usual[1].length} speakers`, ...(others.length > 0 ? [others.join(", ")] : [])].join("; ");
}

/** Hours, minutes and seconds: `7:59:03`. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
