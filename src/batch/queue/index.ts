/** A batch on many machines: one submitter, any number of workers, BullMQ's jobs on Redis between them. */
export { type QueueAddress, TRIES } from "./connection.ts";
export { drainQueue, queueStatus, type QueueStatus, retryDeadLetters } from "./control.ts";
export type { RunRecord } from "./run-record.ts";
export { type QueuedBatch, runThroughRedis } from "./submit.ts";
export { runWorker, type WorkerAccount, type WorkerOptions } from "./worker.ts";
