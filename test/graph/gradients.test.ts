import { describe, expect, test } from "vitest";
import * as g from "../../src/graph/index.ts";
import { checkGradients, distinct } from "./gradient-check.ts";

const positive = (count: number): Float64Array => distinct(count, 3).map((x) => Math.abs(x) + 0.2);

describe("every operation's gradient equals central differences in float64", () => {
  const a = [3, 4];
  test.each([
    ["add, broadcast", { a, b: [4] }, ({ a, b }) => g.add(a!, b!)],
    ["add, the same value twice", { a }, ({ a }) => g.add(a!, a!)],
    ["sub, broadcast from the left", { a: [1, 4], b: [3, 4] }, ({ a, b }) => g.sub(a!, b!)],
    ["mul, broadcast over a middle axis", { a: [2, 3, 4], b: [2, 1, 4] }, ({ a, b }) => g.mul(a!, b!)],
    ["div", { a, b: [3, 1] }, ({ a, b }) => g.div(a!, b!)],
    ["maximum", { a, b: [4] }, ({ a, b }) => g.maximum(a!, b!)],
    ["neg", { a }, ({ a }) => g.neg(a!)],
    ["exp", { a }, ({ a }) => g.exp(a!)],
    ["relu", { a }, ({ a }) => g.relu(a!)],
    ["sigmoid", { a }, ({ a }) => g.sigmoid(a!)],
    ["tanh", { a }, ({ a }) => g.tanh(a!)],
    ["reshape", { a }, ({ a }) => g.reshape(a!, [2, 6])],
    ["transpose", { a: [2, 3, 4] }, ({ a }) => g.transpose(a!, [2, 0, 1])],
    ["concat", { a, b: [3, 2] }, ({ a, b }) => g.concat([a!, b!], 1)],
    ["split, one part unused", { a: [3, 5] }, ({ a }) => g.split(a!, [1, 2, 2], 1)[1]!],
    ["slice", { a: [3, 5] }, ({ a }) => g.slice(a!, 1, 4, 1)],
    ["pad", { a }, ({ a }) => g.pad(a!, 2, 1, 0)],
    ["reduceSum", { a: [2, 3, 4] }, ({ a }) => g.reduceSum(a!, [0, 2])],
    ["reduceMean, kept axes", { a: [2, 3, 4] }, ({ a }) => g.reduceMean(a!, [1], true)],
    ["permute", { a: [4, 3] }, ({ a }) => g.permute(a!, [2, 0, 3, 1])],
    ["matmul, shared right side", { a: [2, 3, 4], b: [4, 5] }, ({ a, b }) => g.matmul(a!, b!)],
    ["matmul, batched", { a: [2, 3, 4], b: [2, 4, 5] }, ({ a, b }) => g.matmul(a!, b!)],
    ["dense", { a, w: [4, 2], b: [2] }, ({ a, w, b }) => g.dense(a!, w!, b!)],
    ["conv1d, odd kernel", { x: [2, 6, 3], k: [5, 3, 4], b: [4] }, ({ x, k, b }) => g.conv1d(x!, k!, b!)],
    ["conv1d, even kernel", { x: [1, 5, 2], k: [4, 2, 3], b: [3] }, ({ x, k, b }) => g.conv1d(x!, k!, b!)],
    ["maxPool1d by 2", { x: [2, 6, 3] }, ({ x }) => g.maxPool1d(x!, 2)],
    ["averagePool1d by 2, a frame left over", { x: [2, 7, 3] }, ({ x }) => g.averagePool1d(x!, 2)],
    ["maxPool1d by 3, a frame left over", { x: [2, 7, 2] }, ({ x }) => g.maxPool1d(x!, 3)],
    ["batchNorm", { x: [3, 4, 2], y: [2], b: [2] }, ({ x, y, b }) => g.batchNorm(x!, y!, b!, 1e-3).y],
    ["layerNorm", { x: [3, 2, 4], y: [4], b: [4] }, ({ x, y, b }) => g.layerNorm(x!, y!, b!, 1e-3)],
    ["softmax over the last axis", { a: [2, 3] }, ({ a }) => g.softmax(a!)],
    ["softmax over a middle axis", { a: [2, 3, 2] }, ({ a }) => g.softmax(a!, 1)],
    ["averagePool", { x: [2, 4, 3] }, ({ x }) => g.averagePool(x!)],
    ["statisticsPool", { x: [2, 4, 3] }, ({ x }) => g.statisticsPool(x!)],
    ["attentionPool", { x: [2, 4, 3], s: [2, 4, 1] }, ({ x, s }) => g.attentionPool(x!, s!)],
    [
      "attentiveStatisticsPool",
      { x: [2, 4, 3], s: [2, 4, 1] },
      ({ x, s }) => g.attentiveStatisticsPool(x!, s!, undefined, 0.1),
    ],
  ] as [string, Record<string, number[]>, (inputs: Record<string, g.Value>) => g.Value][])(
    "%s",
    async (_, shapes, build) => {
      await checkGradients(shapes, build);
    },
  );

  test("log and sqrt, of positive numbers", async () => {
    const data = { a: positive(12) };
    await checkGradients({ a }, ({ a }) => g.log(a!), { data });
    await checkGradients({ a }, ({ a }) => g.sqrt(a!), { data });
  });

  test("dropout keeps, scales and drops by its mask", async () => {
    await checkGradients({ a: [2, 4] }, ({ a }, graph) =>
      g.dropout(a!, graph.constant([1, 0, 1, 1, 0, 0, 1, 1], [2, 4], "uint8"), 0.25),
    );
  });

  test("softmax cross-entropy with soft labels", async () => {
    await checkGradients({ logits: [3, 4] }, ({ logits }, graph) =>
      g.softmaxCrossEntropy(logits!, graph.constant([1, 0, 0, 0, 0.1, 0.2, 0.3, 0.4, 0, 0.5, 0.5, 0], [3, 4])),
    );
    // Rows that do not sum to 1: clips weighted 3, 0.5 and 0.
    await checkGradients({ logits: [3, 4] }, ({ logits }, graph) =>
      g.softmaxCrossEntropy(logits!, graph.constant([3, 0, 0, 0, 0.1, 0.2, 0.1, 0.1, 0, 0, 0, 0], [3, 4])),
    );
  });

  test.each([1, 2])("lstm, %i direction(s): last state, sequence, and both together", async (directions) => {
    const shapes = {
      x: [2, 5, 3],
      kernel: [directions, 3, 8],
      recurrent: [directions, 2, 8],
      bias: [directions, 8],
    };
    const run = (inputs: Record<string, g.Value>): g.RecurrentResult =>
      g.lstm(inputs["x"]!, { kernel: inputs["kernel"]!, recurrent: inputs["recurrent"]!, bias: inputs["bias"]! });
    await checkGradients(shapes, (inputs) => run(inputs).last);
    await checkGradients(shapes, (inputs) => run(inputs).sequence());
    await checkGradients(shapes, (inputs) => {
      const { last, sequence } = run(inputs);
      return g.concat([g.reshape(sequence(), [2, 5 * directions * 2]), last], 1);
    });
  });
});

