import { expect, test } from "vitest";
import { Graph, matmul, mul, reduceMean, sub } from "../src/graph/index.ts";
import { Session } from "../src/runtime/index.ts";

test("the worked example of docs/training-engine.md gives the numbers that stand there", async () => {
  const graph = new Graph();
  const x = graph.input("x", [2, 1]);
  const t = graph.input("t", [2, 1]);
  const w = graph.input("w", [1, 1], "float32", true);
  const error = sub(matmul(x, w), t);
  const loss = reduceMean(mul(error, error), [0, 1]);
  const [dw] = graph.gradients(loss, [w]);
  graph.output("next_w", sub(w, mul(dw!, graph.scalar(0.1))));
  const session = await Session.create(graph.toBytes(), { threads: 1 });
  let weight = new Float32Array(1);
  const seen: number[] = [];
  for (let step = 0; step < 2; step++) {
    const { next_w: next } = await session.run({
      x: { type: "float32", data: Float32Array.of(1, 2), shape: [2, 1] },
      t: { type: "float32", data: Float32Array.of(2, 4), shape: [2, 1] },
      w: { type: "float32", data: weight, shape: [1, 1] },
    });
    weight = next!.data as Float32Array<ArrayBuffer>;
    seen.push(weight[0]!);
  }
  await session.release();
  expect(seen).toBeAllClose([1, 1.5], { atol: 1e-6 });
});
