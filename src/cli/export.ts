import { Option, type Command } from "commander";
import { exportKeras } from "../exchange/index.ts";
import { readModelFile, writeAtomically } from "../model/files.node.ts";
import type { Model } from "../model/index.ts";
import type { CliCommand } from "./command.ts";
import { assertWritable } from "./output.ts";

interface ExportOptions {
  readonly to: string;
  readonly out: string;
}

/** A format that others open. */
interface Format {
  /** What its files end in. */
  readonly ending: string;
  encode(model: Model, where: string): Promise<Uint8Array>;
  /** What to do with the file, for the last line. */
  readonly use: (model: Model) => string;
}

const FORMATS: Readonly<Record<string, Format>> = {
  keras: {
    ending: ".keras",
    encode: exportKeras,
    use: ({ metadata: { network, featureSet, labels } }) =>
      `keras.saving.load_model(…).predict(x) with x (batch, ${network.frames}, ${network.features}): raw ${featureSet} features, ` +
      `zeros after the last frame; outputs are ${labels.labels.join(", ")}`,
  },
};

/** `ser export`: a model in a format that others open. */
export const command: CliCommand<ExportOptions> = {
  examples: ["ser export model.onnx --to keras --out speech_emotion_model.keras"],

  configure(cmd: Command) {
    cmd
      .argument("<model>", "a model file, *.onnx")
      .addOption(
        new Option("--to <format>", "keras: a .keras file that Keras 3 opens")
          .choices(Object.keys(FORMATS))
          .makeOptionMandatory(),
      )
      .requiredOption("--out <file>", "the file that is written");
  },

  async run([file], { to, out }, { stdout }) {
    const format = FORMATS[to]!;
    await assertWritable("--out", out, format.ending);
    const { model } = await readModelFile(file!);
    const bytes = await format.encode(model, file!);
    await writeAtomically(out, bytes);
    stdout.write(`wrote ${out} (${(bytes.length / 1e6).toFixed(2)} MB): ${format.use(model)}\n`);
    return 0;
  },
};
