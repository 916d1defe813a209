import type { Redis } from "ioredis";
import type { Failure } from "../job.ts";
import { connect, openQueue, type QueueAddress, type RecordingQueue } from "./connection.ts";
import { parseFailure } from "./failure.ts";
import { readRecord, removeRecord, type RunRecord } from "./run-record.ts";

/** How a queue stands. */
export interface QueueStatus {
  /** The queue's name. */
  readonly queue: string;
  /** The batch that it serves; null: none. */
  readonly batch: RunRecord | null;
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
  /** What Redis has allocated in all, in bytes. */
  readonly redisBytes: number;
}

/** Dead letters that are shown. */
const SHOWN = 20;

/** Looks at a queue. @throws InputError `queue_unusable` */
export function queueStatus(address: QueueAddress): Promise<QueueStatus> {
  return withQueue(address, async (queue, redis) => {
    const counts = await queue.getJobCounts();
    const failed = await queue.getFailed(0, SHOWN - 1);
    const memory = await redis.info("memory");
    return {
      queue: address.queue,
      batch: await readRecord(redis, address.queue),
      workers: await queue.getWorkersCount(),
      waiting: (counts["waiting"] ?? 0) + (counts["paused"] ?? 0) + (counts["prioritized"] ?? 0),
      active: counts["active"] ?? 0,
      delayed: counts["delayed"] ?? 0,
      done: counts["completed"] ?? 0,
      deadLetters: counts["failed"] ?? 0,
      newestFailures: failed.map(({ data, failedReason }) => parseFailure(data.f, failedReason)),
      redisBytes: Number(/used_memory:(\d+)/.exec(memory)?.[1]),
    };
  });
}

/** Puts all dead letters back into the queue. @returns how many */
export function retryDeadLetters(address: QueueAddress): Promise<number> {
  return withQueue(address, async (queue) => {
    const count = await queue.getFailedCount();
    await queue.retryJobs({ state: "failed" });
    return count;
  });
}

/** Throws away everything that is in the queue, results that nobody fetched included. @returns how many jobs */
export function drainQueue(address: QueueAddress): Promise<number> {
  return withQueue(address, async (queue, redis) => {
    const counts = await queue.getJobCounts();
    await queue.obliterate({ force: true });
    await removeRecord(redis, address.queue);
    return Object.values(counts).reduce((sum, n) => sum + n, 0);
  });
}

async function withQueue<T>(
  address: QueueAddress,
  work: (queue: RecordingQueue, redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = await connect(address, () => undefined);
  const queue = await openQueue(address, redis);
  queue.on("error", () => undefined);
  try {
    return await work(queue, redis);
  } finally {
    await queue.close();
    redis.disconnect();
  }
}
