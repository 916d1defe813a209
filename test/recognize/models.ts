import { encodeModel, type Model } from "../../src/model/index.ts";
import { Recognizer } from "../../src/recognize/index.ts";
import { tinyModel } from "../tiny-model.ts";

/** An untrained model of trimmed speech, windows of 6.9 s; or of another feature set. */
export function tinySpeechModel(featureSet = "logmel72@1+gate@2"): Model {
  const speech = featureSet.startsWith("logmel72");
  const model = speech ? tinyModel({ masked: true, features: 72, frames: 432 }) : tinyModel({ masked: true });
  const sampleRate = speech ? 16_000 : 22_050;
  return { ...model, metadata: { ...model.metadata, featureSet, sampleRate } };
}

/** A model that knows what neutral voices are like: column c is 0.1 · c. */
export function tinyVoiceModel(): Model {
  const model = tinySpeechModel();
  const mean = Array.from({ length: 72 }, (_, c) => c / 10);
  return { ...model, metadata: { ...model.metadata, neutralReference: { mean, recordings: 8, speakers: 4 } } };
}

/** An untrained recogniser of trimmed speech, windows of 6.9 s. */
export async function tinyRecognizer(featureSet?: string): Promise<Recognizer> {
  return Recognizer.load(await encodeModel(tinySpeechModel(featureSet)));
}
