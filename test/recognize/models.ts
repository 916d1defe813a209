import { encodeModel, layoutOf, measureCount, preset, type Model } from "../../src/model/index.ts";
import { Recognizer } from "../../src/recognize/index.ts";
import { tinyBranched, tinyModel } from "../tiny-model.ts";

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

/** A model that was taught to know voices, as far as it says: untrained, both branches, the mean of every measure 0.5. */
export function tinyKnowingModel(): Model {
  const { functionals } = preset("default").network(7);
  const network = tinyBranched({ features: 72, frames: 432, functionals: { ...functionals!, units: [5, 4] } });
  const mean = Array.from({ length: measureCount(network) }, () => 0.5);
  const model = tinySpeechModel();
  const layout = layoutOf(network);
  return {
    ...model,
    weights: layout.weights.initialize(3),
    statistics: layout.statistics.initialize(3),
    metadata: { ...model.metadata, network, voiceReference: { mean, prior: 2, recordings: 8, speakers: 4 } },
  };
}

/** An untrained recogniser of trimmed speech, windows of 6.9 s. */
export async function tinyRecognizer(featureSet?: string): Promise<Recognizer> {
  return Recognizer.load(await encodeModel(tinySpeechModel(featureSet)));
}
