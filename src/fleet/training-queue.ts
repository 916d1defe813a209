import { createHash } from "node:crypto";
import type { JobQueue, QueueAddress } from "../batch/queue/index.ts";
import type { ProtocolRun } from "../evaluate/index.ts";
import type { TrainConfig } from "../train/index.ts";

/** Where the work is handed in, and how folders here are found on other machines. */
export interface FleetAddress extends QueueAddress {
  /** A folder that all recordings lie in and that workers may have elsewhere; absent: paths are the same everywhere. */
  readonly root?: string | undefined;
}

/** One run of a protocol. */
export interface FoldJob {
  readonly kind: "fold";
  /** Of this package: another one may train in another way. */
  readonly version: string;
  readonly protocol: string;
  /** Its corpora are locations: see `locationOf`. */
  readonly config: TrainConfig;
  readonly fold: number;
  readonly seed: number;
  /** What tells the run from those with other settings or recordings. */
  readonly identity: string;
  /** Whether the model is wanted. */
  readonly model: boolean;
}

/** What a {@link FoldJob} gives. */
export interface FoldResult {
  readonly run: ProtocolRun;
  /** The answers as their file holds them. */
  readonly answers: string;
  /** The model file in base64, where it is wanted. */
  readonly model?: string;
}

/** The features of some recordings, to be put into the cache. */
export interface FeaturesJob {
  readonly kind: "features";
  /** Of this package. */
  readonly version: string;
  /** A feature set, with or without a gate: see `frontEnd`. */
  readonly set: string;
  /** Of the recordings. */
  readonly locations: readonly string[];
  /** The mark of the cache that they go to. */
  readonly cache: string;
}

/** What a {@link FeaturesJob} gives: an entry for each recording, in order. */
export type FeaturesResult = readonly (
  | { readonly seconds: number; readonly cached: boolean; readonly cacheFault?: string }
  | { readonly error: { readonly code: string; readonly message: string } }
)[];

/** Work for whoever trains. */
export type TrainingJob = FoldJob | FeaturesJob;

/** How far a {@link FoldJob} is. */
export interface FoldProgress {
  /** With the share of the one at hand; null before the training. */
  readonly epochs: number | null;
  readonly note: string;
}

/** BullMQ's queue of {@link TrainingJob}s. */
export type TrainingQueue = JobQueue<TrainingJob>;

/** The queue beside a queue of recordings; no queue of recordings can be called so. */
export function trainingQueue(queue: string): string {
  return `${queue}+training`;
}

/** What messages call a job. */
export function nameOf(job: TrainingJob): string {
  if (job.kind === "fold") return `${job.protocol} fold ${job.fold} seed ${job.seed}`;
  return `${job.set} of ${job.locations.length} recordings from ${job.locations[0] ?? ""}`;
}

/** The id of a job: the same work has the same id, so that submitting it again is harmless. */
export function idOfJob(job: TrainingJob): string {
  const { version } = job;
  const what =
    job.kind === "fold"
      ? ["fold@1", version, job.protocol, job.identity, job.model]
      : ["features@1", version, job.set, job.locations, job.cache];
  return createHash("sha256").update(JSON.stringify(what)).digest("hex").slice(0, 32);
}
