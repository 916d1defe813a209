/** A batch on many machines: one submitter, any number of workers, BullMQ's jobs on Redis between them. */
export {
  connect,
  type JobQueue,
  loadBullmq,
  openQueue,
  type QueueAddress,
  takeJobs,
  TRIES,
  withQueue,
} from "./connection.ts";
export {
  drainQueue,
  queueCounts,
  type QueueCounts,
  queueStatus,
  type QueueStatus,
  retryDeadLetters,
  retryFailed,
  throwAway,
} from "./control.ts";
export { failureText, parseFailure } from "./failure.ts";
export { Loneliness } from "./loneliness.ts";
export type { RunRecord } from "./run-record.ts";
export { type QueuedBatch, runThroughRedis } from "./submit.ts";
export { runWorker, serveRecordings, TAKE_OVER_SECONDS, type WorkerAccount, type WorkerOptions } from "./worker.ts";
