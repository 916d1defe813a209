/**
 * Tells a model with functionals that was trained before `ser train` did it the rooms of its training part, and fits its
 * temperature again with them. Labels of a window stay; in foreign rooms probabilities become more cautious. Scores that
 * the file told are left out, and where the temperature becomes another, voice profiles have to be made anew.
 *
 *     npx tsx scripts/know-rooms.ts <model.onnx> <to.onnx> <corpora…>
 */
import { calibrate } from "../src/evaluate/index.ts";
import { readModelFile, writeModelFile } from "../src/model/files.node.ts";
import { measureExamples, roomExamples, roomsOf } from "../src/train/index.ts";
import { modelArguments, planOfModel } from "./plan-of-model.ts";

const [file, to, corpora] = modelArguments("know-rooms.ts");
const { model } = await readModelFile(file);
const plan = await planOfModel(model, corpora);
if (plan.network.functionals === undefined) throw new Error(`${file}: it measures no clips as a whole`);
const examples = roomExamples(plan);
const rooms = roomsOf(examples, (await measureExamples(plan, examples))!);
const told = { ...model, rooms, metadata: { ...model.metadata, scores: null } };
const calibrated =
  model.metadata.calibration === undefined || plan.validation.length === 0
    ? told
    : await calibrate({ ...told, temperature: 1 }, plan.validation);
await writeModelFile(to, calibrated);
const { temperature } = calibrated;
console.log(
  `${to}: rooms of ${rooms.map(({ name }) => name).join(", ")}; temperature ${model.temperature} -> ${temperature}`,
);
