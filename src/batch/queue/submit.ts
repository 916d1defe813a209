import { setTimeout } from "node:timers/promises";
import type { Redis } from "ioredis";
import { InputError } from "../../errors.ts";
import { type BatchAccount, countFailure, newAccount } from "../account.ts";
import { IdSet } from "../id-set.ts";
import { distinctInputs } from "../inputs.ts";
import type { BatchInput, BatchSettings, Outcome } from "../job.ts";
import type { ResultFiles } from "../result-files.ts";
import { JOB_NAME, type JobData, type QueueAddress, type RecordingQueue, withQueue } from "./connection.ts";
import { parseFailure } from "./failure.ts";
import { Loneliness } from "./loneliness.ts";
import { readRecord, recordOf, removeRecord, type RunRecord, writeRecord } from "./run-record.ts";

/** What {@link runThroughRedis} is asked for. */
export interface QueuedBatch extends QueueAddress {
  /** The recordings, asked for several times: to count them, to submit them, to find what got lost. */
  readonly inputs: () => AsyncIterable<BatchInput>;
  /** What is asked of every recording. */
  readonly settings: BatchSettings;
  /** The model file's bytes, which workers are sent. */
  readonly model: Uint8Array;
  readonly name: string;
  /** The file of results: with the settings, the batch's identity. */
  readonly out: string;
  /** Put the dead letters back first. */
  readonly retryFailures: boolean;
  /** Jobs that lie in Redis at once; default 5,000: its memory stays small however many recordings there are. */
  readonly ahead?: number;
  readonly signal: AbortSignal;
  /** Told as results come: how many are there, of how many. */
  readonly onProgress?: (label: string, done: number, total: number, note?: string) => void;
  /** Told what a person should know, a sentence at a time. */
  readonly onNote: (text: string) => void;
}

/** Jobs that are added, or results that are fetched, in one go. */
const CHUNK = 250;
/** Milliseconds between two looks at a queue that has nothing new. */
const PAUSE_MS = 100;

/**
 * Submits all recordings to a queue and writes the results as workers bring them. A result leaves Redis only when it is on the
 * disk, and is written only when the file does not hold its id: so each is in the file once, whoever is killed when. When
 * the queue is empty, recordings without result or failure (Redis lost its last second) are submitted again.
 *
 * @throws InputError `queue_unusable` when Redis does not answer at the start, or the queue serves another batch
 */
export async function runThroughRedis(batch: QueuedBatch, files: ResultFiles): Promise<BatchAccount> {
  const { signal } = batch;
  return withQueue<JobData, BatchAccount>(batch, batch.queue, batch, async (queue, redis) => {
    const submitter = new Submitter(batch, files, redis, queue);
    try {
      await submitter.run();
    } catch (cause) {
      if (!signal.aborted) throw cause;
    }
    submitter.account.interrupted = signal.aborted;
    return submitter.account;
  });
}

class Submitter {
  readonly account: BatchAccount = newAccount();
  readonly #batch: QueuedBatch;
  readonly #files: ResultFiles;
  readonly #redis: Redis;
  readonly #queue: RecordingQueue;
  readonly #record: RunRecord;
  readonly #loneliness: Loneliness;

  constructor(batch: QueuedBatch, files: ResultFiles, redis: Redis, queue: RecordingQueue) {
    this.#batch = batch;
    this.#files = files;
    this.#redis = redis;
    this.#queue = queue;
    this.#record = recordOf(batch.settings, batch.name, batch.out);
    this.#loneliness = new Loneliness(queue, batch);
  }

