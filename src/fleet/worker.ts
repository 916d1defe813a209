import { connect, serveRecordings, type WorkerAccount, type WorkerOptions } from "../batch/queue/index.ts";
import { serveTraining, type ServeTrainingOptions, type TrainingAccount } from "./serve-training.ts";

/** What {@link runFleetWorker} is asked for. */
export interface FleetWorkerOptions extends WorkerOptions, Pick<ServeTrainingOptions, "provenance" | "onTraining"> {}

/** What a worker has done. */
export interface FleetAccount {
  readonly recordings: WorkerAccount;
  readonly training: TrainingAccount;
}

/**
 * Takes recordings from a queue, and trainings from the one beside it, until the signal fires.
 *
 * @throws InputError `queue_unusable` when Redis does not answer at the start
 */
export async function runFleetWorker(options: FleetWorkerOptions): Promise<FleetAccount> {
  const redis = await connect(options, options.onNote);
  // When one of the two breaks the other ends, too.
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const either = <T>(work: Promise<T>): Promise<T> => work.finally(() => broken.abort());
  try {
    const [recordings, training] = await Promise.allSettled([
      either(serveRecordings(redis, { ...options, signal })),
      either(serveTraining(redis, { ...options, threads: options.threads ?? 0, signal })),
    ]);
    if (recordings.status === "rejected") throw recordings.reason;
    if (training.status === "rejected") throw training.reason;
    return { recordings: recordings.value, training: training.value };
  } finally {
    redis.disconnect();
  }
}
