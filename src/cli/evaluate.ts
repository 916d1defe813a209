import type { Command } from "commander";
import { InputError, ParameterError } from "../errors.ts";
import { answerExamples, ANSWERS_SUFFIX, isUnseen, writeAnswers } from "../evaluate/index.ts";
import { renderSummary, summarize } from "../metrics/index.ts";
import { readModelFile } from "../model/files.node.ts";
import { Recognizer } from "../recognize/index.ts";
import { DEVICES, parseDevice, type Device } from "../runtime/index.ts";
import { loadDataset, renderLeftOut } from "../train/index.ts";
import type { CliCommand } from "./command.ts";
import { assertWritable } from "./output.ts";

interface EvaluateOptions {
  readonly corpora?: readonly string[];
  readonly all?: true;
  readonly answers?: string;
  readonly device: Device;
  readonly json?: true;
}

/** `ser evaluate`: how well a model does on recordings that it never met. */
export const command: CliCommand<EvaluateOptions> = {
  examples: [
    "ser evaluate model.onnx --corpora ~/ravdess ~/crema-d ~/tess ~/savee",
    "ser evaluate model.onnx --corpora recordings.csv --json",
    "ser evaluate model.onnx --corpora ~/ravdess --json --answers model.answers.csv > model.json",
  ],

  configure(cmd: Command) {
    cmd
      .argument("<model>", "a model file, *.onnx")
      .option("--corpora <paths...>", "folders of corpora, or manifests (CSV, JSONL) of your own recordings")
      .option("--all", "also recordings that the model was trained or chosen on; marked leaky")
      .option("--answers <file>", "also write each recording's truth and probabilities, *.answers.csv")
      .option("--device <name>", `what runs the network: ${DEVICES.join(", ")}`, parseDevice, "cpu")
      .option("--json", "one JSON object on standard output");
  },

  async run([file], { corpora, all, answers, device, json }, { stdout, stderr, progress, signal }) {
    if (corpora === undefined)
      throw new ParameterError("--corpora: give at least one folder of recordings, or a manifest");
    if (answers !== undefined) await assertWritable("--answers", answers, ANSWERS_SUFFIX);
    const { model, bytes } = await readModelFile(file!);
    const recognizer = await Recognizer.load(bytes, { name: file!, threads: 0, device });
    const dataset = await loadDataset({
      sources: corpora,
      labels: model.metadata.labels,
      featureSet: model.metadata.featureSet,
      signal,
      ...(all !== true && { only: (utterance) => isUnseen(model.metadata, utterance) }),
      onProgress: (done, total, failures) =>
        progress.update("features", done, total, failures > 0 ? `${failures} failed` : ""),
    }).catch((error: unknown) => {
      if (all !== true && error instanceof InputError && error.code === "corpus_empty") {
        throw new InputError(
          error.code,
          `${error.message}. The model met all the others; --all takes them too, marked leaky`,
        );
      }
      throw error;
    });
    progress.finish();
    stderr.write(renderLeftOut(dataset));
    const leaky = dataset.examples.filter(({ utterance }) => !isUnseen(model.metadata, utterance)).length;
    const found = await answerExamples(recognizer, dataset.examples, (done, total) =>
      progress.update("evaluate", done, total),
    );
    await recognizer.release();
    progress.finish();
    const { labels } = recognizer;
    if (answers !== undefined) await writeAnswers(answers, { labels, answers: found });
    const summary = summarize(labels, found);
    if (json === true) {
      const { preset, training } = model.metadata;
      const facts = { model: file, preset, leaky: leaky > 0, leakyRecordings: leaky, failed: dataset.failures.length };
      const curve = training["curve"] ?? null;
      stdout.write(
        `${JSON.stringify({ ...summary, ...facts, ...(answers !== undefined && { answers }), curve }, null, 2)}\n`,
      );
    } else {
      if (leaky > 0) {
        stdout.write(`LEAKY: the model was trained or chosen on ${leaky} of these ${summary.n} recordings\n\n`);
      }
      stdout.write(`${renderSummary(summary)}\n`);
    }
    return dataset.failures.length > 0 ? 1 : 0;
  },
};
