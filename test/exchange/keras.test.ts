import { readFileSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { exportKeras, importKeras, type KerasImport } from "../../src/exchange/index.ts";
import { readHdf5 } from "../../src/exchange/keras/hdf5.ts";
import { encodeNpy } from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { readModelFile } from "../../src/model/files.node.ts";
import { encodeModel, type Model } from "../../src/model/index.ts";
import { Session } from "../../src/runtime/index.ts";
import { ser } from "../cli/run-cli.ts";
import { noises } from "../graph/noise.ts";
import { tinyModel } from "../tiny-model.ts";

const GOLDEN = new URL("../golden/keras/", import.meta.url);
const golden = JSON.parse(readFileSync(new URL("index.json", GOLDEN), "utf8")) as {
  readonly frames: number;
  readonly features: number;
  readonly predictions: Readonly<Record<string, readonly number[]>>;
};
const kerasFile = (name: string): Uint8Array => readFileSync(new URL(`${name}.keras`, GOLDEN));
const labels = { labels: ["a", "b", "c", "d"], fold: {} };
const importGolden = (name: string, options: Partial<KerasImport> = {}): Promise<Model> =>
  importKeras(kerasFile(name), { where: name, labels, created: "2026-01-01T00:00:00.000Z", version: "0", ...options });

/** What our model file answers to 2 · noise(7, (3, 21, 54)), after `before` has been undone by hand. */
async function predict(model: Model, x: Float32Array): Promise<Float32Array> {
  const session = await Session.create(await encodeModel(model), { threads: 1 });
  const { probabilities } = await session.run({
    features: { type: "float32", data: x, shape: [3, golden.frames, golden.features] },
    lengths: { type: "int64", data: BigInt64Array.from([21n, 21n, 21n]), shape: [3] },
  });
  await session.release();
  return probabilities!.data as Float32Array;
}
const input = (): Float32Array => Float32Array.from(noises(7, 3 * golden.frames * golden.features), (v) => 2 * v);

describe("models that Keras 3 saved predict the same as ours", () => {
  test("two blocks, no scaler", async () => {
    const found = await predict(await importGolden("original", { scaler: "none" }), input());
    expect(found).toBeAllClose(golden.predictions["original"]!, { atol: 1e-5 });
  });

  test("two blocks behind a StandardScaler: its inputs, scaled back by hand, give the same", async () => {
    const mean = Array.from(noises(60, golden.features));
    const scale = Array.from(noises(61, golden.features), (v) => v + 1.5);
    const raw = input().map((v, i) => v * scale[i % golden.features]! + mean[i % golden.features]!);
    const found = await predict(await importGolden("original", { scaler: { mean, scale } }), raw);
    expect(found).toBeAllClose(golden.predictions["original"]!, { atol: 1e-5 });
  });

  test("with a Normalization layer", async () => {
    const model = await importGolden("normalized");
    expect(await predict(model, input())).toBeAllClose(golden.predictions["normalized"]!, { atol: 1e-5 });
    expect(model.metadata.network.dropout).toBe(0.3);
  });

  test("Functional, one block: no padding, ReLU after batch norm, batch norm after the LSTM, no hidden layer", async () => {
    const model = await importGolden("variant");
    expect(await predict(model, input())).toBeAllClose(golden.predictions["variant"]!, { atol: 1e-5 });
    expect(model.metadata.network).toMatchObject({
      pool: 3,
      convolutions: [{ filters: 3, width: 4, padding: "valid" }],
    });
  });
});

describe("export", () => {
  test("gives back the very weights that Keras saved, at the same places", async () => {
    const written = unzipSync(await exportKeras(await importGolden("original", { scaler: "none" }), "model"));
    const ours = await readHdf5(written["model.weights.h5"]!, "ours");
    const keras = await readHdf5(unzipSync(kerasFile("original"))["model.weights.h5"]!, "keras");
    expect([...ours.keys()].toSorted()).toEqual([...keras.keys()].toSorted());
    for (const [name, { shape, data }] of keras) {
      const own = ours.get(name)!;
      expect(own.shape, name).toEqual(shape);
      // Our batch norm is Keras's with other statistics: the map is compared below, by the predictions.
      if (!name.includes("batch_normalization")) expect(own.data, name).toEqual(data);
    }
  });

  test.each([{}, { frameInput: "mean" as const }])("comes back with the same answers %o", async (overrides) => {
    const model = { ...tinyModel({ frames: golden.frames, ...overrides }), temperature: 1.7 };
    for (const [i, c] of model.statistics.entries()) model.statistics[i] = c + 0.3 * Math.sin(i);
    const back = await importKeras(await exportKeras(model, "model"), {
      where: "back",
      created: "2026-01-01T00:00:00.000Z",
      version: "0",
    });
    expect(await predict(back, input())).toBeAllClose(await predict(model, input()), { atol: 1e-6 });
    expect(back.metadata.labels).toEqual(model.metadata.labels);
    expect(back.metadata.network).toEqual(model.metadata.network);
  });

  test.each([
    [{ masked: true }, /the layer "conv1" cannot be said .* drops masks/],
    [{ pooling: "attention" as const }, /the layer "attention1" cannot be said/],
  ])("refuses %o by the layer's name", async (overrides, message) => {
    await expect(exportKeras(tinyModel(overrides), "model")).rejects.toThrow(message);
  });
});

describe("what cannot be read is refused by name", () => {
  test.each([
    [
      "gru",
      { scaler: "none" as const },
      "format_unsupported",
      /the layer "bidirectional.*" \(Bidirectional\) .* holds a GRU/,
    ],
    ["original", {}, "parameter_invalid", /no Normalization layer: give the scaler/],
    ["original", { scaler: { mean: [0], scale: [1] } }, "model_mismatch", /mean has 1 values, .* 54/],
    [
      "original",
      { scaler: "none" as const, labels: { labels: ["a", "b"], fold: {} } },
      "model_mismatch",
      /4 outputs, 2 labels/,
    ],
    ["original", { scaler: "none" as const, featureSet: "logmel72@1" }, "model_mismatch", /54 columns .* has 72/],
  ])("%s %o", async (name, options, code, message) => {
    const { labels: own = labels, ...rest } = options as Partial<KerasImport>;
    const work = importGolden(name, { labels: own, ...rest });
    await expect(work).rejects.toMatchObject({ code, message: expect.stringMatching(message) as unknown });
  });

  test("a scaler for a model that has its own", async () => {
    await expect(importGolden("normalized", { scaler: "none" })).rejects.toThrow("Normalization layer of its own");
  });

  test("bytes that are no .keras file", async () => {
    const options = { where: "x", created: "", version: "" };
    await expect(importKeras(new Uint8Array(100), options)).rejects.toMatchObject({ code: "model_invalid" });
    await expect(importKeras(Uint8Array.of(0x89, 0x48, 0x44, 0x46), options)).rejects.toThrow("save it anew");
    await expect(importKeras(kerasFile("original").subarray(0, 20_000), options)).rejects.toMatchObject({
      code: "model_invalid",
    });
  });
});

test("ser import and ser export, from file to file", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "ser-keras-"));
  const at = (name: string): string => path.join(folder, name);
  await writeFile(at("model.keras"), kerasFile("original"));
  await writeFile(at("mean.npy"), encodeNpy(new Matrix(1, 54)));
  await writeFile(at("scale.npy"), encodeNpy(new Matrix(1, 54, new Float32Array(54).fill(2))));
  const imported = await ser([
    "import",
    at("model.keras"),
    "--labels",
    "a,b,c,d",
    "--out",
    at("m.onnx"),
    "--scaler",
    at("mean.npy"),
    at("scale.npy"),
  ]);
  expect(imported).toMatchObject({ exitCode: 0, stderr: "" });
  expect(imported.stdout).toContain("2 convolution blocks, librosa54@1, labels a, b, c, d");
  const { model } = await readModelFile(at("m.onnx"));
  const doubled = input().map((v) => 2 * v);
  expect(await predict(model, doubled)).toBeAllClose(golden.predictions["original"]!, { atol: 1e-5 });
  expect((await ser(["info", at("m.onnx")])).stdout).toContain('importedFrom "model.keras"');
  const exported = await ser(["export", at("m.onnx"), "--to", "keras", "--out", at("again.keras")]);
  expect(exported).toMatchObject({ exitCode: 0, stderr: "" });
  const again = await ser(["import", at("again.keras"), "--out", at("n.onnx"), "--json"]);
  expect(again).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(again.stdout)).toMatchObject({ file: at("n.onnx"), featureSet: "librosa54@1" });
  expect(Object.keys(unzipSync(await readFile(at("again.keras"))))).toEqual(
    expect.arrayContaining(["metadata.json", "config.json", "model.weights.h5"]),
  );
  const refused = await ser(["import", at("nothing.keras"), "--labels", "7", "--out", at("n.onnx")]);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("there is no such file") as unknown });
});
