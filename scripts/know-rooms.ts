/**
 * Tells a model with functionals that was trained before `ser train` did it the rooms of its training part, and fits its
 * temperature again with them. Labels stay; in foreign rooms probabilities become more cautious.
 *
 *     npx tsx scripts/know-rooms.ts <model.onnx> <to.onnx> <corpora…>
 */
import { partOf, type Split } from "../src/corpora/index.ts";
import { calibrate } from "../src/evaluate/index.ts";
import { readModelFile, writeModelFile } from "../src/model/files.node.ts";
import { TRAIN_DEFAULTS } from "../src/recipe/index.ts";
import {
  augmentTraining,
  knownRooms,
  loadDataset,
  planTraining,
  type Example,
  type TrainConfig,
} from "../src/train/index.ts";

const [file, to, ...corpora] = process.argv.slice(2);
if (file === undefined || to === undefined || corpora.length === 0) {
  console.error("usage: npx tsx scripts/know-rooms.ts <model.onnx> <to.onnx> <corpora…>");
  process.exit(2);
}
const { model } = await readModelFile(file);
const { metadata } = model;
const split = metadata.split as Split;
const dataset = await loadDataset({ sources: corpora, labels: metadata.labels, featureSet: metadata.featureSet });
const part = (name: string): Example[] => dataset.examples.filter(({ utterance }) => partOf(split, utterance) === name);
const settings = Object.keys({ ...TRAIN_DEFAULTS, augment: "" }).map((key) => [key, metadata.training[key]]);
const config = { ...Object.fromEntries(settings), corpora, threads: 1 } as unknown as TrainConfig;
const { plan } = await augmentTraining(planTraining(config, dataset, split));
const rooms = await knownRooms(plan, [...plan.train, ...plan.copies]);
if (rooms === undefined) throw new Error(`${file}: it measures no clips as a whole`);
const told = { ...model, rooms };
const validation = part("validation");
const calibrated =
  metadata.calibration === undefined || validation.length === 0
    ? told
    : await calibrate({ ...told, temperature: 1 }, validation);
await writeModelFile(to, calibrated);
const { temperature } = calibrated;
console.log(
  `${to}: rooms of ${rooms.map(({ name }) => name).join(", ")}; temperature ${model.temperature} -> ${temperature}`,
);
