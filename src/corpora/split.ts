import { ParameterError } from "../errors.ts";
import { distinct, groupBy } from "../grouping.ts";
import { Random } from "../random.ts";
import { atLeastOne, hashOrder, take, takeValidation } from "./draw.ts";
import { CORPORA } from "./known-corpora.ts";
import type { Utterance } from "./utterance.ts";

/** What a recording is for. */
export type Part = "train" | "validation" | "test";

/** Shares of all groups (or recordings), and the seed of the choice. */
interface SplitShares {
  readonly seed: number;
  readonly testShare: number;
  readonly validationShare: number;
  /** Recordings whose audio is another's, by id, and that other's id: both take its part where parts are hashes. */
  readonly twins?: Readonly<Record<string, string>>;
}

/** How one corpus was divided: which groups are in which part. */
export interface CorpusSplit {
  /**
   * What is never shared between two parts. `recording` (one speaker, no sentences known) has no lists: its parts are a
   * hash of seed and id, as in a random split.
   */
  readonly groupBy: "speaker" | "sentence" | "recording";
  /** The speakers that were there when the split was made. */
  readonly speakers: readonly string[];
  /** The groups that teach. */
  readonly train: readonly string[];
  /** The groups that choose the epoch and fit the temperature. */
  readonly validation: readonly string[];
  /** The groups that are tested. */
  readonly test: readonly string[];
  /** Speakers that are for testing whatever they say; the groups divide the recordings of the others. */
  readonly testSpeakers?: readonly string[];
}

/** Groups listed by corpus and part: no speaker (or sentence, where speakers are too few) in two parts. */
export interface SpeakerSplit extends SplitShares {
  readonly kind: "speaker";
  readonly corpora: Readonly<Record<string, CorpusSplit>>;
  /** What a reader should know: fallbacks, corpora without a validation part. */
  readonly notes: readonly string[];
}

/** Every recording's part is a hash of seed and id; speakers are in all parts. For comparison with others only. */
export interface RandomSplit extends SplitShares {
  readonly kind: "random";
  /** The speakers that were there when the split was made. */
  readonly speakers: readonly string[];
  /** What a reader should know. */
  readonly notes: readonly string[];
}

/** A plain JSON value that a model file carries: it answers for any recording, also for one found years later. */
export type Split = SpeakerSplit | RandomSplit;

/** How to split. */
export interface SplitOptions {
  /** Whether speakers are kept apart, or every recording is on its own. */
  readonly kind: "speaker" | "random";
  /** A 32-bit integer. */
  readonly seed: number;
  /** Share of all groups for the test part, in [0, 1); default 0.2. Any share above 0 gives at least one group a corpus. */
  readonly testShare?: number;
  /** Share of all groups for the validation part, in [0, 1); default 0.1. */
  readonly validationShare?: number;
  /** Recordings whose audio is another's, by id, and that other's id: see `twinsOf`. */
  readonly twins?: Readonly<Record<string, string>>;
}

/**
 * Divides recordings into training, validation and test.
 *
 * `speaker`: per corpus, groups are speakers – in TESS, which has two, the 200 words; in a corpus of a user's own with a
 * single speaker the sentences, else the recordings (`notes` says so). Test and validation take as many of either sex
 * as the corpus allows. A corpus that has fewer than three speakers left for training gives none to validation. Groups
 * are ordered by a hash of seed, corpus and name: further recordings of the same speakers change nothing.
 *
 * `random`: every recording alone, by hash; it depends on no other recording but one with the same audio (`twins`).
 * Validation shares speakers with training.
 *
 * @throws ParameterError for shares outside their range.
 */
export function splitUtterances(utterances: readonly Utterance[], options: SplitOptions): Split {
  const { kind, seed, testShare = 0.2, validationShare = 0.1, twins = {} } = options;
  for (const [name, share] of Object.entries({ testShare, validationShare })) {
    if (!(share >= 0 && share < 1)) throw new ParameterError(`split: ${name}=${share} must be in [0, 1)`);
  }
  if (testShare + validationShare >= 1) {
    throw new ParameterError(
      `split: testShare=${testShare} and validationShare=${validationShare} leave no training part`,
    );
  }
  const twin = Object.keys(twins).length > 0;
  const shares: SplitShares = { seed, testShare, validationShare, ...(twin && { twins }) };
  if (kind === "random") {
    const notes = ["random: recordings of every speaker are in every part, validation included; scores are optimistic"];
    return { kind, ...shares, speakers: distinct(utterances.map(({ speaker }) => speaker)), notes };
  }
  const notes: string[] = [];
  const corpora: Record<string, CorpusSplit> = {};
  for (const [corpus, own] of groupBy(utterances, (utterance) => utterance.corpus)) {
    corpora[corpus] = splitCorpus(corpus, own, shares, notes);
  }
  return { kind, ...shares, corpora, notes };
}

