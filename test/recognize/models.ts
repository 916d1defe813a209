import { encodeModel, functionalsCount, layoutOf, preset, voiceLayout, withVoices } from "../../src/model/index.ts";
import type { Model, NetworkLayout, VoiceBranch } from "../../src/model/index.ts";
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

/** A model with a branch for voices, untrained; the mean of every measure is 0.5. */
export function tinyKnowingModel(): Model {
  const { functionals } = preset("default").network(7);
  const network = tinyBranched({ features: 72, frames: 432, functionals: { ...functionals!, units: [5, 4] } });
  const mean = Array.from({ length: functionalsCount(network) }, () => 0.5);
  const model = tinySpeechModel();
  const initial = ({ weights, statistics }: NetworkLayout): VoiceBranch => ({
    weights: weights.initialize(3),
    statistics: statistics.initialize(3),
  });
  const {
    head,
    network: voiced,
    ...numbers
  } = withVoices(network, initial(layoutOf(network)), initial(voiceLayout(network)));
  // A corpus far from anything: the branch for voices answers alone.
  const corpora = [{ name: "made", mean: mean.map(() => 1e4), voices: 4 }];
  const ones = mean.map(() => 1);
  const rest = { corpora, between: ones, within: ones, recordings: 8, speakers: 4 };
  const voiceReference = { mean, prior: 2, head, ...rest };
  return { ...model, ...numbers, metadata: { ...model.metadata, network: voiced, voiceReference } };
}

/** An untrained recogniser of trimmed speech, windows of 6.9 s. */
export async function tinyRecognizer(featureSet?: string): Promise<Recognizer> {
  return Recognizer.load(await encodeModel(tinySpeechModel(featureSet)));
}
