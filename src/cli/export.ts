import type { Command } from "commander";
import { exportKeras, exportWaveform } from "../exchange/index.ts";
import { writeAtomically } from "../files.node.ts";
import { readModelFile } from "../model/files.node.ts";
import type { Model } from "../model/index.ts";
import { choiceOption } from "./choice.ts";
import type { CliCommand } from "./command.ts";
import { assertOther, assertWritable, JSON_OPTION, tell } from "./output.ts";

interface ExportOptions {
  readonly to: string;
  readonly out: string;
  /** False for `--no-gate`. */
  readonly gate: boolean;
  readonly json?: true;
}

/** A format that others open. */
interface Format {
  /** What its files end in. */
  readonly ending: string;
  encode(model: Model, where: string, options: ExportOptions): Uint8Array | Promise<Uint8Array>;
  /** What to do with the file, for the last line. */
  readonly use: (model: Model) => string;
}

const FORMATS: Readonly<Record<string, Format>> = {
  keras: {
    ending: ".keras",
    encode: (model, where) => exportKeras(model, where),
    use: ({ metadata: { network, featureSet, labels } }) =>
      `keras.saving.load_model(…).predict(x) with x (batch, ${network.frames}, ${network.features}): raw ${featureSet} features, ` +
      `zeros after the last frame; outputs are ${labels.labels.join(", ")}`,
  },
  "onnx-waveform": {
    ending: ".onnx",
    encode: (model, where, { gate }) => exportWaveform(model, where, { gate }),
    use: ({ metadata: { sampleRate, labels } }) =>
      `samples (n) float32, mono at ${sampleRate} Hz → probabilities of ${labels.labels.join(", ")}`,
  },
};

/** `ser export`: a model in a format that others open. */
export const command: CliCommand<ExportOptions> = {
  examples: [
    "ser export model.onnx --to keras --out speech_emotion_model.keras",
    "ser export model.onnx --to onnx-waveform --out speech_emotion_waveform.onnx",
  ],

  configure(cmd: Command) {
    cmd
      .argument("<model>", "a model file, *.onnx")
      .addOption(
        choiceOption(
          "--to <format>",
          "keras: a .keras file that Keras 3 opens; onnx-waveform: one ONNX graph from sound to emotion",
          Object.keys(FORMATS),
        ).makeOptionMandatory(),
      )
      .requiredOption("--out <file>", "the file that is written")
      .option("--no-gate", "onnx-waveform: all samples are speech; whoever uses the file has trimmed them")
      .option(...JSON_OPTION);
  },

  async run([file], options, { stdout }) {
    const { to, out } = options;
    const format = FORMATS[to]!;
    await assertWritable("--out", out, format.ending);
    assertOther("--out", out, file!);
    const { model } = await readModelFile(file!);
    const bytes = await format.encode(model, file!, options);
    await writeAtomically(out, bytes);
    const use = format.use(model);
    tell(
      stdout,
      options.json,
      { file: out, format: to, bytes: bytes.length, use },
      `wrote ${out} (${(bytes.length / 1e6).toFixed(2)} MB): ${use}\n`,
    );
    return 0;
  },
};
