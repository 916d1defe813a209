/**
 * Gives a model that was trained before `ser train` stored it what neutral voices are like (`ser calibrate --neutral` needs
 * it): the means of its training part, as `ser train` takes them. Answers and voice profiles stay the same.
 *
 *     npx tsx scripts/neutral-reference.ts models/default.onnx <corpora…>
 */
import { partOf, type Split } from "../src/corpora/index.ts";
import { labelOf } from "../src/emotions.ts";
import { readModelFile, writeModelFile } from "../src/model/files.node.ts";
import { loadDataset, neutralReference } from "../src/train/index.ts";

const [file, ...sources] = process.argv.slice(2);
if (file === undefined || sources.length === 0) {
  console.error("usage: npx tsx scripts/neutral-reference.ts <model.onnx> <corpora…>");
  process.exit(2);
}
const { model } = await readModelFile(file);
const { metadata } = model;
const { examples } = await loadDataset({
  sources,
  labels: metadata.labels,
  featureSet: metadata.featureSet,
  only: (u) => partOf(metadata.split as Split, u) === "train" && labelOf(metadata.labels, u.emotion) === "neutral",
});
const reference = neutralReference(examples, metadata.labels);
if (reference === undefined) throw new Error(`${file}: its training part has no neutral recording here`);
await writeModelFile(file, { ...model, metadata: { ...metadata, neutralReference: reference } });
console.log(`${file}: ${reference.recordings} neutral recordings of ${reference.speakers} speakers`);
