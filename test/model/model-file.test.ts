import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { decodeOnnx, encodeOnnx, Graph } from "../../src/graph/index.ts";
import { decodeModel, encodeModel } from "../../src/model/index.ts";
import { readModelFile, writeModelFile } from "../../src/model/files.node.ts";
import { Random } from "../../src/random.ts";
import { Session } from "../../src/runtime/index.ts";
import { tinyModel } from "../tiny-model.ts";

const model = tinyModel();
const bytes = await encodeModel(model);

async function probabilities(x: Float32Array, frames: number, lengths: number[]): Promise<Float32Array> {
  const session = await Session.create(bytes, { threads: 1 });
  const outputs = await session.run({
    features: { type: "float32", data: x, shape: [lengths.length, frames, 54] },
    lengths: { type: "int64", data: BigInt64Array.from(lengths, BigInt), shape: [lengths.length] },
  });
  await session.release();
  expect(outputs["probabilities"]!.shape).toEqual([lengths.length, 7]);
  return outputs["probabilities"]!.data as Float32Array;
}

function noise(length: number, seed: number): Float32Array {
  const random = new Random(seed);
  return new Float32Array(length).map(() => random.normal());
}

describe("a model file", () => {
  test("gives back what went in", async () => {
    const read = await decodeModel(bytes, "m.onnx");
    expect(read).toEqual(model);
  });

  test("gives probabilities that sum to 1, for any number of clips and frames", async () => {
    for (const [clips, frames] of [
      [1, 1],
      [3, 50],
      [2, 300],
      [2, 420],
    ] as const) {
      const p = await probabilities(
        noise(clips * frames * 54, 1),
        frames,
        Array.from({ length: clips }, () => frames),
      );
      for (let i = 0; i < clips; i++) {
        expect(p.slice(i * 7, i * 7 + 7).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      }
    }
  });

  test("padding it by hand, with zeros or with anything beyond the length, changes nothing", async () => {
    const clip = noise(120 * 54, 2);
    const alone = await probabilities(clip, 120, [120]);
    const padded = noise(300 * 54, 3);
    padded.set(clip);
    expect(await probabilities(padded, 300, [120])).toBeAllClose(alone, { atol: 1e-6 });
    padded.fill(NaN, clip.length);
    expect(await probabilities(padded, 300, [120])).toBeAllClose(alone, { atol: 1e-6 });
  });

  test("a temperature flattens: logits are divided by it", async () => {
    const x = noise(80 * 54, 4);
    const cold = await probabilities(x, 80, [80]);
    const session = await Session.create(await encodeModel({ ...model, temperature: 2 }));
    const warm = (
      await session.run({
        features: { type: "float32", data: x, shape: [1, 80, 54] },
        lengths: { type: "int64", data: BigInt64Array.of(80n), shape: [1] },
      })
    )["probabilities"]!.data as Float32Array;
    const roots = cold.map(Math.sqrt);
    const sum = roots.reduce((a, b) => a + b);
    expect(warm).toBeAllClose(
      roots.map((root) => root / sum),
      { atol: 1e-6 },
    );
  });
});

describe("what is no model file is refused, with its name and the reason", () => {
  test.each([
    ["an empty file", new Uint8Array()],
    ["a text", new TextEncoder().encode("I am a model, honestly.\n")],
    ["random bytes", Uint8Array.from(noise(1000, 5), (x) => x * 100)],
    ["the first half", bytes.slice(0, bytes.length / 2)],
    ["all but the last byte", bytes.slice(0, -1)],
    ["one bit of a weight turned", bytes.with(Math.floor(bytes.length / 3), bytes[Math.floor(bytes.length / 3)]! ^ 4)],
    ["a byte too many", Uint8Array.of(...bytes, 0)],
  ])("%s", async (_, wrong) => {
    await expect(decodeModel(wrong, "odd.onnx")).rejects.toMatchObject({
      code: "model_invalid",
      message: expect.stringMatching(/^odd\.onnx: /) as string,
    });
  });

  test("another program's ONNX file", async () => {
    const graph = new Graph();
    graph.output("y", graph.input("x", [1]));
    await expect(decodeModel(graph.toBytes(), "other.onnx")).rejects.toThrow("none of speech-emotion");
  });

  test("a model of a newer format", async () => {
    const onnx = decodeOnnx(bytes);
    const newer = encodeOnnx({ ...onnx, metadata: { ...onnx.metadata, format: "speech-emotion/99" } });
    await expect(decodeModel(newer, "newer.onnx")).rejects.toThrow("has format 99, this version reads up to 1; update");
  });
});

describe("on disk", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-model-"));

  test("written whole, with nothing left beside it, and read back", async () => {
    const file = path.join(folder, "m.onnx");
    await writeModelFile(file, model);
    await writeModelFile(file, { ...model, temperature: 3 });
    expect(readdirSync(folder)).toEqual(["m.onnx"]);
    expect((await readModelFile(file)).model.temperature).toBe(3);
  });

  test("a missing file, a folder and a file that cannot be written are named", async () => {
    await expect(readModelFile(path.join(folder, "none.onnx"))).rejects.toMatchObject({ code: "file_missing" });
    await expect(readModelFile(folder)).rejects.toMatchObject({ code: "file_not_a_file" });
    writeFileSync(path.join(folder, "plain"), "");
    await expect(writeModelFile(path.join(folder, "plain", "m.onnx"), model)).rejects.toMatchObject({
      code: "file_unreadable",
    });
  });
});
