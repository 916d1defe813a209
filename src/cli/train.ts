import { existsSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { renderSplit } from "../corpora/index.ts";
import { parseLabelMap } from "../emotions.ts";
import { InputError, ParameterError } from "../errors.ts";
import { answerExamples, calibrate } from "../evaluate/index.ts";
import type { EpochRow } from "../fit/index.ts";
import { renderSummary, summarize } from "../metrics/index.ts";
import { encodeModel, preset, weightCount, type Model } from "../model/index.ts";
import { writeModelFile } from "../model/files.node.ts";
import { provenance } from "../provenance.node.ts";
import { Recognizer } from "../recognize/index.ts";
import { augmentTraining, renderAugmentation } from "../train/index.ts";
import {
  CheckpointFile,
  identityOf,
  loadDataset,
  modelOf,
  planTraining,
  renderLeftOut,
  renderUntaught,
} from "../train/index.ts";
import {
  fitWithin,
  train,
  trainConfig,
  type Dataset,
  type Example,
  type Plan,
  type TrainConfig,
  type TrainResult,
} from "../train/index.ts";
import type { CliCommand, CommandContext } from "./command.ts";
import { renderCalibration } from "./calibration.ts";
import { readConfig } from "./config-file.ts";
import { percent } from "./numbers.ts";
import { assertWritable, JSON_OPTION, tell } from "./output.ts";
import { addTrainOptions } from "./train-options.ts";

interface TrainOptions extends Partial<Omit<TrainConfig, "augment">> {
  /** False for --no-augment. */
  readonly augment?: readonly string[] | false;
  readonly out: string;
  readonly config?: string;
  readonly resume?: true;
  readonly restart?: true;
  readonly json?: true;
}

/** `ser train`: corpora in, a model file out. */
export const command: CliCommand<TrainOptions> = {
  examples: [
    "ser train --corpora ~/ravdess ~/crema-d ~/tess ~/savee --out model.onnx",
    "ser train --corpora ~/ravdess --augment surprise:3 '*:1:noise=10..20+speed' --out robust.onnx",
    "ser train --corpora recordings.csv --labels happy,sad,neutral --epochs 20 --out mine.onnx",
  ],

  configure(cmd: Command) {
    cmd
      .option("--corpora <paths...>", "folders of corpora, or manifests (CSV, JSONL) of your own recordings")
      .requiredOption("--out <file>", "the model file to write, *.onnx; curve and checkpoint are written beside it")
      .option(
        "--augment <rules...>",
        "augmented copies for training: LABEL:COPIES[:OPERATION+…], * for every label (default of seed: surprise:3)",
      )
      .option("--no-augment", "no augmented copies, whatever the preset's default");
    addTrainOptions(cmd);
    cmd
      .option("--config <file>", "JSON with any of these settings; options come first")
      .option("--resume", "go on from the checkpoint of an interrupted training")
      .option("--restart", "begin anew although there is a checkpoint")
      .option(...JSON_OPTION);
  },

  async run(_args, { out, config: configFile, resume, restart, json, ...options }, context) {
    const { augment, ...plain } = options;
    const config = trainConfig(
      {
        ...plain,
        ...(augment !== undefined && { augment: augment === false ? "none" : augment.join(",") }),
      },
      configFile === undefined ? {} : readConfig(configFile),
    );
    await assertWritable("--out", out, ".onnx");
    const stem = out.replace(/\.onnx$/, "");
    const checkpointPath = `${stem}.checkpoint`;
    assertIntended(checkpointPath, resume === true, restart === true);
    const { stderr, progress, signal, stdout } = context;

    const dataset = await loadDataset({
      sources: config.corpora,
      labels: parseLabelMap(config.labels),
      featureSet: preset(config.preset).featureSet,
      threads: config.threads,
      signal,
      onProgress: (done, total, failures) =>
        progress.update("features", done, total, failures > 0 ? `${failures} failed` : ""),
    });
    progress.finish();
    stderr.write(renderLeftOut(dataset));
    const { plan, failures } = await augmentTraining(planTraining(config, dataset), {
      threads: config.threads,
      signal,
      onProgress: (done, total) => progress.update("augment", done, total),
    });
    progress.finish();
    const utterances = dataset.examples.map(({ utterance }) => utterance);
    stderr.write(`${renderSplit(plan.split, utterances)}\n${renderUntaught(plan)}`);
    stderr.write(renderAugmentation(plan, failures));
    stderr.write(`${config.preset}: ${weightCount(plan.network).toLocaleString("en")} weights\n`);

    const checkpoint = new CheckpointFile(checkpointPath, identityOf(plan));
    const curve = `${stem}.curve.jsonl`;
    if (resume !== true) writeFileSync(curve, "");

    const result = await train(plan, {
      checkpoint,
      resume: resume === true,
      signal,
      onStep: (epoch, step, steps, loss) =>
        progress.update(
          "train",
          (epoch - 1) * steps + step,
          config.epochs * steps,
          `epoch ${epoch}/${config.epochs}  loss ${loss.toFixed(3)}`,
        ),
      onMeasured: (done, total) => progress.update("measures", done, total),
      onVoices: (done, total) => progress.update("voices", done, total),
      onEpoch: (row, history) => {
        // Whole each time: a kill between checkpoint and curve must not cost a row.
        writeFileSync(curve, history.map((each) => `${JSON.stringify(each)}\n`).join(""));
        stderr.write(renderEpoch(row));
      },
    });
    progress.finish();
    if (result.interrupted) {
      stderr.write(`interrupted: ${checkpoint.path} holds everything; go on with the same command and --resume\n`);
      return signal.reason === "SIGTERM" ? 143 : 130;
    }
    const trained = modelOf(plan, result, provenance());
    const calibrated = config.calibrate ? await calibratedOn(plan, trained, context) : trained;
    const model = await scored(calibrated, plan.test, context);
    await writeModelFile(out, model);
    await checkpoint.remove();
    const best = result.bestEpoch === null ? "" : `, weights of epoch ${result.bestEpoch + 1}`;
    tell(stdout, json, outcome(out, dataset, result, model), `wrote ${out} (${result.history.length} epochs${best})\n`);
    return dataset.failures.length > 0 ? 1 : 0;
  },
};

/** What `--json` tells of a training. */
function outcome(
  file: string,
  { examples, failures }: Dataset,
  result: TrainResult,
  { metadata, temperature }: Model,
): object {
  const { history, bestEpoch } = result;
  const { preset: name, labels, scores } = metadata;
  const recordings = { used: examples.length, failed: failures.length };
  return {
    file,
    preset: name,
    labels: labels.labels,
    recordings,
    epochs: history.length,
    bestEpoch,
    temperature,
    scores,
  };
}

/** Fails before the work when a checkpoint is missing for --resume, or would be lost without it. */
function assertIntended(checkpoint: string, resume: boolean, restart: boolean): void {
  const exists = existsSync(checkpoint);
  if (resume && !exists) {
    throw new InputError(
      "checkpoint_invalid",
      `--resume: there is no ${checkpoint} to resume from; leave --resume out`,
    );
  }
  if (!resume && !restart && exists) {
    throw new ParameterError(
      `${checkpoint} is the checkpoint of an interrupted training: --resume goes on from it, --restart begins anew`,
    );
  }
}

function renderEpoch(row: EpochRow): string {
  const validation =
    row.val_loss === undefined
      ? ""
      : `  val_loss ${row.val_loss.toFixed(4)}  val_accuracy ${percent(row.val_accuracy!)}  val_uar ${percent(row.val_uar!)}`;
  return (
    `epoch ${String(row.epoch).padStart(3)}  loss ${row.loss.toFixed(4)}  accuracy ${percent(row.accuracy)}${validation}` +
    `  lr ${row.learning_rate.toExponential(1)}  ${row.seconds.toFixed(1)} s\n`
  );
}

/** The model with a temperature from its validation part. */
async function calibratedOn(plan: Plan, model: Model, { stderr, progress }: CommandContext): Promise<Model> {
  const calibrated = await fitWithin(plan, "validation", "temperature", plan.validation, (examples) =>
    calibrate(model, examples, (done, total) => progress.update("calibrate", done, total)),
  );
  progress.finish();
  const { temperature, metadata } = calibrated;
  stderr.write(
    metadata.calibration === undefined
      ? "no validation part, so probabilities are not calibrated\n"
      : `${renderCalibration(temperature, metadata.calibration)}\n`,
  );
  return calibrated;
}

/** The model with its scores on the test part, which it says about itself from then on. */
async function scored(model: Model, test: readonly Example[], { stderr, progress }: CommandContext): Promise<Model> {
  if (test.length === 0) {
    stderr.write("no test part, so no scores\n");
    return model;
  }
  const recognizer = await Recognizer.load(await encodeModel(model), { threads: 0 });
  const answers = await answerExamples(recognizer, test, (done, total) => progress.update("test", done, total));
  await recognizer.release();
  progress.finish();
  const summary = summarize(recognizer.labels, answers);
  stderr.write(`test part\n${renderSummary(summary)}\n`);
  return { ...model, metadata: { ...model.metadata, scores: { test: summary } } };
}
