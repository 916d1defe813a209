import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError, ParameterError } from "../errors.ts";
import { utteranceOf, type Corpus, type LeftOut, type NamedRecording } from "./corpus.ts";
import { compareText, groupBy } from "../grouping.ts";
import { CORPORA } from "./known-corpora.ts";
import { isManifest, readManifest } from "./manifest.ts";
import type { Problem, Utterance } from "./utterance.ts";
import { walkAudio, type FoundFile } from "./walk.ts";

/** What a scan found. */
export interface CorpusScan {
  /** Each recording once, ordered by corpus (as given to the scan), then by id. */
  readonly utterances: readonly Utterance[];
  readonly problems: readonly Problem[];
}

/** How to scan. */
export interface ScanOptions {
  /** The corpora to look for; default {@link CORPORA}. */
  readonly corpora?: readonly Corpus[];
}

/** A file, and what a corpus says about its name if one knows it. */
interface NamedFile extends FoundFile {
  readonly corpus?: Corpus;
  readonly parsed?: NamedRecording | LeftOut;
}

/** A file that a corpus recognised. */
interface Candidate {
  readonly utterance: Utterance;
  /** The folder of the corpus's copy that the file lies in: two copies of a corpus have two homes. */
  readonly home: string;
}

/**
 * Finds the recordings of the known corpora under `sources`, by their names, whatever the audio format and the nesting.
 * A source is a folder (the corpora's common root, or any part of it; they may overlap) or a manifest file of a user's
 * own recordings (see `readManifest`). A recording met twice is used once: the copy in the folder that holds most of
 * its corpus wins, then the first in sorted order; the other is reported.
 *
 * @throws InputError `file_missing` for a source that does not exist, `corpus_empty` when nothing at all was found,
 *   `manifest_invalid` for a manifest that breaks its rules.
 */
export async function scanCorpora(sources: readonly string[], options: ScanOptions = {}): Promise<CorpusScan> {
  const corpora = options.corpora ?? CORPORA;
  if (sources.length === 0) throw new ParameterError("corpora: give at least one folder, or a manifest (.csv, .jsonl)");
  const problems: Problem[] = [];
  const files: NamedFile[] = [];
  const listed: Utterance[] = [];
  for (const source of sources.map((each) => path.resolve(each))) {
    if (await isFolder(source)) {
      const found = await walkAudio(source, problems).catch((cause: unknown) => {
        throw new InputError("file_unreadable", `corpora: the folder ${source} cannot be read`, { cause });
      });
      const named = found.map((file) => nameOf(file, corpora));
      files.push(...named);
      if (named.every((file) => file.parsed === undefined)) {
        problems.push({ code: "folder_empty", paths: [source], message: `no recording was recognised in ${source}` });
      }
    } else if (isManifest(source)) {
      const manifest = await readManifest(source);
      listed.push(...manifest.utterances);
      problems.push(...manifest.problems);
    } else {
      throw new ParameterError(`corpora: ${source} is a file; give a folder, or a manifest named .csv or .jsonl`);
    }
  }
  const candidates = recognise(files, problems);
  const utterances = [
    ...corpora.flatMap((corpus) => complete(corpus, candidates, problems)),
    ...keepFirst(byId(listed), problems),
  ];
  if (utterances.length === 0) {
    throw new InputError(
      "corpus_empty",
      `corpora: no recording of ${corpora.map((corpus) => corpus.title).join(", ")} was found in ${sources.join(", ")}. ` +
        `Give the folder of a corpus with its original file names, or list your own recordings in a manifest ` +
        `(CSV with the columns path,emotion,speaker).`,
    );
  }
  return { utterances, problems };
}

async function isFolder(source: string): Promise<boolean> {
  try {
    return (await stat(source)).isDirectory();
  } catch (cause) {
    throw new InputError("file_missing", `corpora: ${source} does not exist. Check the path and its spelling.`, {
      cause,
    });
  }
}

function nameOf(file: FoundFile, corpora: readonly Corpus[]): NamedFile {
  const segments = file.path.slice(0, file.path.length - path.extname(file.path).length).split(path.sep);
  for (const corpus of corpora) {
    const parsed = corpus.parse(segments);
    if (parsed) return { ...file, corpus, parsed: file.video ? { leftOut: "video" } : parsed };
  }
  return file;
}

