import { ParameterError } from "../../errors.ts";
import { distinct } from "../../grouping.ts";
import { atLeastOne, hashOrder, takeValidation } from "../draw.ts";
import { splitUtterances, type CorpusSplit, type Split } from "../split.ts";
import type { Utterance } from "../utterance.ts";
import type { FoldCorpus, ProtocolFold } from "./protocol.ts";

/** Share of the groups left for training that validation takes. */
const VALIDATION_SHARE = 0.1;

/** What a fold's validation part is drawn with. */
export interface FoldSplitOptions {
  /** A 32-bit integer; test parts do not depend on it, but in a random split. */
  readonly seed: number;
  /** Recordings whose audio is another's: see `twinsOf`. */
  readonly twins?: Readonly<Record<string, string>>;
}

/**
 * The split that a fold makes of the recordings there are: test groups as declared, validation as published or drawn from
 * the training groups (a tenth, at least one a corpus, sexes in proportion, by a hash of seed and name). A corpus with
 * fewer than three groups left for training gives none to validation. Recordings of other corpora are in no part.
 */
export function foldSplit(
  { fold, corpora }: ProtocolFold,
  utterances: readonly Utterance[],
  options: FoldSplitOptions,
): Split {
  const { seed, twins } = options;
  if (corpora === "random") {
    return splitUtterances(utterances, { kind: "random", seed, ...(twins && { twins }) });
  }
  const notes: string[] = [];
  const parts: Record<string, CorpusSplit> = {};
  for (const [corpus, declared] of Object.entries(corpora)) {
    const own = utterances.filter((utterance) => utterance.corpus === corpus);
    if (own.length === 0) continue;
    const split = corpusSplit(corpus, declared, own, seed);
    if (split.train.length > 0 && split.validation.length === 0) {
      const left = `${split.train.length} ${split.groupBy}s`;
      notes.push(`fold ${fold}: ${corpus} has only ${left} left for training, so none is kept for validation`);
    }
    parts[corpus] = split;
  }
  return { kind: "speaker", seed, testShare: 0, validationShare: VALIDATION_SHARE, corpora: parts, notes };
}

function corpusSplit(corpus: string, declared: FoldCorpus, own: readonly Utterance[], seed: number): CorpusSplit {
  const speakers = distinct(own.map(({ speaker }) => speaker));
  if (declared.validationBy === "sentence") {
    const testSpeakers = identities(corpus, "speaker", declared.test);
    const learnt = own.filter(({ speaker }) => !testSpeakers.includes(speaker));
    const words = distinct(learnt.map(({ sentence }) => sentence ?? ""));
    const sentences: FoldCorpus = { groupBy: "sentence", test: [], train: words };
    return { ...partsOf(corpus, sentences, learnt, seed), speakers, testSpeakers: here(testSpeakers, speakers) };
  }
  return { ...partsOf(corpus, declared, own, seed), speakers };
}

function partsOf(
  corpus: string,
  { groupBy, test, train, validation }: FoldCorpus,
  own: readonly Utterance[],
  seed: number,
): Omit<CorpusSplit, "speakers"> {
  const present = distinct(
    own.map((utterance) => (groupBy === "speaker" ? utterance.speaker : (utterance.sentence ?? ""))),
  );
  const listed = (groups: readonly string[]): string[] => here(identities(corpus, groupBy, groups), present);
  const pool = listed(train);
  const sexOf = new Map(own.map(({ speaker, sex }) => [speaker, sex ?? "unknown"]));
  const drawn =
    validation === undefined
      ? takeValidation(hashOrder(pool, seed, "split", corpus), atLeastOne(VALIDATION_SHARE, pool.length), (group) =>
          groupBy === "speaker" ? sexOf.get(group)! : "",
        ).sort()
      : listed(validation);
  return { groupBy, train: pool.filter((group) => !drawn.includes(group)), validation: drawn, test: listed(test) };
}

/** Groups as splits list them: speakers with their corpus's name. */
function identities(corpus: string, groupBy: FoldCorpus["groupBy"], groups: readonly string[]): string[] {
  return groupBy === "speaker" ? groups.map((group) => `${corpus}/${group}`) : [...groups];
}

const here = (groups: readonly string[], present: readonly string[]): string[] =>
  groups.filter((group) => present.includes(group)).sort();

/**
 * The folds that are asked for.
 *
 * @param wanted numbers of folds, each from 1, in any order; undefined: all
 * @throws ParameterError for a number that is no fold of the protocol.
 */
export function chosenFolds(folds: readonly ProtocolFold[], wanted: readonly number[] | undefined): ProtocolFold[] {
  for (const number of wanted ?? []) {
    if (!folds.some(({ fold }) => fold === number)) {
      throw new ParameterError(`folds: ${number} is none; there are ${folds.map(({ fold }) => fold).join(", ")}`);
    }
  }
  return folds.filter(({ fold }) => wanted === undefined || wanted.includes(fold));
}
