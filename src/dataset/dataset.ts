import type { Augmentation } from "../augment/index.ts";
import {
  applyExclusions,
  extractFeatures,
  FeatureCache,
  KNOWN_BAD,
  scanCorpora,
  type Exclusion,
  type ExtractFailure,
  type Problem,
  type RecordingFacts,
  type Utterance,
} from "../corpora/index.ts";
import { labelOf, type LabelMap } from "../emotions.ts";
import { InputError } from "../errors.ts";
import type { Clips } from "../fit/index.ts";
import { Matrix } from "../matrix.ts";
import { shareable } from "../shared-memory.ts";

/** A recording that can be trained or tested on. */
export interface Example {
  readonly utterance: Utterance;
  /** Index of its label in the label map. */
  readonly label: number;
  /** Real frames × columns. */
  readonly features: Matrix;
  /** Of the recording itself, also where this is a copy. */
  readonly facts: RecordingFacts;
  /** What makes it a copy of the recording, and not the recording. */
  readonly augmentation?: Augmentation;
}

/** What became of all recordings found. */
export interface Dataset {
  /** What can be trained or tested on. */
  readonly examples: readonly Example[];
  /** Left out by the named list of known bad recordings, or because they are silent. */
  readonly excluded: readonly Exclusion[];
  /** Left out because their emotion is none of the labels. */
  readonly unlabelled: readonly Utterance[];
  /** Not readable, not decodable. */
  readonly failures: readonly ExtractFailure[];
  /** Findings of the scan. */
  readonly problems: readonly Problem[];
}

/** What {@link loadDataset} is asked for. */
export interface DatasetOptions {
  /** Folders of corpora, or manifests. */
  readonly sources: readonly string[];
  readonly labels: LabelMap;
  readonly featureSet: string;
  /** Takes only recordings for which this holds; the others are not decoded. */
  readonly only?: (utterance: Utterance) => boolean;
  /** Worker threads; 0 for all cores. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Told after each recording: how many are done, of how many, and how many of them failed. */
  readonly onProgress?: (done: number, total: number, failures: number) => void;
}

/**
 * Finds the recordings, leaves out the known bad ones, and computes (or takes from the cache) the features of the rest.
 *
 * @throws InputError `corpus_empty` when nothing is left, and what `scanCorpora` throws.
 */
export async function loadDataset(options: DatasetOptions): Promise<Dataset> {
  const { labels, threads = 0, signal, onProgress } = options;
  const scan = await scanCorpora(options.sources);
  const { kept, excluded } = applyExclusions(scan.utterances, KNOWN_BAD);
  const wanted = options.only === undefined ? kept : kept.filter(options.only);
  const labelled = wanted.filter((utterance) => labelOf(labels, utterance.emotion) !== undefined);
  const examples: Example[] = [];
  const failures: ExtractFailure[] = [];
  const silent: Exclusion[] = [];
  const results = extractFeatures(labelled, {
    featureSetId: options.featureSet,
    cache: new FeatureCache(),
    ...(threads > 0 && { threads }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  for await (const result of results) {
    if ("error" in result) failures.push(result);
    else if (result.facts.silent) silent.push({ utterance: result.utterance, reason: "digital silence" });
    else {
      const { utterance, features, facts } = result;
      const label = labels.labels.indexOf(labelOf(labels, utterance.emotion)!);
      examples.push({ utterance, label, features: shared(features), facts });
    }
  }
  if (examples.length === 0) {
    throw new InputError(
      "corpus_empty",
      `corpora: of ${scan.utterances.length} recordings found none can be used (${excluded.length + silent.length} known bad ` +
        `or silent, ${wanted.length - labelled.length} without a label of ${labels.labels.join(", ")}, ${failures.length} ` +
        `unreadable, ${kept.length - wanted.length} not asked for)`,
    );
  }
  return {
    examples,
    excluded: [...excluded, ...silent],
    unlabelled: wanted.filter((utterance) => labelOf(labels, utterance.emotion) === undefined),
    failures,
    problems: scan.problems,
  };
}

/** Features where the thread that makes batches can read them. */
export function shared({ rows, columns, data }: Matrix): Matrix {
  return new Matrix(rows, columns, shareable(data));
}

/** Examples as the training loop reads them; `soft` gives those that have one their soft label. */
export function clipsOf(examples: readonly Example[], soft?: (example: Example) => Float32Array | undefined): Clips {
  return {
    length: examples.length,
    features: (i) => examples[i]!.features.data,
    label: (i) => examples[i]!.label,
    group: (i) => `${examples[i]!.utterance.corpus}: ${examples[i]!.label}`,
    ...(soft && { target: (i) => soft(examples[i]!) }),
  };
}

/** What was left out and why, in a few lines for people. */
export function renderLeftOut({ excluded, unlabelled, failures }: Dataset): string {
  const lines = excluded.map(({ utterance, reason }) => `  left out (${KNOWN_BAD.name}): ${utterance.id}: ${reason}`);
  lines.push(...failures.map(({ error }) => `  failed: ${error.message}`));
  if (unlabelled.length > 0) {
    const emotions = [...new Set(unlabelled.map(({ emotion }) => emotion))].sort();
    lines.push(`  left out: ${unlabelled.length} recordings of ${emotions.join(", ")}: no label of this model`);
  }
  return lines.map((line) => `${line}\n`).join("");
}
