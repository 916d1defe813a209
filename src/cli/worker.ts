import type { Command } from "commander";
import { runWorker, SOURCE_LIMITS } from "../batch/index.ts";
import type { CliCommand } from "./command.ts";
import { countOption } from "./numbers.ts";
import { addQueueOptions, type QueueOptions } from "./queue-options.ts";

interface WorkerOptions extends QueueOptions {
  readonly threads?: number;
  readonly concurrency?: number;
  readonly root?: string;
  readonly takeOver: number;
  readonly timeout: number;
  readonly maxMegabytes: number;
}

/** `ser worker`: recognises what `ser batch --redis` submits. */
export const command: CliCommand<WorkerOptions> = {
  examples: [
    "ser worker --redis redis://10.0.0.5:6379",
    "ser worker --redis redis://10.0.0.5:6379 --threads 4 --root /mnt/calls",
  ],

  configure(cmd: Command) {
    addQueueOptions(cmd);
    cmd
      .option("--threads <n>", "recordings that are recognised at once; default: the cores", countOption("--threads"))
      .option(
        "--concurrency <n>",
        "recordings at once, fetched ones included; default twice the threads",
        countOption("--concurrency"),
      )
      .option("--root <folder>", "where the folder that ser batch called --root lies on this machine")
      .option(
        "--take-over <seconds>",
        "recordings of a worker that is silent for so long go to another",
        countOption("--take-over"),
        30,
      )
      .option(
        "--timeout <seconds>",
        "longest time to fetch one recording from an address",
        countOption("--timeout"),
        SOURCE_LIMITS.timeoutSeconds,
      )
      .option(
        "--max-megabytes <n>",
        "largest recording from an address",
        countOption("--max-megabytes"),
        SOURCE_LIMITS.maxBytes / 2 ** 20,
      )
      .addHelpText(
        "after",
        "\nThe model comes through Redis. Ctrl-C finishes what is begun; a killed worker loses nothing.",
      );
  },

  async run(
    _,
    { redis, queue, threads, concurrency, root, takeOver, timeout, maxMegabytes },
    { stderr, progress, signal },
  ) {
    const { done, failed } = await runWorker({
      redis,
      queue,
      threads,
      concurrency,
      root,
      takeOverSeconds: takeOver,
      limits: { ...SOURCE_LIMITS, timeoutSeconds: timeout, maxBytes: maxMegabytes * 2 ** 20 },
      signal,
      onNote: (text) => stderr.write(text),
      onProgress: (...told) => progress.update(...told),
    });
    progress.finish();
    stderr.write(`${done.toLocaleString("en")} recordings done, ${failed.toLocaleString("en")} failed\n`);
    return 0;
  },
};