/** Candidates by their names, one for each name of a real file; what fits nothing, or is not speech, becomes a problem. */
function recognise(files: readonly NamedFile[], problems: Problem[]): Candidate[] {
  const found: Candidate[] = [];
  const unknown: string[] = [];
  const leftOut = new Map<string, { corpus: Corpus; reason: string; paths: string[] }>();
  for (const [realPath, reached] of groupBy(files, (file) => file.realPath)) {
    // Of several ways to a file, by links or overlapping sources, the real one or else the shortest.
    const rank = (file: NamedFile): number => (file.path === realPath ? 0 : file.path.length);
    const ways = reached.toSorted((a, b) => rank(a) - rank(b) || compareText(a.path, b.path));
    const names = new Set<string>();
    for (const { path: file, corpus, parsed } of ways) {
      if (!corpus || !parsed) continue;
      const name = "leftOut" in parsed ? parsed.leftOut : parsed.name;
      const key = `${corpus.name}/${name}`;
      if (names.has(key)) continue;
      names.add(key);
      if ("name" in parsed) {
        found.push({ utterance: utteranceOf(corpus, parsed, file), home: homeOf(corpus, file) });
      } else {
        const group = leftOut.get(key) ?? { corpus, reason: name, paths: [] };
        leftOut.set(key, group);
        group.paths.push(file);
      }
    }
    const [way] = ways;
    if (names.size === 0 && way && !way.video) unknown.push(way.path);
  }
  const homes = new Map(found.map(({ utterance, home }) => [home, utterance.corpus]));
  for (const file of unknown) problems.push(unknownName(file, homes));
  for (const { corpus, reason, paths } of leftOut.values()) {
    problems.push({
      code: "left_out",
      corpus: corpus.name,
      paths,
      message: `${paths.length} ${reason} file${paths.length === 1 ? "" : "s"} of ${corpus.title} left out: only speech audio is used`,
    });
  }
  return found;
}

/** The file's folder without the folders of the corpus's own layout. */
function homeOf(corpus: Corpus, file: string): string {
  let home = path.dirname(file);
  while (corpus.innerFolder.test(path.basename(home))) home = path.dirname(home);
  return home;
}

function unknownName(file: string, homes: ReadonlyMap<string, string>): Problem {
  let folder = path.dirname(file);
  while (!homes.has(folder) && path.dirname(folder) !== folder) folder = path.dirname(folder);
  const corpus = homes.get(folder);
  return {
    code: "unknown_name",
    ...(corpus !== undefined && { corpus }),
    paths: [file],
    message: `${path.basename(file)} fits the naming of no known corpus and is not used`,
  };
}

const byId = (utterances: readonly Utterance[]): Utterance[] =>
  utterances.toSorted((a, b) => compareText(a.id, b.id) || compareText(a.path, b.path));

/** The corpus's recordings, each once and sorted by id; duplicates and what is missing become problems. */
function complete(corpus: Corpus, candidates: readonly Candidate[], problems: Problem[]): Utterance[] {
  const own = candidates.filter(({ utterance }) => utterance.corpus === corpus.name);
  if (own.length === 0) return [];
  const sizes = new Map<string, number>();
  for (const { home } of own) sizes.set(home, (sizes.get(home) ?? 0) + 1);
  const preferred = own
    .toSorted((a, b) => sizes.get(b.home)! - sizes.get(a.home)! || compareText(a.utterance.path, b.utterance.path))
    .map(({ utterance }) => utterance);
  const kept = byId(keepFirst(preferred, problems));
  const missing = missingOf(corpus, new Set(kept.map(({ id }) => id)));
  if (missing) problems.push(missing);
  return kept;
}

/** The first utterance of every id. */
function keepFirst(utterances: readonly Utterance[], problems: Problem[]): Utterance[] {
  const groups = groupBy(utterances, ({ id }) => id);
  for (const [id, group] of groups) {
    if (group.length === 1) continue;
    problems.push({
      code: "duplicate_name",
      corpus: group[0]!.corpus,
      paths: group.map((utterance) => utterance.path),
      message: `${id} was found ${group.length} times; ${group[0]!.path} is used`,
    });
  }
  return [...groups.values()].map((group) => group[0]!);
}

/** One problem that says which official recordings are not there, by speaker. */
function missingOf(corpus: Corpus, ids: ReadonlySet<string>): Problem | undefined {
  const absent: string[] = [];
  const short: string[] = [];
  let found = 0;
  for (const [speaker, names] of corpus.official()) {
    const here = names.filter((name) => ids.has(`${corpus.name}/${name}`)).length;
    found += here;
    if (here === 0) absent.push(speaker);
    else if (here < names.length) short.push(`${speaker} (${here} of ${names.length})`);
  }
  if (found === corpus.officialCount) return undefined;
  const present = [...corpus.official().keys()].filter((speaker) => !absent.includes(speaker));
  const plural = (speakers: readonly string[]): string => `speaker${speakers.length === 1 ? "" : "s"}`;
  const reasons: string[] = [];
  if (present.length === 0) reasons.push("none of the official names");
  // The shorter of the two lists.
  else if (absent.length > present.length) reasons.push(`only of ${plural(present)} ${present.join(" ")}`);
  else if (absent.length > 0) reasons.push(`none of ${plural(absent)} ${absent.join(" ")}`);
  if (short.length > 0) reasons.push(`incomplete: ${short.join(", ")}`);
  return {
    code: "missing",
    corpus: corpus.name,
    paths: [],
    message: `${corpus.title}: ${found} of the official ${corpus.officialCount} recordings; ${reasons.join("; ")}`,
  };
}
