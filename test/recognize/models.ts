import { encodeModel } from "../../src/model/index.ts";
import { Recognizer } from "../../src/recognize/index.ts";
import { tinyModel } from "../tiny-model.ts";

/** An untrained recogniser of trimmed speech, windows of 6.9 s. */
export async function tinyRecognizer(featureSet = "logmel72@1+gate@2"): Promise<Recognizer> {
  const model = featureSet.startsWith("logmel72")
    ? tinyModel({ masked: true, features: 72, frames: 432 })
    : tinyModel({ masked: true });
  const sampleRate = featureSet.startsWith("logmel72") ? 16_000 : 22_050;
  return Recognizer.load(await encodeModel({ ...model, metadata: { ...model.metadata, featureSet, sampleRate } }));
}
