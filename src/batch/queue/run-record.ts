import { createHash } from "node:crypto";
import { hostname } from "node:os";
import path from "node:path";
import type { Redis } from "ioredis";
import { InputError } from "../../errors.ts";
import type { BatchSettings } from "../job.ts";
import { PREFIX } from "./connection.ts";

/** The batch that a queue serves, as it stands in Redis for all workers. */
export interface RunRecord {
  /** Of this layout. */
  readonly format: 1;
  /** What jobs carry to say that they belong to it. */
  readonly run: string;
  /** What is asked of every recording. */
  readonly settings: BatchSettings;
  /** What messages call the model. */
  readonly name: string;
  /** Machine and file of the results. */
  readonly out: string;
}

/** The record of a batch. */
export function recordOf(settings: BatchSettings, name: string, out: string): RunRecord {
  const place = `${hostname()}:${path.resolve(out)}`;
  const run = createHash("sha256")
    .update(JSON.stringify([settings, place]))
    .digest("hex")
    .slice(0, 8);
  return { format: 1, run, settings, name, out: place };
}

const recordKey = (queue: string): string => `${PREFIX}:${queue}:run`;
const modelKey = (queue: string): string => `${PREFIX}:${queue}:model`;

/** The batch of a queue; null when it has none. @throws InputError `queue_unusable` for another version's */
export async function readRecord(redis: Redis, queue: string): Promise<RunRecord | null> {
  const text = await redis.get(recordKey(queue));
  if (text === null) return null;
  const record = JSON.parse(text) as RunRecord;
  if (record.format === 1) return record;
  throw new InputError(
    "queue_unusable",
    `queue ${queue}: another version of speech-emotion submitted it; use that one`,
  );
}

/** Puts the record and the model where workers find them. */
export async function writeRecord(redis: Redis, queue: string, record: RunRecord, model: Uint8Array): Promise<void> {
  await redis.multi().set(recordKey(queue), JSON.stringify(record)).set(modelKey(queue), Buffer.from(model)).exec();
}

/** The model file of the queue's batch. @throws InputError `queue_unusable` when there is none */
export async function readModel(redis: Redis, queue: string): Promise<Uint8Array> {
  const bytes = await redis.getBuffer(modelKey(queue));
  if (bytes !== null) return bytes;
  throw new InputError(
    "queue_unusable",
    `queue ${queue}: its model is gone from Redis; give the ser batch command again`,
  );
}

/** Forgets the batch. */
export async function removeRecord(redis: Redis, queue: string): Promise<void> {
  await redis.del(recordKey(queue), modelKey(queue));
}
