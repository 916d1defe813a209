/**
 * `npm run record -- <model.onnx …>`: keeps what trained models say about themselves – configuration, split sizes, scores on
 * the test part – as results/<preset>-<split>.json, from which `npm run results` makes the tables.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readModelFile } from "../src/model/files.node.ts";
import { trainCommand } from "./train-command.ts";

const folder = fileURLToPath(new URL("../results/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const file of process.argv.slice(2)) {
  const { metadata } = (await readModelFile(file)).model;
  const { preset, training, scores, created, version, commit } = metadata;
  const augment = training["augment"];
  const suffix = augment === undefined || augment === "none" ? "" : "-augmented";
  const name = `${preset}-${String(training["split"])}${suffix}`;
  const result = {
    preset,
    split: training["split"],
    train: trainCommand(training, `${name}.onnx`),
    created,
    version,
    commit,
    training,
    evaluation: (scores as { test: unknown }).test,
  };
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(result, null, 1)}\n`);
  console.log(`wrote results/${name}.json`);
}
