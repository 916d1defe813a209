/** The thread side of `extract.ts`: one recording at a time from file to facts and features, by way of the cache. */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { Waveform } from "../audio/index.ts";
import type { Augmentation } from "../augment/index.ts";
import { hexDigest } from "../digest.node.ts";
import { failureOf, reasonOf } from "../errors.ts";
import { unreadable } from "../files.node.ts";
import type { FrontEnd } from "../gate/index.ts";
import type { Matrix } from "../matrix.ts";
import { onTask } from "../worker.node.ts";
import { FeatureCache } from "./cache.ts";
import type { WorkerMessage, WorkerTask } from "./worker-pool.ts";
import { augmentedKey, factsOf, readFacts, readFeatures, writeFacts, writeFeatures } from "./facts.ts";
import type { FeatureKey, RecordingFacts } from "./facts.ts";

/** What the threads are told when they are started. */
export interface ExtractSetup {
  /** Of a `frontEnd`: a feature set, with or without the gate. Absent: facts only. */
  readonly featureSetId?: string;
  /** Absent: no cache. */
  readonly cache?: { readonly folder: string; readonly limit: number };
}

/** What a thread is asked for. */
export interface ExtractTask {
  readonly file: string;
  /** The features are those of the waveform so augmented. */
  readonly augmentation?: Augmentation;
}

/** What a thread answers for a file. */
export type ExtractAnswer =
  | {
      readonly facts: RecordingFacts;
      readonly features?: { readonly rows: number; readonly columns: number; readonly data: Float32Array<ArrayBuffer> };
      readonly cached: boolean;
      readonly bytesWritten: number;
      /** Why an entry could not be written to the cache. */
      readonly cacheFault?: string;
    }
  | { readonly error: { readonly code: string; readonly message: string } };

const setup = workerData as ExtractSetup;
const cache = setup.cache && new FeatureCache(setup.cache);
let frontEndOnce: Promise<FrontEnd> | undefined;

async function extract({ file, augmentation }: ExtractTask): Promise<ExtractAnswer> {
  const bytes = readBytes(file);
  const hash = hexDigest(bytes);
  const { featureSetId } = setup;
  const key = featureSetId === undefined ? undefined : await keyOf(hash, featureSetId, augmentation);
  let facts = cache && readFacts(cache, hash);
  let features = cache && key && readFeatures(cache, key.hash, key.kind);
  if (facts && (features || featureSetId === undefined)) {
    return { facts, ...(features && { features: plain(features) }), cached: true, bytesWritten: 0 };
  }

  // Loaded on the first miss: a run of hits needs no decoder.
  const { decodeAudio } = await import("../audio/index.ts");
  const audio = await decodeAudio(bytes);
  facts = factsOf(audio);
  if (featureSetId !== undefined) {
    frontEndOnce ??= import("../gate/index.ts").then(({ frontEnd }) => frontEnd(featureSetId));
    features ??= await featuresOf(await frontEndOnce, audio, augmentation);
  }
  let bytesWritten = 0;
  let cacheFault: string | undefined;
  if (cache) {
    try {
      bytesWritten += writeFacts(cache, hash, facts);
      if (features && key) bytesWritten += writeFeatures(cache, key.hash, key.kind, features);
    } catch (cause) {
      cacheFault = reasonOf(cause);
    }
  }
  return {
    facts,
    ...(features && { features: plain(features) }),
    cached: false,
    bytesWritten,
    ...(cacheFault !== undefined && { cacheFault }),
  };
}

async function keyOf(hash: string, featureSetId: string, augmentation?: Augmentation): Promise<FeatureKey> {
  if (!augmentation) return { hash, kind: featureSetId };
  const { augmentationText } = await import("../augment/index.ts");
  return augmentedKey(hash, featureSetId, augmentationText(augmentation));
}

/** Augmentations work at the feature set's own rate, as the original's do: less to compute, and a band for all corpora. */
async function featuresOf(front: FrontEnd, audio: Waveform, augmentation?: Augmentation): Promise<Matrix> {
  if (!augmentation) return front.extract(audio);
  const [{ augment }, { resample }] = await Promise.all([import("../augment/index.ts"), import("../audio/index.ts")]);
  return front.extract(augment(resample(audio, front.set.sampleRate), augmentation));
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw unreadable(file, cause, "an audio file");
  }
}

/** A matrix as it travels between threads, its values in a buffer of their own. */
function plain({ rows, columns, data }: Matrix): { rows: number; columns: number; data: Float32Array<ArrayBuffer> } {
  const whole = data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
  return { rows, columns, data: whole ? (data as Float32Array<ArrayBuffer>) : Float32Array.from(data) };
}

function failed(file: string, cause: unknown): ExtractAnswer {
  const { code, message } = failureOf(cause);
  return { error: { code, message: message.startsWith(`${file}: `) ? message : `${file}: ${message}` } };
}

const port = parentPort!;
onTask(({ index, task }: WorkerTask<ExtractTask>) => {
  void extract(task)
    .catch((cause: unknown) => failed(task.file, cause))
    .then((result) => {
      const message: WorkerMessage<ExtractAnswer> = { index, result };
      port.postMessage(message, "features" in result ? [result.features.data.buffer] : []);
    });
});
port.postMessage({ ready: true } satisfies WorkerMessage<ExtractAnswer>);
