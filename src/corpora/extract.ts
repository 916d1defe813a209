import { availableParallelism } from "node:os";
import type { Augmentation } from "../augment/index.ts";
import { ParameterError } from "../errors.ts";
import { frontEnd } from "../gate/index.ts";
import { Matrix } from "../matrix.ts";
import { startWorker } from "../worker.node.ts";
import type { FeatureCache } from "./cache.ts";
import type { ExtractAnswer, ExtractSetup, ExtractTask } from "./extract-worker.ts";
import type { RecordingFacts } from "./facts.ts";
import type { Utterance } from "./utterance.ts";
import { runInOrder } from "./worker-pool.ts";

/** How to go through recordings. */
export interface ExtractOptions {
  /** Worker threads; default as many as the machine has cores. */
  readonly threads?: number;
  /** Absent: everything is computed and nothing kept. */
  readonly cache?: FeatureCache;
  /** Ends the work with a `SpeechEmotionError` `aborted`; what is in the cache by then stays. */
  readonly signal?: AbortSignal;
  /** Called after every recording, in the order in which they are done. */
  readonly onProgress?: (done: number, total: number, failures: number) => void;
}

/** An augmented copy that is wanted of a recording. */
export interface AugmentedUtterance {
  readonly utterance: Utterance;
  /** What is done to its sound before the features are computed. */
  readonly augmentation: Augmentation;
}

/** A recording that could not be used, and why; the others were still done. */
export interface ExtractFailure {
  readonly utterance: Utterance;
  /** Where it was an augmented copy that could not be made. */
  readonly augmentation?: Augmentation;
  /** `code` is an `ErrorCode`, `worker_died`, or `internal_error` for a bug of ours; `message` names the file. */
  readonly error: { readonly code: string; readonly message: string };
}

/** A recording's facts. */
export interface ExtractedFacts {
  readonly utterance: Utterance;
  /** What its sound is like. */
  readonly facts: RecordingFacts;
  /** Whether nothing had to be computed. */
  readonly cached: boolean;
  /** Why the result could not be kept in the cache (a full disk, a read-only folder). */
  readonly cacheFault?: string;
}

/** A recording's facts and features. */
export interface ExtractedFeatures extends ExtractedFacts {
  /** How the waveform was changed before the features were taken; the facts are the recording's own. */
  readonly augmentation?: Augmentation;
  /** Real frames × columns of the feature set. */
  readonly features: Matrix;
}

/**
 * The features of every recording, in the order given: read, hashed, looked up in the cache, else decoded, computed and
 * cached, on worker threads. Memory is bounded: results are computed little faster than they are taken. An element with
 * an augmentation asks for the features of that copy of the recording; they are cached, too, under a key of their own.
 *
 * ```ts
 * for await (const result of extractFeatures(utterances, { featureSetId: "librosa54@1", cache: new FeatureCache() })) {
 *   if ("error" in result) console.error(result.error.message);
 *   else console.log(result.features.rows);
 * }
 * ```
 *
 * @throws ParameterError for an unknown feature set (or gate, as in "logmel72@1+gate@2"), or a thread count below 1, SpeechEmotionError `aborted`.
 */
export async function* extractFeatures(
  wanted: readonly (Utterance | AugmentedUtterance)[],
  options: ExtractOptions & { readonly featureSetId: string },
): AsyncGenerator<ExtractedFeatures | ExtractFailure, void, undefined> {
  // An unknown name is refused here, once, and not by every thread for every recording.
  frontEnd(options.featureSetId);
  const items = wanted.map((item) => ("utterance" in item ? item : { utterance: item }));
  const results = extract(items, { featureSetId: options.featureSetId }, options);
  for await (const { item, answer } of results) {
    if ("error" in answer) yield { ...item, error: answer.error };
    else {
      const { facts, features, cached, cacheFault } = answer;
      const { rows, columns, data } = features!;
      yield {
        ...item,
        facts,
        features: new Matrix(rows, columns, data),
        cached,
        ...(cacheFault !== undefined && { cacheFault }),
      };
    }
  }
}

/** {@link extractFeatures} without the features: what `ser corpora` needs to find silent and identical recordings. */
export async function* extractFacts(
  utterances: readonly Utterance[],
  options: ExtractOptions = {},
): AsyncGenerator<ExtractedFacts | ExtractFailure, void, undefined> {
  const items = utterances.map((utterance) => ({ utterance }));
  for await (const { item, answer } of extract(items, {}, options)) {
    const { utterance } = item;
    if ("error" in answer) yield { utterance, error: answer.error };
    else {
      const { facts, cached, cacheFault } = answer;
      yield { utterance, facts, cached, ...(cacheFault !== undefined && { cacheFault }) };
    }
  }
}

async function* extract<Item extends { readonly utterance: Utterance; readonly augmentation?: Augmentation }>(
  items: readonly Item[],
  setup: ExtractSetup,
  { threads = availableParallelism(), cache, signal, onProgress }: ExtractOptions,
): AsyncGenerator<{ item: Item; answer: ExtractAnswer }, void, undefined> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ParameterError(`extract: threads=${threads} must be a whole number, at least 1`);
  }
  const workerData: ExtractSetup = { ...setup, ...(cache && { cache: { folder: cache.folder, limit: cache.limit } }) };
  let done = 0;
  let failures = 0;
  let unchecked = 0;
  const answers = runInOrder<ExtractTask, ExtractAnswer>(
    items.map(({ utterance, augmentation }) => ({ file: utterance.path, ...(augmentation && { augmentation }) })),
    {
      threads,
      signal,
      start: () => startWorker(new URL("./extract-worker.js", import.meta.url), workerData),
      died: ({ file }, cause) => ({
        error: { code: "worker_died", message: `${file}: the thread died (${String(cause)})` },
      }),
      onResult: (answer) => {
        done++;
        if ("error" in answer) failures++;
        else unchecked += answer.bytesWritten;
        // Looking at every entry costs a fraction of a second: not after each of them.
        if (cache && unchecked > cache.limit / 8) {
          cache.enforceLimit();
          unchecked = 0;
        }
        onProgress?.(done, items.length, failures);
      },
    },
  );
  let next = 0;
  try {
    for await (const answer of answers) yield { item: items[next++]!, answer };
  } finally {
    if (cache && unchecked > 0) cache.enforceLimit();
  }
}
