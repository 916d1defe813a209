import { compareText, groupBy } from "../../grouping.ts";
import { speakerWithin } from "../corpus.ts";
import { CORPORA } from "../known-corpora.ts";
import { officialUtterances } from "../official.ts";
import type { Utterance } from "../utterance.ts";
import type { FoldCorpus, Protocol, ProtocolFold } from "./protocol.ts";

/** How much of a fold's part of a corpus is there. */
export interface PartCoverage {
  /** Usable recordings on the disk. */
  readonly recordings: number;
  /** Recordings of the complete corpus. */
  readonly official: number;
  /** Speakers (in TESS: words, or a speaker) without any recording, as their corpus names them. */
  readonly missing: readonly string[];
}

/** How much of a fold is there, of one corpus. Of a random split both parts stand for all recordings. */
export interface CorpusCoverage {
  readonly corpus: string;
  /** Of the part that is tested. */
  readonly test: PartCoverage;
  /** Training and validation together. */
  readonly train: PartCoverage;
}

/** How much of a fold is there. */
export interface FoldCoverage {
  /** Its number, from 1. */
  readonly fold: number;
  /** What it tests, in words. */
  readonly title: string;
  /** True when there is not a single recording to test on, or none to train on: the fold cannot be run. */
  readonly missing: boolean;
  readonly corpora: readonly CorpusCoverage[];
}

/** What is there for each fold and what is not, from usable recordings and the official lists. */
export function coverageOf(
  { corpora: names }: Protocol,
  folds: readonly ProtocolFold[],
  usable: readonly Utterance[],
): FoldCoverage[] {
  const corpora = CORPORA.filter(({ name }) => names.includes(name)).map((corpus) => ({
    corpus: corpus.name,
    official: officialUtterances(corpus),
    there: usable.filter((utterance) => utterance.corpus === corpus.name),
  }));
  return folds.map(({ fold, title, corpora: declared }) => {
    const rows = corpora.map(({ corpus, official, there }): CorpusCoverage => {
      const of = (part: "test" | "train"): PartCoverage => {
        const inPart = (utterance: Utterance): boolean =>
          declared === "random" || roleOf(declared[corpus], utterance) === part;
        const grouping = declared === "random" ? "speaker" : (declared[corpus]?.groupBy ?? "speaker");
        return partCoverage(grouping, official.filter(inPart), there.filter(inPart));
      };
      return { corpus, test: of("test"), train: of("train") };
    });
    const none = (part: "test" | "train"): boolean => rows.every((row) => row[part].recordings === 0);
    return { fold, title, missing: none("test") || none("train"), corpora: rows };
  });
}

function roleOf(declared: FoldCorpus | undefined, utterance: Utterance): "test" | "train" | undefined {
  if (declared === undefined) return undefined;
  const group = declared.groupBy === "speaker" ? speakerWithin(utterance) : (utterance.sentence ?? "");
  if (declared.test.includes(group)) return "test";
  return declared.train.includes(group) || declared.validation?.includes(group) === true ? "train" : undefined;
}

function partCoverage(
  grouping: FoldCorpus["groupBy"],
  official: readonly Utterance[],
  there: readonly Utterance[],
): PartCoverage {
  const absent = (groupOf: (utterance: Utterance) => string): string[] => {
    const present = groupBy(there, groupOf);
    return [...groupBy(official, groupOf).keys()].filter((group) => !present.has(group)).sort(compareText);
  };
  const speakers = absent(speakerWithin);
  const words = grouping === "sentence" && there.length > 0 ? absent(({ sentence }) => sentence ?? "") : [];
  return { recordings: there.length, official: official.length, missing: [...speakers, ...words] };
}

/**
 * Who is missing in a part of any of these folds: `06 13`, with more corpora than one `RAVDESS 06 13, SAVEE JK`; a corpus
 * of which nothing is there is `all of TESS`.
 */
function missingText(folds: readonly FoldCoverage[], part: "test" | "train", named: boolean): string {
  const corpora = CORPORA.flatMap(({ name, title }) => {
    const rows = folds.flatMap(({ corpora: all }) => all.filter(({ corpus }) => corpus === name));
    const groups = [...new Set(rows.flatMap((row) => row[part].missing))].sort(compareText).join(" ");
    const nothing = rows.every(({ test, train }) => test.recordings + train.recordings === 0);
    if (named && nothing && groups !== "") return [`all of ${title}`];
    return groups === "" ? [] : [named ? `${title} ${groups}` : groups];
  });
  return corpora.join(", ");
}

/**
 * What a table's header says of what is missing, e.g. `5 of 6 folds (not on disk: fold 6, testing 06 13 17 22); training
 * without 06 13 17 22`. It says so, too, when folds were left out on purpose.
 */
export function renderCoverage(protocol: Protocol, coverage: readonly FoldCoverage[]): string {
  const several = protocol.corpora.length > 1;
  const run = coverage.filter(({ missing }) => !missing);
  const absent = coverage.filter(({ missing }) => missing);
  const skipped = protocol.folds.filter(({ fold }) => !coverage.some((each) => each.fold === fold));
  const remarks = [
    ...absent.map((fold) => {
      const test = missingText([fold], "test", several);
      return `not on disk: fold ${fold.fold}${test && `, testing ${test}`}`;
    }),
    ...(skipped.length > 0 ? [`not asked for: ${skipped.map(({ fold }) => fold).join(" ")}`] : []),
  ];
  const folds =
    `${run.length} of ${protocol.folds.length} fold${protocol.folds.length === 1 ? "" : "s"}` +
    (remarks.length > 0 ? ` (${remarks.join("; ")})` : "");
  const [test, train] = [missingText(run, "test", several), missingText(run, "train", several)];
  const without =
    test !== "" && test === train
      ? [`testing and training without ${test}`]
      : [...(test ? [`testing without ${test}`] : []), ...(train ? [`training without ${train}`] : [])];
  return [folds, ...without].join("; ");
}
