import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import type { Command } from "commander";
import {
  BATCH_FORMATS,
  type BatchAccount,
  type BatchFormat,
  type BatchSettings,
  batchInputs,
  checksum,
  failedIn,
  renderAccount,
  ResultFiles,
  runLocally,
  runThroughRedis,
} from "../batch/index.ts";
import { SpeechEmotionError } from "../errors.ts";
import { readModelFile } from "../model/files.node.ts";
import { choiceOption } from "./choice.ts";
import type { CliCommand } from "./command.ts";
import { countOption } from "./numbers.ts";
import { assertWritable, JSON_OPTION } from "./output.ts";
import { addSpreadOptions, type SpreadOptions } from "./queue-options.ts";
import { minConfidenceOption, modelOption } from "./recognizer-options.ts";

interface BatchOptions extends SpreadOptions {
  readonly out: string;
  readonly format?: BatchFormat;
  readonly model: string;
  readonly minConfidence: number;
  readonly timeline?: true;
  readonly threads?: number;
  readonly retryFailures?: true;
  readonly json?: true;
}

/** `ser batch`: many recordings, one line of the output each. */
export const command: CliCommand<BatchOptions> = {
  examples: [
    "ser batch calls/ --out emotions.jsonl",
    "find /archive -name '*.mp3' | ser batch - --out emotions.csv",
    "ser batch s3://archive/2026/ --out emotions.jsonl --timeline",
    "ser batch /mnt/calls --out emotions.jsonl --redis redis://10.0.0.5:6379",
  ],

  configure(cmd: Command) {
    cmd
      .argument(
        "<inputs...>",
        "files, folders, http(s):// or s3:// addresses, manifests (*.csv, *.jsonl, *.txt), - for paths on stdin",
      )
      .requiredOption("--out <file>", "the results, *.jsonl or *.csv; what it holds is not done again")
      .addOption(choiceOption("--format <name>", "default: as --out ends", BATCH_FORMATS))
      .addOption(modelOption())
      .addOption(minConfidenceOption())
      .option("--timeline", "which emotion when: segments with begin and end")
      .option("--threads <n>", "recordings at once, a thread each; default: the cores", countOption("--threads"))
      .option("--retry-failures", "do again what failed before")
      .option(...JSON_OPTION)
      .addHelpText("after", "\nAfter Ctrl-C, a kill or a full disk the same command goes on where it ended.");
    addSpreadOptions(cmd, "the work", "ids are made of paths relative to it: they stay when the folder moves");
  },

  async run(given, options, context) {
    const {
      out,
      minConfidence,
      timeline,
      root,
      retryFailures,
      redis,
      queue,
      threads = availableParallelism(),
    } = options;
    const { stdout, stderr, progress, signal } = context;
    const format = formatOf(out, options.format);
    await assertWritable("--out", out, `.${format}`);
    const { model, bytes } = await readModelFile(options.model);
    const settings: BatchSettings = { model: checksum(bytes), timeline: timeline === true, minConfidence };
    const stdin = given.includes("-") ? await keepStdin() : null;
    const files = await ResultFiles.open({ out, format, settings, labels: model.metadata.labels.labels });
    let account: BatchAccount;
    try {
      if (retryFailures === true) await files.forgetFailures();
      const shared = {
        inputs: () => batchInputs(given, { root, stdin: stdin?.list }),
        settings,
        model: bytes,
        name: options.model,
        signal,
        onProgress: (...told: Parameters<typeof progress.update>) => progress.update(...told),
      };
      account =
        redis === undefined
          ? await runLocally({ ...shared, threads, root }, files)
          : await runThroughRedis(
              {
                ...shared,
                out,
                redis,
                queue,
                retryFailures: retryFailures === true,
                onNote: (text) => stderr.write(text),
              },
              files,
            );
    } finally {
      await files.close();
      stdin?.remove();
    }
    progress.finish();
    const { failures, shown: _, ...counts } = account;
    if (options.json !== true) stderr.write(renderAccount(account, out, files.failuresPath));
    else stdout.write(`${JSON.stringify({ out, ...counts, failures: Object.fromEntries(failures) })}\n`);
    if (account.interrupted) {
      throw new SpeechEmotionError("aborted", "interrupted: nothing is lost; the same command goes on");
    }
    return failedIn(account) > 0 ? 1 : 0;
  },
};

function formatOf(out: string, asked: BatchFormat | undefined): BatchFormat {
  return asked ?? (out.endsWith(".csv") ? "csv" : "jsonl");
}

/** What stands on stdin, in a file: it is read twice, and a million paths need not be in memory. */
async function keepStdin(): Promise<{ readonly list: string; remove(): void }> {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-batch-"));
  const list = path.join(folder, "stdin.txt");
  await writeFile(list, process.stdin);
  return { list, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
