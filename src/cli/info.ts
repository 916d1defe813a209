import { Argument, type Command } from "commander";
import { frontEnd } from "../gate/index.ts";
import { readModelFile } from "../model/files.node.ts";
import { weightCount, type Model } from "../model/index.ts";
import type { Scores } from "../metrics/index.ts";
import { DEFAULT_MODEL } from "../recognize/load.node.ts";
import { renderCalibration } from "./calibration.ts";
import type { CliCommand } from "./command.ts";
import { percent } from "./numbers.ts";

/** `ser info`: what a model file says about itself. */
export const command: CliCommand<{ readonly json?: true }> = {
  examples: ["ser info", "ser info model.onnx --json"],

  configure(cmd: Command) {
    cmd
      .addArgument(new Argument("[model]", "a model file, *.onnx").default(DEFAULT_MODEL, "the one that ships"))
      .option("--json", "everything, as one JSON object");
  },

  async run([file], { json }, { stdout }) {
    const { model, bytes } = await readModelFile(file!);
    const { metadata, temperature, rooms } = model;
    const facts = {
      file,
      bytes: bytes.length,
      temperature,
      weights: weightCount(metadata.network),
      ...metadata,
      ...(rooms && { rooms: rooms.map(({ name }) => name) }),
    };
    stdout.write(json === true ? `${JSON.stringify(facts, null, 2)}\n` : renderModel(file!, bytes.length, model));
    return 0;
  },
};

/** The model in lines for people. */
function renderModel(file: string, bytes: number, { metadata, temperature, rooms }: Model): string {
  const { labels, network, training, licences } = metadata;
  const { id, set } = frontEnd(metadata.featureSet);
  const scores = metadata.scores as { readonly test?: Scores & { readonly perCorpus: Record<string, Scores> } } | null;
  const seconds = (network.frames * set.hopLength - 1) / set.sampleRate;
  const setting = (...keys: string[]): string =>
    keys
      .filter((key) => training[key] !== undefined)
      .map((key) => `${key} ${JSON.stringify(training[key])}`)
      .join(", ");
  const rows: [string, string][] = [
    ["file", `${file} (${(bytes / 1e6).toFixed(2)} MB)`],
    [
      "written",
      `${metadata.created} by speech-emotion ${metadata.version}${metadata.commit ? `, commit ${metadata.commit}` : ""}`,
    ],
    [
      "labels",
      labels.labels.join(", ") +
        Object.entries(labels.fold)
          .map(([from, to]) => ` (${from} counts as ${to})`)
          .join(""),
    ],
    ["inputs", `features (batch, frames, ${network.features}) float32, lengths (batch) int64`],
    ["output", `probabilities (batch, ${network.labels}) float32`],
    [
      "features",
      `${set.id}: ${set.columns.length} columns, ${set.sampleRate} Hz, a frame every ${set.hopLength} samples${id === set.id ? "" : `, of the speech that ${id.split("+")[1]} finds`}`,
    ],
    ["window", `${network.frames} frames, ${seconds.toFixed(2)} s; longer recordings are cut and averaged`],
    [
      "network",
      `preset ${metadata.preset}, ${network.architecture}, ${weightCount(network).toLocaleString("en")} weights`,
    ],
    [
      "training",
      setting("importedFrom", "split", "seed", "epochsRun", "bestEpoch", "batch", "learningRate", "recordings"),
    ],
    ...licences.map(({ corpus, licence }): [string, string] => [`licence`, `${corpus}: ${licence}`]),
  ];
  rows.push([
    "calibrated",
    metadata.calibration === undefined ? "no: temperature 1" : renderCalibration(temperature, metadata.calibration),
  ]);
  if (rooms !== undefined) {
    rows.push(["rooms", `${rooms.map(({ name }) => name).join(", ")}; elsewhere probabilities are more cautious`]);
  }
  const neutral = metadata.neutralReference;
  const known = metadata.voiceReference;
  const counted = (recordings: number, kind: string, speakers: number): string =>
    `(reference: ${recordings.toLocaleString("en")} ${kind} of ${speakers} speakers)`;
  rows.push([
    "voices",
    known !== undefined
      ? `calibrated with any recordings, labelled clips among them ${counted(known.recordings, "recordings", known.speakers)}`
      : neutral === undefined
        ? "calibrated with labelled clips"
        : `calibrated with labelled clips or neutral seconds ${counted(neutral.recordings, "neutral recordings", neutral.speakers)}`,
  ]);
  const test = scores?.test;
  if (test === undefined) rows.push(["scores", "none: there was no test part"]);
  else {
    const line = (name: string, { n, accuracy, uar }: Scores): [string, string] => [
      "scores",
      `${name.padEnd(8)} ${String(n).padStart(5)} recordings  accuracy ${percent(accuracy)}  UAR ${percent(uar)}`,
    ];
    rows.push(line("test", test), ...Object.entries(test.perCorpus).map(([name, own]) => line(name, own)));
  }
  return rows.map(([name, value]) => `${name.padEnd(12)}${value}\n`).join("");
}
