import type { Command } from "commander";

/** The queue that is meant when none is named. */
export const DEFAULT_QUEUE = "speech-emotion";

/** Options that name a queue. */
export interface QueueOptions {
  readonly redis: string;
  readonly queue: string;
}

/** Declares {@link QueueOptions}. */
export function addQueueOptions(cmd: Command): void {
  cmd
    .requiredOption(
      "--redis <url>",
      "redis://host:6379, or rediss:// with TLS; with user:password@ where they are wanted",
    )
    .option("--queue <name>", "the queue in Redis", DEFAULT_QUEUE);
}