/**
 * The part that `utterance` has under `split`; `unseen` when its speaker (in TESS: its word) is in none of the split's
 * lists, so that no model of that split can have met it: fit for testing. A TESS word never seen is still spoken by a
 * speaker of the training part, as all of TESS is.
 */
export function partOf(split: Split, utterance: Utterance): Part | "unseen" {
  if (split.kind === "random") {
    return split.speakers.includes(utterance.speaker) ? hashedPart(split, utterance) : "unseen";
  }
  const corpus = Object.hasOwn(split.corpora, utterance.corpus) ? split.corpora[utterance.corpus] : undefined;
  if (!corpus?.speakers.includes(utterance.speaker)) return "unseen";
  if (corpus.testSpeakers?.includes(utterance.speaker) === true) return "test";
  if (corpus.groupBy === "recording") return hashedPart(split, utterance);
  const group = groupOf(corpus.groupBy, utterance);
  // A known speaker saying nobody knows what: it may have been trained on, so it must not count as a test.
  if (group === undefined) return "train";
  for (const part of ["train", "validation", "test"] as const) {
    if (corpus[part].includes(group)) return part;
  }
  return "unseen";
}

/**
 * Makes sure that no group is listed for two parts and that all recordings of a group fall into one part.
 *
 * @throws ParameterError naming the first group that does not.
 */
export function assertDisjoint(split: Split, utterances: readonly Utterance[] = []): void {
  if (split.kind === "random") return;
  for (const [name, corpus] of Object.entries(split.corpora)) {
    const listed = [...corpus.train, ...corpus.validation, ...corpus.test];
    const twice = listed.find((group, i) => listed.indexOf(group) !== i);
    if (twice !== undefined) {
      throw new ParameterError(`split: the ${corpus.groupBy} "${twice}" of ${name} is listed more than once`);
    }
  }
  const partOfGroup = new Map<string, string>();
  for (const utterance of utterances) {
    const corpus = split.corpora[utterance.corpus];
    const group = corpus && groupOf(corpus.groupBy, utterance);
    if (!corpus || group === undefined || corpus.testSpeakers?.includes(utterance.speaker) === true) continue;
    const part = partOf(split, utterance);
    const key = `${utterance.corpus} ${group}`;
    const before = partOfGroup.get(key) ?? part;
    partOfGroup.set(key, part);
    if (before !== part) {
      throw new ParameterError(
        `split: the ${corpus.groupBy} "${group}" of ${utterance.corpus} has recordings in ${before} and in ${part}`,
      );
    }
  }
}

function splitCorpus(corpus: string, own: readonly Utterance[], shares: SplitShares, notes: string[]): CorpusSplit {
  const speakers = distinct(own.map(({ speaker }) => speaker));
  const bySentence =
    CORPORA.some((each) => each.name === corpus && each.splitBy === "sentence") || speakers.length === 1;
  const sentences = own.every(({ sentence }) => sentence !== undefined) ? distinct(own.map((u) => u.sentence!)) : [];
  const grouping = !bySentence ? "speaker" : sentences.length > 1 ? "sentence" : "recording";
  if (grouping !== "speaker") {
    const who = speakers.length === 1 ? "one speaker" : `${speakers.length} speakers`;
    notes.push(`${corpus}: ${who}, so ${grouping}s instead of speakers are kept apart; its speakers are in every part`);
  }
  if (grouping === "recording") return { groupBy: grouping, speakers, train: [], validation: [], test: [] };

  const all = grouping === "speaker" ? speakers : sentences;
  const ordered = hashOrder(all, shares.seed, "split", corpus);
  const sexOf = new Map(own.map(({ speaker, sex }) => [speaker, sex]));
  const stratumOf = (group: string): string => (grouping === "speaker" ? (sexOf.get(group) ?? "unknown") : "");

  const testCount = atLeastOne(shares.testShare, all.length);
  const test = take(ordered, testCount, stratumOf);
  const rest = ordered.filter((group) => !test.includes(group));
  const wanted = atLeastOne(shares.validationShare, all.length);
  const validation = takeValidation(rest, wanted, stratumOf);
  if (validation.length === 0 && wanted > 0) {
    notes.push(`${corpus}: only ${rest.length} ${grouping}s are left for training, so none is kept for validation`);
  }
  const train = rest.filter((group) => !validation.includes(group));
  return { groupBy: grouping, speakers, train: train.sort(), validation: validation.sort(), test: test.sort() };
}

function hashedPart({ seed, testShare, validationShare, twins }: SplitShares, { id }: Utterance): Part {
  const draw = new Random(seed, "split", twins?.[id] ?? id).uniform();
  if (draw < testShare) return "test";
  return draw < testShare + validationShare ? "validation" : "train";
}

/** The group that a recording belongs to; undefined when its sentence is not known. */
export function groupOf(grouping: CorpusSplit["groupBy"], utterance: Utterance): string | undefined {
  if (grouping === "speaker") return utterance.speaker;
  return grouping === "sentence" ? utterance.sentence : utterance.id;
}
