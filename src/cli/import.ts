import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { parseLabelMap } from "../emotions.ts";
import { ParameterError } from "../errors.ts";
import { importKeras, parseScaler, scalerFromNpy, type Scaler } from "../exchange/index.ts";
import { FEATURE_SETS } from "../features/index.ts";
import { unreadable } from "../files.node.ts";
import { writeModelFile } from "../model/files.node.ts";
import { weightCount } from "../model/index.ts";
import { packageVersion } from "../provenance.node.ts";
import { choiceOption } from "./choice.ts";
import type { CliCommand } from "./command.ts";
import { assertWritable, JSON_OPTION, tell } from "./output.ts";

interface ImportOptions {
  readonly labels?: string;
  /** False for `--no-scaler`. */
  readonly scaler?: readonly string[] | false;
  readonly set?: string;
  readonly out: string;
  readonly json?: true;
}

/** `ser import`: a model that Keras saved, as one of ours. */
export const command: CliCommand<ImportOptions> = {
  examples: [
    "ser import speech_emotion_model.keras --scaler scaler.json --labels 7 --out model.onnx",
    "ser import model.keras --scaler mean.npy scale.npy --labels angry,happy,neutral,sad --out model.onnx",
  ],

  configure(cmd: Command) {
    cmd
      .argument("<model>", "a model that Keras saved, *.keras")
      .option("--labels <list>", "in the order of the outputs: 7, 8 or names separated by commas")
      .option(
        "--scaler <files...>",
        'the StandardScaler before the model: a JSON file {"mean": […], "scale": […]}, or mean_ and scale_ as two *.npy',
      )
      .option("--no-scaler", "the model sees raw features")
      .addOption(choiceOption("--set <id>", "the feature set that it sees (54 columns: librosa54@1)", FEATURE_SETS))
      .requiredOption("--out <file>", "the model file that is written, *.onnx")
      .option(...JSON_OPTION);
  },

  async run([file], { labels, scaler, set, out, json }, { stdout }) {
    await assertWritable("--out", out, ".onnx");
    const model = await importKeras(await bytesOf(file!), {
      where: file!,
      ...(labels !== undefined && { labels: parseLabelMap(labels) }),
      ...scalerOption(scaler === undefined ? undefined : await readScaler(scaler)),
      ...(set !== undefined && { featureSet: set }),
      created: new Date().toISOString(),
      version: packageVersion(),
    });
    await writeModelFile(out, model);
    const { network, featureSet, labels: map } = model.metadata;
    tell(
      stdout,
      json,
      { file: out, weights: weightCount(network), network, featureSet, labels: map.labels },
      `wrote ${out}: ${weightCount(network).toLocaleString("en")} weights, ${network.convolutions.length} convolution ` +
        `block${network.convolutions.length === 1 ? "" : "s"}, ${featureSet}, labels ${map.labels.join(", ")}\n`,
    );
    return 0;
  },
};

function scalerOption(scaler: Scaler | "none" | undefined): { readonly scaler?: Scaler | "none" } {
  return scaler === undefined ? {} : { scaler };
}

async function readScaler(files: readonly string[] | false): Promise<Scaler | "none"> {
  if (files === false) return "none";
  const [first, second, ...rest] = files;
  if (first?.endsWith(".json") === true && second === undefined) {
    return parseScaler(new TextDecoder().decode(await bytesOf(first)), first);
  }
  if (first?.endsWith(".npy") === true && second?.endsWith(".npy") === true && rest.length === 0) {
    return scalerFromNpy(await bytesOf(first), await bytesOf(second), `${first}, ${second}`);
  }
  throw new ParameterError(
    `--scaler: "${files.join(" ")}" must be one *.json, or two *.npy: the means, then the scales`,
  );
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause, "a file");
  }
}
