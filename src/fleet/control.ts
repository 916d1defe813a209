import { drainQueue, queueStatus, type QueueStatus, retryDeadLetters } from "../batch/index.ts";
import {
  type QueueAddress,
  queueCounts,
  type QueueCounts,
  retryFailed,
  throwAway,
  withQueue,
} from "../batch/queue/index.ts";
import { nameOf, type TrainingJob, trainingQueue } from "./training-queue.ts";

/** How a queue of recordings and the training queue beside it stand. */
export interface FleetStatus extends QueueStatus {
  readonly training: QueueCounts;
}

/** Looks at both queues. @throws InputError `queue_unusable` */
export async function fleetStatus(address: QueueAddress): Promise<FleetStatus> {
  const recordings = await queueStatus(address);
  const training = await withTraining(address, (queue) => queueCounts(queue, nameOf));
  return { ...recordings, training };
}

/** Puts the dead letters of both back. @returns how many */
export async function retryFleet(address: QueueAddress): Promise<{ recordings: number; training: number }> {
  return { recordings: await retryDeadLetters(address), training: await withTraining(address, retryFailed) };
}

/** Empties both, results that nobody fetched included. @returns how many jobs were in them */
export async function drainFleet(address: QueueAddress): Promise<number> {
  return (await drainQueue(address)) + (await withTraining(address, throwAway));
}

function withTraining<T>(address: QueueAddress, work: Parameters<typeof withQueue<TrainingJob, T>>[3]): Promise<T> {
  return withQueue(address, trainingQueue(address.queue), {}, work);
}