describe.each([undefined, [3, 5, 1]])("gru, real frames %j of 5", (lengths) => {
  test.each([1, 2])("%i direction(s): last state, and sequence", async (directions) => {
    const shapes = {
      x: [3, 5, 2],
      kernel: [directions, 2, 6],
      recurrent: [directions, 2, 6],
      bias: [directions, 6],
      recurrentBias: [directions, 6],
    };
    const run = (inputs: Record<string, g.Value>, graph: g.Graph): g.RecurrentResult =>
      g.gru(inputs["x"]!, inputs as unknown as g.GruWeights, lengths && graph.constant(lengths, [3], "int64"));
    await checkGradients(shapes, (inputs, graph) => run(inputs, graph).last);
    await checkGradients(shapes, (inputs, graph) => run(inputs, graph).sequence());
  });
});

describe("with lengths: gradients over the real frames, zero in the padding", () => {
  const lengths = (graph: g.Graph): g.Value => graph.constant([3, 5, 1], [3], "int64");

  test("batchNorm", async () => {
    await checkGradients({ x: [3, 5, 2], gamma: [2], beta: [2] }, ({ x, gamma, beta }, graph) => {
      const mask = g.frameMask(lengths(graph), x!);
      return g.mul(g.batchNorm(x!, gamma!, beta!, 1e-3, mask).y, mask);
    });
  });

  test("averagePool, statisticsPool, attentionPool, attentiveStatisticsPool", async () => {
    const mask = (graph: g.Graph, x: g.Value): g.Value => g.frameMask(lengths(graph), x);
    await checkGradients({ x: [3, 5, 2] }, ({ x }, graph) => g.averagePool(x!, mask(graph, x!)));
    await checkGradients({ x: [3, 5, 2] }, ({ x }, graph) => g.statisticsPool(x!, mask(graph, x!), 0.1));
    await checkGradients({ x: [3, 5, 2], s: [3, 5, 1] }, ({ x, s }, graph) => g.attentionPool(x!, s!, mask(graph, x!)));
    await checkGradients({ x: [3, 5, 2], s: [3, 5, 1] }, ({ x, s }, graph) =>
      g.attentiveStatisticsPool(x!, s!, mask(graph, x!), 0.1),
    );
  });

  test("reverseReal", async () => {
    await checkGradients({ x: [3, 5, 2] }, ({ x }, graph) => g.reverseReal(x!, lengths(graph)));
  });

  test.each([1, 2])("lstm, %i direction(s)", async (directions) => {
    const shapes = { x: [3, 5, 2], kernel: [directions, 2, 8], recurrent: [directions, 2, 8], bias: [directions, 8] };
    const run = (inputs: Record<string, g.Value>, graph: g.Graph): g.RecurrentResult =>
      g.lstm(
        inputs["x"]!,
        { kernel: inputs["kernel"]!, recurrent: inputs["recurrent"]!, bias: inputs["bias"]! },
        lengths(graph),
      );
    await checkGradients(shapes, (inputs, graph) => run(inputs, graph).last);
    await checkGradients(shapes, (inputs, graph) => run(inputs, graph).sequence());
  });
});

describe("the tape", () => {
  test("a parameter that the loss does not depend on is a mistake, named", () => {
    const graph = new g.Graph();
    const used = graph.input("used", [2], "float32", true);
    const idle = graph.input("idle", [3], "float32", true);
    const loss = g.reduceSum(used, [0]);
    expect(() => graph.gradients(loss, [used, idle])).toThrow("the loss does not depend on idle: float32[3]");
  });

  test("shapes that do not broadcast are refused when the graph is built", () => {
    const graph = new g.Graph();
    expect(() => g.add(graph.input("a", [2, 3]), graph.input("b", [4]))).toThrow("[2, 3] and [4] do not broadcast");
  });
});
