import type { Command } from "commander";
import { SOURCE_LIMITS } from "../batch/index.ts";
import { runFleetWorker } from "../fleet/index.ts";
import { provenance } from "../provenance.node.ts";
import type { CliCommand } from "./command.ts";
import { countOption } from "./numbers.ts";
import { JSON_OPTION } from "./output.ts";
import { addQueueOptions, type QueueOptions } from "./queue-options.ts";

interface WorkerOptions extends QueueOptions {
  readonly threads?: number;
  readonly concurrency?: number;
  readonly root?: string;
  readonly takeOver: number;
  readonly timeout: number;
  readonly maxMegabytes: number;
  readonly json?: true;
}

/** `ser worker`: recognises what `ser batch --redis` submits, and trains for `ser protocol --redis`. */
export const command: CliCommand<WorkerOptions> = {
  examples: [
    "ser worker --redis redis://10.0.0.5:6379",
    "ser worker --redis redis://10.0.0.5:6379 --threads 4 --root /mnt/calls",
  ],

  configure(cmd: Command) {
    addQueueOptions(cmd);
    cmd
      .option(
        "--threads <n>",
        "recordings that are recognised at once, and threads of a training; default: the cores",
        countOption("--threads"),
      )
      .option(
        "--concurrency <n>",
        "recordings at once, fetched ones included; default twice the threads",
        countOption("--concurrency"),
      )
      .option("--root <folder>", "where the folder that the submitter called --root lies on this machine")
      .option(
        "--take-over <seconds>",
        "what a worker that is silent for so long had goes to another",
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
      .option(...JSON_OPTION)
      .addHelpText(
        "after",
        "\nThe model comes through Redis. Ctrl-C finishes the recordings that are begun and leaves a training, at its checkpoint, to\n" +
          "another worker; a killed worker loses nothing. Features go to $SER_CACHE, and there lie the checkpoints.",
      );
  },

  async run(
    _,
    { redis, queue, threads, concurrency, root, takeOver, timeout, maxMegabytes, json },
    { stdout, stderr, progress, signal },
  ) {
    let trains = false;
    const { recordings, training } = await runFleetWorker({
      redis,
      queue,
      threads,
      concurrency,
      root,
      takeOverSeconds: takeOver,
      limits: { ...SOURCE_LIMITS, timeoutSeconds: timeout, maxBytes: maxMegabytes * 2 ** 20 },
      signal,
      onNote: (text) => stderr.write(text),
      provenance: provenance(),
      // There is one line: a training has it while it lasts.
      onProgress: (...told) => {
        if (!trains) progress.update(...told);
      },
      onTraining: (told) => {
        trains = told !== null;
        if (told === null) progress.finish();
        else progress.update("epochs", told.epochs ?? 0, told.total, told.note);
      },
    });
    progress.finish();
    const count = (n: number): string => n.toLocaleString("en");
    const trained =
      training.done + training.failed > 0 ? `; ${training.done} trainings done, ${training.failed} failed` : "";
    if (json === true) stdout.write(`${JSON.stringify({ queue, recordings, training })}\n`);
    else stderr.write(`${count(recordings.done)} recordings done, ${count(recordings.failed)} failed${trained}\n`);
    return 0;
  },
};
