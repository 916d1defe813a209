import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers/promises";
import type { Redis } from "ioredis";
import { InputError } from "../../errors.ts";
import type { BatchSettings } from "../job.ts";
import { recognizeInput } from "../local.ts";
import { RecognizerPool } from "../pool.ts";
import { SOURCE_LIMITS, type SourceLimits } from "../sources/index.ts";
import { connect, loadBullmq, openQueue, type QueueAddress, type RecordingJob, takeJobs } from "./connection.ts";
import { failureText } from "./failure.ts";
import { readModel, readRecord } from "./run-record.ts";

/** What {@link runWorker} is asked for. */
export interface WorkerOptions extends QueueAddress {
  /** Threads with a recogniser each; default: the cores. */
  readonly threads?: number | undefined;
  /** Recordings at once: while some are recognised others are fetched; default twice the threads. */
  readonly concurrency?: number | undefined;
  /** Where the submitter's root lies on this machine. */
  readonly root?: string | undefined;
  /** Of recordings that are fetched. */
  readonly limits?: SourceLimits;
  /** A recording whose worker has not been heard of for so long is given to another; default 30. */
  readonly takeOverSeconds?: number | undefined;
  /** Stops it: what is begun is finished first. */
  readonly signal: AbortSignal;
  /** Told what a person should know, a sentence at a time. */
  readonly onNote: (text: string) => void;
  /** Told after every recording. */
  readonly onProgress?: (label: string, done: number, total: number, note?: string) => void;
}

/** What a worker has done. */
export interface WorkerAccount {
  /** Recordings with a result. */
  done: number;
  /** Recordings without one. */
  failed: number;
}

/** Seconds after which the jobs of a silent worker go to another, where nothing else is said. */
export const TAKE_OVER_SECONDS = 30;

/**
 * Takes recordings from a queue until the signal fires. A killed worker loses nothing: what it had is taken over by another.
 * The model comes through Redis, so that every worker answers as the submitter asked.
 *
 * @throws InputError `queue_unusable` when Redis does not answer at the start
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerAccount> {
  const redis = await connect(options, options.onNote);
  try {
    return await serveRecordings(redis, options);
  } finally {
    redis.disconnect();
  }
}

/** {@link runWorker} over a connection of its caller. */
export async function serveRecordings(redis: Redis, options: WorkerOptions): Promise<WorkerAccount> {
  const { threads = availableParallelism(), takeOverSeconds = TAKE_OVER_SECONDS, signal, onNote, onProgress } = options;
  const { concurrency = 2 * threads, root, limits = SOURCE_LIMITS } = options;
  const { UnrecoverableError } = await loadBullmq();
  const account: WorkerAccount = { done: 0, failed: 0 };
  const runs = new Runs(redis, options.queue, threads);

  const work = async ({ data }: RecordingJob): Promise<unknown> => {
    const { pool, settings } = await runs.of(data.r);
    const input = { file: data.f, location: data.l ?? data.f };
    const outcome = await recognizeInput(input, { pool, options: settings, root, limits });
    if ("result" in outcome) return outcome.result;
    const text = failureText(outcome.error);
    throw outcome.error.transient === true ? new Error(text) : new UnrecoverableError(text);
  };

  const worker = await takeJobs(options.queue, redis, work, { concurrency, takeOverSeconds });
  worker.on("completed", () => void account.done++);
  worker.on("failed", () => void account.failed++);
  const queue = await openQueue(options.queue, redis);
  onNote(`waiting for recordings: queue ${options.queue}, ${threads} threads, ${concurrency} at once\n`);
  try {
    while (!signal.aborted) {
      await setTimeout(1000, undefined, { signal }).catch(() => undefined);
      if (redis.status !== "ready" || account.done === 0) continue;
      const { waiting = 0, active = 0, delayed = 0 } = await queue.getJobCounts("waiting", "active", "delayed");
      const left = waiting + active + delayed;
      if (left > 0) onProgress?.("worker", account.done, account.done + left);
    }
  } finally {
    // Without Redis nothing that is begun could be handed in.
    await worker.close(redis.status !== "ready");
    await queue.close();
    await runs.close();
  }
  return account;
}

interface Run {
  readonly pool: RecognizerPool;
  readonly settings: BatchSettings;
}

/** The runs that jobs belong to: settings and model are fetched when the first job of a run comes. */
class Runs {
  readonly #redis: Redis;
  readonly #queue: string;
  readonly #threads: number;
  #current: { readonly run: string; readonly ready: Promise<Run> } | undefined;

  constructor(redis: Redis, queue: string, threads: number) {
    this.#redis = redis;
    this.#queue = queue;
    this.#threads = threads;
  }

  of(run: string): Promise<Run> {
    if (this.#current?.run === run) return this.#current.ready;
    const before = this.#current?.ready;
    const ready = this.#start(run);
    this.#current = { run, ready };
    // A queue serves one batch after the other: nobody works on the one before.
    void before?.then(({ pool }) => pool.close()).catch(() => undefined);
    // The next job tries again.
    ready.catch(() => {
      if (this.#current?.run === run) this.#current = undefined;
    });
    return ready;
  }

  async #start(run: string): Promise<Run> {
    const record = await readRecord(this.#redis, this.#queue);
    if (record?.run !== run) {
      throw new InputError(
        "queue_unusable",
        `queue ${this.#queue}: the batch of this recording is gone; submit it again`,
      );
    }
    const model = await readModel(this.#redis, this.#queue);
    const { settings, name } = record;
    return { pool: await RecognizerPool.start({ model, name }, this.#threads), settings };
  }

  async close(): Promise<void> {
    await this.#current?.ready.then(
      ({ pool }) => pool.close(),
      () => undefined,
    );
  }
}
