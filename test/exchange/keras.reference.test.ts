import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { exportKeras } from "../../src/exchange/index.ts";
import { encodeNpy, featureSet, padFrames } from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { encodeModel, layoutOf, preset, type Model } from "../../src/model/index.ts";
import { Recognizer } from "../../src/recognize/index.ts";
import { HAS_DATA } from "../data.ts";
import { HAS_PYTHON, python, withFolder } from "../python.ts";
import { spreadRecordings } from "../recordings.ts";
import { tinyModel } from "../tiny-model.ts";

/** A network of full size: untrained, but standardised on the recordings and with answers that are far from even. */
function wideModel(name: string, clips: readonly Matrix[]): Model {
  const network = preset(name).network(7);
  const layout = layoutOf(network);
  const [weights, statistics] = [layout.weights.initialize(11), layout.statistics.initialize(11)];
  const rows = clips.flatMap((clip) => Array.from({ length: clip.rows }, (_, t) => clip.row(t)));
  const [mean, scale] = ["mean", "scale"].map((role) => layout.statistics.view(statistics, `standardizer/${role}`));
  for (let c = 0; c < network.features; c++) {
    mean![c] = rows.reduce((sum, row) => sum + row[c]!, 0) / rows.length;
    scale![c] = Math.sqrt(rows.reduce((sum, row) => sum + (row[c]! - mean![c]!) ** 2, 0) / rows.length) ** -1;
  }
  for (const part of ["conv1/bias", "batch_norm1/gamma", "batch_norm2/beta", "dense2/kernel"]) {
    const view = layout.weights.view(weights, part);
    for (let i = 0; i < view.length; i++) view[i] = 6 * view[i]! + 0.3 * Math.sin(i);
  }
  const moving = layout.statistics.view(statistics, "batch_norm1/moving_variance");
  for (let i = 0; i < moving.length; i++) moving[i] = 1.5 + Math.sin(i);
  return {
    ...tinyModel(),
    metadata: { ...tinyModel().metadata, preset: name, network },
    weights,
    statistics,
    temperature: 1.3,
  };
}

describe.skipIf(!HAS_PYTHON || !HAS_DATA)("Keras 3 opens what ser export writes, without custom objects", () => {
  test.each(["seed", "seed-300x1"])("%s: 52 real recordings, 1e-4", async (name) => {
    const clips: Matrix[] = [];
    for (const path of spreadRecordings(13)) clips.push(featureSet("librosa54@1").extract(await readAudio(path)));
    const model = wideModel(name, clips);
    const { frames, features } = model.metadata.network;
    const recognizer = await Recognizer.load(await encodeModel(model));
    const ours = await recognizer.classifyFeatures(
      clips.map((clip) => (clip.rows > frames ? padFrames(clip, frames) : clip)),
    );
    const keras = await withFolder(async (at) => {
      writeFileSync(at("model.keras"), await exportKeras(model, "model"));
      const x = new Matrix(clips.length, frames * features);
      for (const [i, clip] of clips.entries()) x.row(i).set(padFrames(clip, frames).data);
      writeFileSync(at("x.npy"), encodeNpy(x));
      python("reference/keras_files.py", "predict", at("model.keras"), at("x.npy"), at("y.npy"));
      const y = await readFile(at("y.npy"));
      return new Float32Array(y.buffer.slice(y.byteOffset + y.length - 4 * ours.length, y.byteOffset + y.length));
    });
    const worst = Math.max(...ours.map((p, i) => Math.abs(p - keras[i]!)));
    console.log(
      `${name}: ${clips.length} recordings, largest difference of a probability ${worst.toExponential(1)}, largest probability ${Math.max(...ours).toFixed(3)}`,
    );
    expect(ours).toBeAllClose(keras, { atol: 1e-4 });
    // Answers that were all alike would agree without saying anything.
    expect(Math.max(...ours)).toBeGreaterThan(0.3);
  });
});
