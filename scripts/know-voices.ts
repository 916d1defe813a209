/**
 * Gives a model with functionals that was trained before `ser train` did it a branch for voices that have been heard before,
 * taught on its training part. Answers for unknown voices stay what they were; voice profiles have to be made anew.
 *
 *     npx tsx scripts/know-voices.ts <model.onnx> <to.onnx> <corpora…>
 */
import { readModelFile, writeModelFile } from "../src/model/files.node.ts";
import { measureExamples, teachVoices, withTaughtVoices } from "../src/train/index.ts";
import { modelArguments, planOfModel } from "./plan-of-model.ts";

const [file, to, corpora] = modelArguments("know-voices.ts");
const { model } = await readModelFile(file);
const { functionals } = model.metadata.network;
if (functionals === undefined || functionals.voices === true) {
  throw new Error(`${file}: it has no functionals, or a branch for voices already`);
}
const plan = await planOfModel(model, corpora);
let told = 0;
const measures = await measureExamples(plan, [...plan.train, ...plan.copies]);
const taught = await teachVoices(plan, measures!, {
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
