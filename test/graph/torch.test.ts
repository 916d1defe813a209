import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as g from "../../src/graph/index.ts";
import { Session } from "../../src/runtime/index.ts";
import { noises } from "./noise.ts";

/** PyTorch 2.13's values and every gradient of each layer, float64: reference/layers.py says how, the file the calls. */
const golden = JSON.parse(readFileSync(new URL("../golden/layers.json", import.meta.url), "utf8")) as {
  lengths: number[];
  cases: Record<string, { shapes: Record<string, number[]>; output: number[]; gradients: Record<string, number[]> }>;
};

type Inputs = Record<string, g.Value>;
const lengths = (graph: g.Graph): g.Value => graph.constant(golden.lengths, [3], "int64");
const mask = (graph: g.Graph, x: g.Value): g.Value => g.frameMask(lengths(graph), x);
const batchOf = (result: g.RecurrentResult): g.Value => {
  const sequence = result.sequence();
  const [batch, frames, width] = sequence.shape as number[];
  return g.concat([g.reshape(sequence, [batch!, frames! * width!]), result.last], 1);
};
const recurrent = (withLengths: boolean) => ({
  lstm: (v: Inputs, graph: g.Graph): g.Value =>
    batchOf(g.lstm(v["x"]!, v as unknown as g.LstmWeights, withLengths ? lengths(graph) : undefined)),
  gru: (v: Inputs, graph: g.Graph): g.Value =>
    batchOf(g.gru(v["x"]!, v as unknown as g.GruWeights, withLengths ? lengths(graph) : undefined)),
});

const OURS: Record<string, (v: Inputs, graph: g.Graph) => g.Value> = {
  conv1d: (v) => g.conv1d(v["x"]!, v["kernel"]!, v["bias"]!),
  "batch norm": (v) => g.batchNorm(v["x"]!, v["gamma"]!, v["beta"]!, 1e-3).y,
  "batch norm, masked": (v, graph) => {
    const real = mask(graph, v["x"]!);
    return g.mul(g.batchNorm(v["x"]!, v["gamma"]!, v["beta"]!, 1e-3, real).y, real);
  },
  "layer norm": (v) => g.layerNorm(v["x"]!, v["gamma"]!, v["beta"]!, 1e-3),
  "max pool": (v) => g.maxPool1d(v["x"]!, 3),
  "average pool, masked": (v, graph) => g.averagePool(v["x"]!, mask(graph, v["x"]!)),
  "statistics pool, masked": (v, graph) => g.statisticsPool(v["x"]!, mask(graph, v["x"]!)),
  "attention pool, masked": (v, graph) => g.attentionPool(v["x"]!, v["scores"]!, mask(graph, v["x"]!)),
  "attentive statistics pool, masked": (v, graph) =>
    g.attentiveStatisticsPool(v["x"]!, v["scores"]!, mask(graph, v["x"]!)),
  dense: (v) => g.dense(v["x"]!, v["kernel"]!, v["bias"]!),
  "cross-entropy, soft labels": (v, graph) =>
    g.softmaxCrossEntropy(v["logits"]!, graph.constant([1, 0, 0, 0, 0.1, 0.2, 0.3, 0.4, 0, 0.5, 0.5, 0], [3, 4])),
  "cross-entropy, class weights": (v, graph) =>
    g.softmaxCrossEntropy(v["logits"]!, graph.constant([3, 0, 0, 0, 0, 0, 0, 2, 0, 0.5, 0, 0], [3, 4])),
  "lstm, 1 direction(s)": recurrent(false).lstm,
  "gru, 1 direction(s)": recurrent(false).gru,
  "lstm, 1 direction(s), lengths": recurrent(true).lstm,
  "gru, 1 direction(s), lengths": recurrent(true).gru,
  "lstm, 2 direction(s)": recurrent(false).lstm,
  "gru, 2 direction(s)": recurrent(false).gru,
  "lstm, 2 direction(s), lengths": recurrent(true).lstm,
  "gru, 2 direction(s), lengths": recurrent(true).gru,
};

test("every golden has its layer", () => {
  expect(Object.keys(OURS).toSorted()).toEqual(Object.keys(golden.cases).toSorted());
});

test.each(Object.entries(golden.cases))("%s: value and every gradient equal PyTorch's", async (name, expected) => {
  const graph = new g.Graph({ float: "float64" });
  const size = (shape: readonly g.Dim[]): number => shape.reduce<number>((product, dim) => product * Number(dim), 1);
  const shapes = Object.entries(expected.shapes);
  const inputs = Object.fromEntries(shapes.map(([key, shape]) => [key, graph.input(key, shape, "float64", true)]));
  const y = OURS[name]!(inputs, graph);
  const weights = graph.constant(noises(99, size(y.shape)), y.shape as number[]);
  const loss =
    y.shape.length === 0
      ? y
      : g.reduceSum(
          g.mul(y, weights),
          y.shape.map((_, i) => i),
        );
  const gradients = graph.gradients(loss, Object.values(inputs));
  graph.output("y", y);
  for (const [i, gradient] of gradients.entries()) graph.output(`d_${shapes[i]![0]}`, gradient);
  const session = await Session.create(graph.toBytes(), { threads: 1 });
  const feeds = shapes.map(
    ([key, shape], i) => [key, { type: "float64", data: noises(i + 1, size(shape)), shape }] as const,
  );
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  expect(outputs["y"]!.data as Float64Array).toBeAllClose(expected.output, { atol: 1e-10 });
  for (const [key] of shapes) {
    expect(outputs[`d_${key}`]!.data as Float64Array, key).toBeAllClose(expected.gradients[key]!, { atol: 1e-10 });
  }
});
