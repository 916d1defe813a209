import path from "node:path";
import type { Command } from "commander";
import { InputError, ParameterError } from "../errors.ts";
import {
  answerExamples,
  ANSWERS_SUFFIX,
  isUnseen,
  renderHeard,
  renderHeardLess,
  requireUseOf,
  sharesSpeakers,
  VoicesOfExamples,
  writeAnswers,
  type EvaluationResult,
  type HeardBefore,
} from "../evaluate/index.ts";
import { renderSummary, summarize } from "../metrics/index.ts";
import { readModelFile } from "../model/files.node.ts";
import { Recognizer } from "../recognize/index.ts";
import type { Device } from "../runtime/index.ts";
import { loadDataset, renderLeftOut } from "../train/index.ts";
import { coloursOf } from "./colours.ts";
import type { CliCommand } from "./command.ts";
import { CORPORA_OPTION, requireCorpora } from "./corpora-option.ts";
import { assertWritable, JSON_OPTION } from "./output.ts";
import { deviceOption } from "./recognizer-options.ts";

interface EvaluateOptions {
  readonly corpora?: readonly string[];
  readonly all?: true;
  readonly answers?: string;
  readonly heard?: HeardBefore;
  readonly device: Device;
  readonly json?: true;
}

/** `ser evaluate`: how well a model does on recordings that it never met. */
export const command: CliCommand<EvaluateOptions> = {
  examples: [
    "ser evaluate model.onnx --corpora ~/ravdess ~/crema-d ~/tess ~/savee",
    "ser evaluate model.onnx --corpora recordings.csv --json",
    "ser evaluate model.onnx --corpora ~/ravdess --heard 10",
    "ser evaluate model.onnx --corpora ~/ravdess --json --answers model.answers.csv > model.json",
  ],

  configure(cmd: Command) {
    cmd
      .argument("<model>", "a model file, *.onnx")
      .option(...CORPORA_OPTION)
      .option("--all", "also recordings that the model was trained or chosen on; marked leaky")
      .option("--answers <file>", "also write each recording's truth and probabilities, *.answers.csv")
      .option(
        "--heard <recordings>",
        "answer each recording after so many others of its voice, without labels: 10, or neutral:3; default: strangers",
        heardOption,
      )
      .addOption(deviceOption())
      .option(...JSON_OPTION);
  },

  async run([file], { corpora, all, answers, heard, device, json }, { stdout, stderr, progress, signal }) {
    requireCorpora(corpora);
    if (answers !== undefined) await assertWritable("--answers", answers, ANSWERS_SUFFIX);
    const { model, bytes } = await readModelFile(file!);
    const recognizer = await Recognizer.load(bytes, { name: file!, threads: 0, device });
    if (heard) requireUseOf(heard, recognizer);
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
    const met = dataset.examples.filter(({ utterance }) => !isUnseen(model.metadata, utterance)).length;
    const shared = dataset.examples.filter(({ utterance }) => sharesSpeakers(model.metadata, utterance)).length;
    const onAnswer = (done: number, total: number): void => progress.update("evaluate", done, total);
    const { answers: found, ...less } =
      heard === undefined
        ? { answers: await answerExamples(recognizer, dataset.examples, onAnswer), fewer: 0, strangers: 0 }
        : await (await VoicesOfExamples.of(recognizer, dataset.examples)).answers(heard, onAnswer);
    await recognizer.release();
    progress.finish();
    const { labels } = recognizer;
    if (answers !== undefined) await writeAnswers(answers, { labels, answers: found });
    const summary = summarize(labels, found);
    const leaky = met > 0 || shared > 0;
    if (json === true) {
      const { preset, training, version, commit } = model.metadata;
      const result: EvaluationResult = {
        kind: "evaluation",
        ...summary,
        model: file!,
        preset,
        leaky,
        leakyRecordings: met + shared,
        ...(heard && { heard: { ...heard, ...less } }),
        failed: dataset.failures.length,
        answers: answers === undefined ? null : path.basename(answers),
        curve: (training["curve"] as EvaluationResult["curve"] | undefined) ?? null,
        bestEpoch: (training["bestEpoch"] as number | null | undefined) ?? null,
        version,
        ...(commit !== undefined && { commit }),
      };
      stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    } else {
      const leakyMark = coloursOf(stdout).red("LEAKY");
      if (met > 0)
        stdout.write(`${leakyMark}: the model was trained or chosen on ${met} of these ${summary.n} recordings\n\n`);
      if (shared > 0) {
        stdout.write(
          `${leakyMark}: the model's split is random; of ${shared} of these ${summary.n} recordings it heard the speaker in training\n\n`,
        );
      }
      if (heard) {
        const exceptions = renderHeardLess(less, summary.n);
        stdout.write(
          `Not of strangers: each answer is given after up to ${renderHeard(heard)} of its voice.${exceptions && ` ${exceptions}.`}\n\n`,
        );
      }
      stdout.write(`${renderSummary(summary)}\n`);
    }
    return dataset.failures.length > 0 ? 1 : 0;
  },
};

/** `10`, ten recordings of any emotions, or `neutral:3`. */
function heardOption(text: string): HeardBefore {
  const match = /^(neutral:)?(\d{1,6})$/.exec(text.trim());
  const recordings = Number(match?.[2]);
  if (match && recordings >= 1) return { recordings, neutral: match[1] !== undefined };
  throw new ParameterError(
    `--heard: "${text}" must be a number of recordings, at least 1, or of neutral ones: 10, or neutral:3`,
  );
}
