/** Many recordings: on the threads of this machine, or with workers on many machines through Redis. */
export { type BatchAccount, failedIn, renderAccount } from "./account.ts";
export { BATCH_FORMATS, type BatchFormat } from "./format.ts";
export { batchInputs } from "./inputs.ts";
export {
  type BatchInput,
  type BatchSettings,
  checksum,
  type Failure,
  idOf,
  type JobOptions,
  type Outcome,
  type TimelineResult,
} from "./job.ts";
export { type LocalBatch, runLocally } from "./local.ts";
export {
  drainQueue,
  type QueueAddress,
  type QueueCounts,
  type QueuedBatch,
  queueStatus,
  type QueueStatus,
  retryDeadLetters,
  type RunRecord,
  runThroughRedis,
  runWorker,
  TRIES,
  type WorkerAccount,
  type WorkerOptions,
} from "./queue/index.ts";
export { ResultFiles, type ResultFilesOptions } from "./result-files.ts";
export { SOURCE_LIMITS, type SourceLimits } from "./sources/index.ts";