  async run(): Promise<void> {
    const { inputs, settings, retryFailures, signal, onNote } = this.#batch;
    const { account } = this;
    await this.#takeQueue();
    if (retryFailures) await this.#queue.retryJobs({ state: "failed", count: CHUNK });
    for await (const { id } of distinctInputs(inputs(), settings)) {
      if (signal.aborted) return;
      account.total++;
      if (this.#files.done.has(id)) account.before++;
      else if (this.#files.failed.has(id)) account.failedBefore++;
    }
    for (let pass = 1; !signal.aborted; pass++) {
      const submitted = await this.#submitMissing();
      await this.#collectUntil((left) => left === 0);
      await this.#keepFailures();
      if (submitted === 0 || signal.aborted) break;
      if (pass > 1) onNote(`${submitted} recordings had been lost in Redis and were submitted again\n`);
    }
    if (!signal.aborted && (await this.#queue.getFailedCount()) === 0)
      await removeRecord(this.#redis, this.#batch.queue);
  }

  /** @throws InputError `queue_unusable` when another batch's jobs are in the queue */
  async #takeQueue(): Promise<void> {
    const { queue, model } = this.#batch;
    const old = await readRecord(this.#redis, queue);
    if (old !== null && old.run !== this.#record.run) {
      const left = sum(await this.#queue.getJobCounts());
      if (left > 0) {
        throw new InputError(
          "queue_unusable",
          `queue ${queue} serves another batch, whose results go to ${old.out}: ${left} jobs are in it; finish that, ` +
            `throw it away with "ser queue drain", or give another --queue`,
        );
      }
    }
    await writeRecord(this.#redis, queue, this.#record, model);
  }

  /** Submits what has neither result nor failure; what is in Redis already is not added again. @returns how many */
  async #submitMissing(): Promise<number> {
    const { inputs, settings, ahead = 5000, signal } = this.#batch;
    const dead = await this.#deadLetters();
    let submitted = 0;
    let chunk: Parameters<RecordingQueue["addBulk"]>[0] = [];
    const flush = async (): Promise<void> => {
      await this.#queue.addBulk(chunk);
      submitted += chunk.length;
      chunk = [];
      await this.#collectUntil((left) => left < ahead);
    };
    for await (const { id, input } of distinctInputs(inputs(), settings)) {
      if (signal.aborted) return submitted;
      if (this.#files.done.has(id) || this.#files.failed.has(id) || dead.has(id)) continue;
      const { file: f, location: l } = input;
      chunk.push({ name: JOB_NAME, data: { f, ...(l !== f && { l }), r: this.#record.run }, opts: { jobId: id } });
      if (chunk.length === CHUNK) await flush();
    }
    if (chunk.length > 0) await flush();
    return submitted;
  }

  async #deadLetters(): Promise<IdSet> {
    const ids = new IdSet();
    for (const id of await this.#queue.getRanges(["failed"], 0, -1)) ids.add(id);
    return ids;
  }

  /** Writes results as they come, until so many jobs are left in Redis as `enough` says. */
  async #collectUntil(enough: (left: number) => boolean): Promise<void> {
    const { signal, onProgress } = this.#batch;
    while (!signal.aborted) {
      const collected = await this.#collect();
      const { failed = 0, ...counts } = await this.#queue.getJobCounts();
      const { total, before, done } = this.account;
      onProgress?.("batch", Math.min(before + done + failed, total), total, failed > 0 ? `${failed} failed` : "");
      if (enough(sum(counts))) return;
      if (collected > 0) continue;
      await this.#loneliness.notice();
      await setTimeout(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Takes results from Redis: written and on the disk first, then removed. */
  async #collect(): Promise<number> {
    const jobs = await this.#queue.getCompleted(0, CHUNK - 1);
    const before = this.#files.done.size;
    for (const job of jobs) {
      // It failed before and was put back by "ser queue retry".
      if (this.#files.failed.has(job.id!) && !this.#files.done.has(job.id!)) this.account.failedBefore--;
      await this.#files.add(job.id!, job.data.f, { result: job.returnvalue } as Extract<Outcome, { result: unknown }>);
    }
    if (jobs.length > 0) await this.#files.sync();
    await Promise.all(jobs.map((job) => this.#queue.remove(job.id!)));
    this.account.done += this.#files.done.size - before;
    return jobs.length;
  }

  /** Writes the dead letters to the file of failures; they stay in Redis, to be put back. */
  async #keepFailures(): Promise<void> {
    for (let start = 0; ; start += CHUNK) {
      const jobs = await this.#queue.getFailed(start, start + CHUNK - 1);
      for (const { id, data, failedReason } of jobs) {
        if (this.#files.failed.has(id!)) continue;
        const failure = parseFailure(data.f, failedReason);
        await this.#files.addFailure(id!, data.f, failure);
        countFailure(this.account, failure);
      }
      if (jobs.length < CHUNK) break;
    }
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, n) => total + n, 0);
}
