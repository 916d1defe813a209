import type { Command } from "commander";
import { ParameterError } from "../errors.ts";
import type { FleetAddress } from "../fleet/index.ts";

/** The queue that is meant when none is named. */
export const DEFAULT_QUEUE = "speech-emotion";

/** Options that name a queue. */
export interface QueueOptions {
  readonly redis: string;
  readonly queue: string;
}

/** Options of a command whose work may be handed to workers. */
export interface SpreadOptions {
  readonly redis?: string | undefined;
  readonly queue: string;
  readonly root?: string | undefined;
}

const ADDRESS = "redis://host:6379, or rediss:// with TLS; with user:password@ where they are wanted";

/** Declares {@link QueueOptions}. */
export function addQueueOptions(cmd: Command): void {
  cmd.requiredOption("--redis <url>", ADDRESS).option("--queue <name>", "the queue in Redis", DEFAULT_QUEUE);
}

/** Declares {@link SpreadOptions}. @param what is handed to workers, for the help @param root what --root means here */
export function addSpreadOptions(cmd: Command, what: string, root: string): void {
  cmd
    .option("--redis <url>", `leave ${what} to ser worker, on any number of machines: ${ADDRESS}`)
    .option("--queue <name>", "the queue in Redis", DEFAULT_QUEUE)
    .option("--root <folder>", root);
}

/** Where workers are, or undefined without --redis. @throws ParameterError for --root without it */
export function fleetAddress({ redis, queue, root }: SpreadOptions): FleetAddress | undefined {
  if (redis !== undefined) return { redis, queue, root };
  if (root !== undefined) throw new ParameterError("--root goes with --redis: it says where workers find the corpora");
  return undefined;
}
