import { rmSync } from "node:fs";
import type { Command } from "commander";
import { SpeechEmotionError } from "../errors.ts";
import { chooseRecordings, CONDITIONS, conditionsNamed, renderRobustness, robustnessOf } from "../evaluate/index.ts";
import { writeAtomically } from "../files.node.ts";
import { readModelFile } from "../model/files.node.ts";
import { provenance } from "../provenance.node.ts";
import type { CliCommand } from "./command.ts";
import { CORPORA_OPTION, requireCorpora } from "./corpora-option.ts";
import { countOption } from "./numbers.ts";
import { assertWritable, JSON_OPTION } from "./output.ts";

interface RobustnessCommandOptions {
  readonly corpora?: readonly string[];
  readonly conditions?: readonly string[];
  readonly limit?: number;
  readonly all?: true;
  readonly threads?: number;
  readonly out?: string;
  readonly restart?: true;
  readonly json?: true;
}

/** `ser robustness`: how many predictions stay, and how good they are, when recordings come otherwise. */
export const command: CliCommand<RobustnessCommandOptions> = {
  examples: [
    "ser robustness model.onnx --corpora ~/ravdess ~/crema-d --limit 300",
    "ser robustness model.onnx --corpora ~/ravdess --conditions gain-20,telephone,white-noise-20 --json",
    "ser robustness model.onnx --corpora ~/ravdess ~/crema-d ~/tess ~/savee --out robustness.json",
  ],

  configure(cmd: Command) {
    cmd
      .argument("<model>", "a model file, *.onnx")
      .option(...CORPORA_OPTION)
      .option("--conditions <names>", "only these, separated by commas (default: all)", (text) =>
        text.split(",").map((name) => name.trim()),
      )
      .option("--limit <n>", "so many recordings at most, the same ones each time", countOption("--limit"))
      .option("--all", "also recordings that the model was trained or chosen on; marked in the result")
      .option("--threads <n>", "worker threads (default: all cores)", countOption("--threads"))
      .option("--out <file>", "also writes the result, *.json; with it, an interrupted run goes on where it was")
      .option("--restart", "begins anew where an interrupted run could go on")
      .option(...JSON_OPTION)
      .addHelpText(
        "after",
        `\nConditions:\n${CONDITIONS.map(({ name, description }) => `  ${name.padEnd(18)}  ${description}`).join("\n")}`,
      );
  },

  async run([file], options, { stdout, stderr, progress, signal }) {
    const { corpora, conditions, limit, all = false, threads, out, restart, json } = options;
    requireCorpora(corpora);
    conditionsNamed(conditions);
    if (out !== undefined) await assertWritable("--out", out, ".json");
    const stateFile = out?.replace(/\.json$/, ".partial.jsonl");
    const { model, bytes } = await readModelFile(file!);
    const choice = await chooseRecordings(model.metadata, corpora, {
      seen: all,
      ...(limit !== undefined && { limit }),
    });
    if (choice.unlabelled > 0)
      stderr.write(`left out: ${choice.unlabelled} recordings without a label of this model\n`);
    if (restart === true && stateFile !== undefined) rmSync(stateFile, { force: true });
    const result = await robustnessOf(bytes, choice.recordings, conditions, {
      name: file!,
      signal,
      ...(threads !== undefined && { threads }),
      ...(stateFile !== undefined && { stateFile }),
      onProgress: (done, total, failures) =>
        progress.update("robustness", done, total, failures > 0 ? `${failures} failed` : ""),
    }).catch((error: unknown) => {
      if (!(error instanceof SpeechEmotionError) || error.code !== "aborted") throw error;
      const next =
        stateFile === undefined
          ? "nothing is kept; with --out, the same command goes on"
          : `${stateFile} holds what is done; go on with the same command`;
      throw new SpeechEmotionError("aborted", `interrupted: ${next}`, { cause: error });
    });
    progress.finish();
    for (const { message } of result.recordings.failed) stderr.write(`failed: ${message}\n`);
    const text = `${JSON.stringify({ ...result, file, ...provenance() }, null, 2)}\n`;
    if (out !== undefined) {
      await writeAtomically(out, text);
      rmSync(stateFile!, { force: true });
    }
    stdout.write(json === true ? text : `${renderRobustness(result)}\n`);
    return result.recordings.failed.length > 0 ? 1 : 0;
  },
};
