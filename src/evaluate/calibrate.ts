import { partOf, type Split } from "../corpora/index.ts";
import {
  applyTemperature,
  expectedCalibrationError,
  fitCautiousTemperature,
  logLoss,
  outcomesOf,
  type Answer,
} from "../metrics/index.ts";
import { encodeModel, type Calibration, type Model } from "../model/index.ts";
import { Recognizer } from "../recognize/index.ts";
import type { Example } from "../train/index.ts";
import { answerExamples } from "./answer.ts";

/**
 * The model with its temperature fitted on its validation part: the one that makes the true labels most likely, and a standard error more. It changes
 * how sure the model is, never which label it answers. Where some of the validation part's speakers are in no other part, only they
 * count: on voices that it knows (TESS's two, divided by words) a model is right more often than its users will find.
 *
 * @param model its temperature must be 1 still.
 * @param validation the examples of its validation part; without any the model stays as it is.
 * @throws Error when an example is of another part: a temperature fitted on training or test recordings would be a leak.
 */
export async function calibrate(
  model: Model,
  validation: readonly Example[],
  onProgress?: (done: number, total: number) => void,
): Promise<Model> {
  const { split, labels } = model.metadata;
  const leak = validation.find(({ utterance }) => partOf(split as Split, utterance) !== "validation");
  if (leak) throw new Error(`calibrate: ${leak.utterance.id} is not of the validation part`);
  if (model.temperature !== 1) throw new Error(`calibrate: the model has the temperature ${model.temperature} already`);
  if (validation.length === 0) return model;
  const recognizer = await Recognizer.load(await encodeModel(model), { threads: 0 });
  const answers = await answerExamples(recognizer, ofUnknownSpeakers(split as Split, validation), onProgress);
  await recognizer.release();
  const { temperature, calibration } = fitCalibration(labels.labels, answers);
  return { ...model, temperature, metadata: { ...model.metadata, calibration } };
}

/** Those of corpora that are divided by speakers, or all where there are none. */
function ofUnknownSpeakers(split: Split, validation: readonly Example[]): readonly Example[] {
  if (split.kind === "random") return validation;
  const unknown = validation.filter(({ utterance }) => split.corpora[utterance.corpus]?.groupBy === "speaker");
  return unknown.length === 0 ? validation : unknown;
}

/** The temperature of answers of the validation part, and what it does to them. */
export function fitCalibration(
  labels: readonly string[],
  answers: readonly Answer[],
): { readonly temperature: number; readonly calibration: Calibration } {
  const before = answers.map(({ probabilities }) => probabilities);
  const truth = outcomesOf(labels, answers).map((outcome) => outcome.truth);
  // The file holds it as float32: what it does is measured as it will be used.
  const temperature = Math.fround(
    fitCautiousTemperature(
      before,
      truth,
      answers.map(({ corpus, speaker }) => `${corpus}/${speaker}`),
    ),
  );
  const after = before.map((row) => applyTemperature(row, temperature));
  const ece = (rows: readonly (readonly number[])[]): number =>
    expectedCalibrationError(
      outcomesOf(
        labels,
        answers.map((answer, i) => ({ ...answer, probabilities: rows[i]! })),
      ),
    );
  return {
    temperature,
    calibration: {
      part: "validation",
      recordings: answers.length,
      speakers: new Set(answers.map(({ speaker }) => speaker)).size,
      logLoss: { before: logLoss(before, truth), after: logLoss(after, truth) },
      ece: { before: ece(before), after: ece(after) },
    },
  };
}
