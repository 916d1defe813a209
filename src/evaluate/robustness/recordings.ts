import { applyExclusions, KNOWN_BAD, scanCorpora, type Exclusion, type Utterance } from "../../corpora/index.ts";
import { labelOf } from "../../emotions.ts";
import { InputError } from "../../errors.ts";
import { compareText } from "../../grouping.ts";
import type { ModelMetadata } from "../../model/index.ts";
import { Random } from "../../random.ts";
import { isUnseen } from "../answer.ts";

/** Which recordings {@link chooseRecordings} takes. */
export interface ChoiceOptions {
  /** Also those that the model was trained or chosen on. */
  readonly seen?: boolean;
  /** So many at most. */
  readonly limit?: number;
}

/** What it took, and what it left out. */
export interface Choice {
  /** In the order of their ids. */
  readonly recordings: readonly Utterance[];
  /** By the named list of known bad recordings. */
  readonly excluded: readonly Exclusion[];
  /** How many were left out since the model has no label for them. */
  readonly unlabelled: number;
}

/**
 * The recordings of corpora on which a model can be tested: never met by it, and with one of its labels. A limit takes those
 * whose hashed ids come first, so that every corpus and emotion has its share, and the same ones each time.
 *
 * @param sources Folders of corpora, or manifests.
 * @throws InputError `corpus_empty` when there is none, and what `scanCorpora` throws
 */
export async function chooseRecordings(
  metadata: ModelMetadata,
  sources: readonly string[],
  { seen = false, limit = Infinity }: ChoiceOptions = {},
): Promise<Choice> {
  const scan = await scanCorpora(sources);
  const { kept, excluded } = applyExclusions(scan.utterances, KNOWN_BAD);
  const labelled = kept.filter(({ emotion }) => labelOf(metadata.labels, emotion) !== undefined);
  const fit = seen ? labelled : labelled.filter((utterance) => isUnseen(metadata, utterance));
  if (fit.length === 0) {
    throw new InputError(
      "corpus_empty",
      labelled.length === 0
        ? `robustness: of ${scan.utterances.length} recordings found none has a label of the model: ${metadata.labels.labels.join(", ")}`
        : `robustness: the model was trained or chosen on all ${labelled.length} recordings found; ` +
            `--all takes them all the same, and the result says so`,
    );
  }
  const order = ({ id }: Utterance): number => new Random(0, "limit", id).uint32();
  const chosen = fit.toSorted((a, b) => order(a) - order(b) || compareText(a.id, b.id)).slice(0, limit);
  return {
    recordings: chosen.toSorted((a, b) => compareText(a.id, b.id)),
    excluded,
    unlabelled: kept.length - labelled.length,
  };
}
