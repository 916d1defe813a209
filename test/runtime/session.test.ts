import { expect, test } from "vitest";
import { Graph } from "../../src/graph/index.ts";
import { parseDevice, Session } from "../../src/runtime/index.ts";

/** A device that exists, but never on this platform. */
const elsewhere = process.platform === "darwin" ? "dml" : "coreml";

function identity(): Uint8Array {
  const graph = new Graph();
  graph.output("y", graph.input("x", [2]));
  return graph.toBytes();
}

test("a session says what it wants and gives", async () => {
  const session = await Session.create(identity(), { threads: 1, device: "cpu" });
  expect([session.inputNames, session.outputNames]).toEqual([["x"], ["y"]]);
  const { y } = await session.run({ x: { type: "float32", data: Float32Array.of(1, 2), shape: [2] } });
  expect(y).toEqual({ type: "float32", data: Float32Array.of(1, 2), shape: [2] });
  await session.release();
});

test("memory that threads share is taken, too", async () => {
  const session = await Session.create(identity(), { threads: 1 });
  const data = new Float32Array(new SharedArrayBuffer(8));
  data.set([3, 4]);
  const { y } = await session.run({ x: { type: "float32", data, shape: [2] } });
  expect(y!.data).toEqual(Float32Array.of(3, 4));
  await session.release();
});

test("a device that is not there is an error that says how to get it", async () => {
  await expect(Session.create(identity(), { device: elsewhere })).rejects.toMatchObject({
    code: "parameter_invalid",
    message: expect.stringMatching(
      new RegExp(`^device "${elsewhere}" is not available here: it is there on`),
    ) as string,
  });
});

test("an unknown device names those there are", () => {
  expect(() => parseDevice("gpu")).toThrow('device: "gpu" is none; there are cpu, cuda, webgpu, coreml, dml');
});

test("bytes that are no graph are ONNX Runtime's own error", async () => {
  await expect(Session.create(new Uint8Array([1, 2, 3]))).rejects.toThrow();
});
