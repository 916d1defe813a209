/**
 * Gives a model with functionals that was trained before `ser train` did it a branch for voices that have been heard before,
 * taught on its training part. Answers for unknown voices stay what they were; voice profiles have to be made anew.
 *
 *     npx tsx scripts/know-voices.ts <model.onnx> <to.onnx> <corpora…>
 */
import type { Split } from "../src/corpora/index.ts";
import { readModelFile, writeModelFile } from "../src/model/files.node.ts";
import { TRAIN_DEFAULTS } from "../src/recipe/index.ts";
import {
  augmentTraining,
  loadDataset,
  planTraining,
  teachVoices,
  withTaughtVoices,
  type TrainConfig,
} from "../src/train/index.ts";

const [file, to, ...corpora] = process.argv.slice(2);
if (file === undefined || to === undefined || corpora.length === 0) {
  console.error("usage: npx tsx scripts/know-voices.ts <model.onnx> <to.onnx> <corpora…>");
  process.exit(2);
}
const { model } = await readModelFile(file);
const { metadata } = model;
if (metadata.network.functionals === undefined || metadata.network.functionals.voices === true) {
  throw new Error(`${file}: it has no functionals, or a branch for voices already`);
}
const settings = Object.keys({ ...TRAIN_DEFAULTS, augment: "" }).map((key) => [key, metadata.training[key]]);
const config = { ...Object.fromEntries(settings), corpora, threads: 1 } as unknown as TrainConfig;
const dataset = await loadDataset({ sources: corpora, labels: metadata.labels, featureSet: metadata.featureSet });
const { plan } = await augmentTraining(planTraining(config, dataset, metadata.split as Split));
let told = 0;
const taught = await teachVoices(plan, {
  onStep: (done, total) => {
    if (Date.now() - told < 10_000 && done < total) return;
    told = Date.now();
    console.error(`${to}: step ${done} of ${total}`);
  },
});
await writeModelFile(to, withTaughtVoices(model, taught!));
const { reference } = taught!;
console.log(
  `${to}: taught by ${reference.recordings} recordings of ${reference.speakers} speakers, ${plan.copies.length} copies`,
);
