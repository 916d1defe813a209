import type { Failure } from "../job.ts";
import { type JobData, type JobQueue, type QueueAddress, withQueue } from "./connection.ts";
import { parseFailure } from "./failure.ts";
import { readRecord, removeRecord, type RunRecord } from "./run-record.ts";

/** How many jobs of a queue are where. */
export interface QueueCounts {
  /** Workers that are connected. */
  readonly workers: number;
  /** Jobs that no worker has taken yet. */
  readonly waiting: number;
  /** Jobs that workers have at hand. */
  readonly active: number;
  /** Jobs that failed, and are tried again soon. */
  readonly delayed: number;
  /** Jobs that are done, and not fetched by the submitter yet. */
  readonly done: number;
  /** Jobs that failed for good. */
  readonly deadLetters: number;
  /** The newest of them. */
  readonly newestFailures: readonly Failure[];
}

/** How a queue stands. */
export interface QueueStatus extends QueueCounts {
  /** The queue's name. */
  readonly queue: string;
  /** The batch that it serves; null: none. */
  readonly batch: RunRecord | null;
  /** What Redis has allocated in all, in bytes. */
  readonly redisBytes: number;
}

/** Dead letters that are shown. */
const SHOWN = 20;

/** Looks at a queue. @throws InputError `queue_unusable` */
export function queueStatus(address: QueueAddress): Promise<QueueStatus> {
  return withQueue<JobData, QueueStatus>(address, address.queue, {}, async (queue, redis) => ({
    queue: address.queue,
    batch: await readRecord(redis, address.queue),
    ...(await queueCounts(queue, ({ f }) => f)),
    redisBytes: Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]),
  }));
}

/** Puts all dead letters back into the queue. @returns how many */
export function retryDeadLetters(address: QueueAddress): Promise<number> {
  return withQueue<JobData, number>(address, address.queue, {}, retryFailed);
}

/** Throws away everything that is in the queue, results that nobody fetched included. @returns how many jobs */
export function drainQueue(address: QueueAddress): Promise<number> {
  return withQueue<JobData, number>(address, address.queue, {}, async (queue, redis) => {
    const count = await throwAway(queue);
    await removeRecord(redis, address.queue);
    return count;
  });
}

/** Counts the jobs of a queue. @param nameOf what messages call a job */
export async function queueCounts<Data>(queue: JobQueue<Data>, nameOf: (data: Data) => string): Promise<QueueCounts> {
  const counts = await queue.getJobCounts();
  const failed = await queue.getFailed(0, SHOWN - 1);
  return {
    workers: await queue.getWorkersCount(),
    waiting: (counts["waiting"] ?? 0) + (counts["paused"] ?? 0) + (counts["prioritized"] ?? 0),
    active: counts["active"] ?? 0,
    delayed: counts["delayed"] ?? 0,
    done: counts["completed"] ?? 0,
    deadLetters: counts["failed"] ?? 0,
    newestFailures: failed.map(({ data, failedReason }) => parseFailure(nameOf(data), failedReason)),
  };
}

/** Puts the failed jobs of a queue back. @returns how many */
export async function retryFailed<Data>(queue: JobQueue<Data>): Promise<number> {
  const count = await queue.getFailedCount();
  await queue.retryJobs({ state: "failed" });
  return count;
}

/** Empties a queue. @returns how many jobs were in it */
export async function throwAway<Data>(queue: JobQueue<Data>): Promise<number> {
  const counts = await queue.getJobCounts();
  await queue.obliterate({ force: true });
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}
