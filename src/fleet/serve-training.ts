import { hostname } from "node:os";
import type { Job } from "bullmq";
import type { Redis } from "ioredis";
import { failureText, loadBullmq, TAKE_OVER_SECONDS, takeJobs } from "../batch/queue/index.ts";
import { InputError, SpeechEmotionError } from "../errors.ts";
import { untilAborted } from "../listening.node.ts";
import { doFeatures } from "./do-features.ts";
import { doFold, forgetAbandonedFolds, forgetFold, hasCheckpoint, type TrainingSetting } from "./do-fold.ts";
import {
  type FeaturesResult,
  type FoldProgress,
  type FoldResult,
  nameOf,
  type TrainingJob,
  trainingQueue,
} from "./training-queue.ts";

/** What {@link serveTraining} is asked for. */
export interface ServeTrainingOptions extends TrainingSetting {
  /** The queue of recordings that it belongs to. */
  readonly queue: string;
  readonly takeOverSeconds?: number | undefined;
  /** Ends it: a training stops at its checkpoint and goes to another worker. */
  readonly signal: AbortSignal;
  readonly onNote: (text: string) => void;
  /** How far the training at hand is, of `total` epochs; null: it ended. */
  readonly onTraining?: (progress: (FoldProgress & { readonly total: number }) | null) => void;
}

/** What was done of the training queue. */
export interface TrainingAccount {
  done: number;
  failed: number;
}

/** Least milliseconds between two words about a training. */
const TELL_MS = 1000;

/** Errors that another try, or another worker, may not have; all others are for good. */
const TRANSIENT: readonly string[] = ["file_unreadable", "checkpoint_invalid"];

/** Takes training jobs, one at a time, until the signal fires. A job that was lost to another worker is ended here. */
export async function serveTraining(redis: Redis, options: ServeTrainingOptions): Promise<TrainingAccount> {
  const { queue, takeOverSeconds = TAKE_OVER_SECONDS, signal, onNote, onTraining } = options;
  const { UnrecoverableError, WaitingError } = await loadBullmq();
  const account: TrainingAccount = { done: 0, failed: 0 };
  forgetAbandonedFolds();

  const work = async (job: Job<TrainingJob>, token?: string, lost?: AbortSignal): Promise<unknown> => {
    const stop = AbortSignal.any([signal, ...(lost ? [lost] : [])]);
    const name = nameOf(job.data);
    const started = performance.now();
    const resumes = job.data.kind === "fold" && hasCheckpoint(job.data);
    onNote(`${name}: ${resumes ? "goes on from its checkpoint" : "begins"}\n`);
    try {
      const result = await doJob(job, options, stop);
      if (result !== null) {
        onNote(`${name}: done in ${((performance.now() - started) / 60_000).toFixed(1)} min\n`);
        return result;
      }
    } catch (cause) {
      if (!stop.aborted) {
        const { text, forGood } = failureOf(cause);
        onNote(`${name}: failed: ${cause instanceof Error ? cause.message : String(cause)}\n`);
        throw forGood ? new UnrecoverableError(text) : new Error(text);
      }
    } finally {
      onTraining?.(null);
    }
    // Given back, unless it is another's already: neither a result nor a failure.
    onNote(`${name}: ${signal.aborted ? "left to another worker" : "taken from this worker"}\n`);
    if (lost?.aborted !== true) await job.moveToWait(token);
    throw new WaitingError();
  };

  const worker = await takeJobs(trainingQueue(queue), redis, work, { concurrency: 1, takeOverSeconds });
  worker.on("lockRenewalFailed", (ids) => ids.forEach((id) => worker.cancelJob(id)));
  worker.on("completed", ({ data }) => {
    account.done++;
    if (data.kind === "fold") forgetFold(data);
  });
  worker.on("failed", () => void account.failed++);
  await untilAborted(signal);
  // Without Redis nothing that is begun could be given back.
  await worker.close(redis.status !== "ready");
  return account;
}

async function doJob(
  job: Job<TrainingJob>,
  options: ServeTrainingOptions,
  signal: AbortSignal,
): Promise<FoldResult | FeaturesResult | null> {
  const { data } = job;
  const { version } = options.provenance;
  if (data.version !== version) {
    throw new InputError("run_mismatch", `this is speech-emotion ${version}, the submitter's is ${data.version}`);
  }
  if (data.kind === "features") return doFeatures(data, options, signal);
  let toldAt = 0;
  return doFold(data, options, {
    signal,
    onProgress: (progress) => {
      options.onTraining?.({ ...progress, total: data.config.epochs });
      if (performance.now() - toldAt < TELL_MS) return;
      toldAt = performance.now();
      // Its job may be gone: the lock tells.
      job.updateProgress(progress).catch(() => undefined);
    },
  });
}

function failureOf(cause: unknown): { text: string; forGood: boolean } {
  const known = cause instanceof SpeechEmotionError;
  const message = `${hostname()}: ${cause instanceof Error ? cause.message : String(cause)}`;
  // A process that died, or a bug, which keeps its stack.
  if (!known) return { text: failureText({ code: "worker_died", message }), forGood: false };
  return { text: failureText({ code: cause.code, message }), forGood: !TRANSIENT.includes(cause.code) };
}
