import { describe, expect, test } from "vitest";
import * as g from "../../src/graph/index.ts";
import { floats, Session } from "../../src/runtime/index.ts";
import { distinct } from "./gradient-check.ts";

/** Runs what `build` makes of constants, in float64. */
async function evaluate(build: (graph: g.Graph) => g.Value): Promise<{ data: Float64Array; shape: readonly number[] }> {
  const graph = new g.Graph({ float: "float64" });
  graph.output("y", build(graph));
  const session = await Session.create(graph.toBytes(), { threads: 1 });
  const { y } = await session.run({});
  await session.release();
  return { data: y!.data as Float64Array, shape: y!.shape };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe("forward values equal naive loops", () => {
  test.each([5, 4, 1])("conv1d, kernel of %i frames, zero-padded as Keras's same", async (width) => {
    const [B, T, C, F] = [2, 6, 3, 4];
    const [x, k, b] = [distinct(B * T * C, 1), distinct(width * C * F, 2), distinct(F, 3)];
    const expected = new Float64Array(B * T * F);
    const before = Math.floor((width - 1) / 2);
    for (let n = 0; n < B; n++)
      for (let t = 0; t < T; t++)
        for (let f = 0; f < F; f++) {
          let sum = b[f]!;
          for (let i = 0; i < width; i++)
            for (let c = 0; c < C; c++) {
              const at = t + i - before;
              if (at >= 0 && at < T) sum += x[(n * T + at) * C + c]! * k[(i * C + c) * F + f]!;
            }
          expected[(n * T + t) * F + f] = sum;
        }
    const y = await evaluate((graph) =>
      g.conv1d(graph.constant(x, [B, T, C]), graph.constant(k, [width, C, F]), graph.constant(b, [F])),
    );
    expect(y.shape).toEqual([B, T, F]);
    expect(y.data).toBeAllClose(expected, { atol: 1e-12 });
  });

  test("maxPool1d drops the frame that is left over", async () => {
    const x = Float64Array.of(3, 1, 2, 5, 4, 9, 7, 8, 0, 6); // (1, 5, 2)
    const y = await evaluate((graph) => g.maxPool1d(graph.constant(x, [1, 5, 2]), 2));
    expect(y.shape).toEqual([1, 2, 2]);
    expect([...y.data]).toEqual([3, 5, 7, 9]);
  });

  test("averagePool1d drops the frame that is left over", async () => {
    const x = Float64Array.of(3, 1, 2, 5, 4, 9, 7, 8, 0, 6); // (1, 5, 2)
    const y = await evaluate((graph) => g.averagePool1d(graph.constant(x, [1, 5, 2]), 2));
    expect(y.shape).toEqual([1, 2, 2]);
    expect([...y.data]).toEqual([2.5, 3, 5.5, 8.5]);
  });

  test("batchNorm and batchNormInference", async () => {
    const [N, C] = [6, 2];
    const x = distinct(N * C, 4);
    const [gamma, beta] = [
      [1.5, -0.5],
      [0.2, 0.3],
    ];
    const mean = [0, 1].map((c) => x.reduce((sum, v, i) => (i % C === c ? sum + v / N : sum), 0));
    const variance = [0, 1].map((c) => x.reduce((sum, v, i) => (i % C === c ? sum + (v - mean[c]!) ** 2 / N : sum), 0));
    const expected = x.map(
      (v, i) => ((v - mean[i % C]!) / Math.sqrt(variance[i % C]! + 0.01)) * gamma![i % C]! + beta![i % C]!,
    );
    const training = await evaluate(
      (graph) =>
        g.batchNorm(graph.constant(x, [2, 3, C]), graph.constant(gamma!, [C]), graph.constant(beta!, [C]), 0.01).y,
    );
    expect(training.data).toBeAllClose(expected, { atol: 1e-12 });
    const inUse = await evaluate((graph) => {
      const vector = (values: number[]): g.Value => graph.constant(values, [C]);
      return g.batchNormInference(
        graph.constant(x, [2, 3, C]),
        vector(gamma!),
        vector(beta!),
        vector(mean),
        vector(variance),
        0.01,
      );
    });
    expect(inUse.data).toBeAllClose(expected, { atol: 1e-12 });
  });

  test("zeroBeyond keeps the real frames of each clip", async () => {
    const x = distinct(2 * 3 * 2, 5);
    const y = await evaluate((graph) =>
      g.zeroBeyond(graph.constant(x, [2, 3, 2]), graph.constant([1, 3], [2], "int64")),
    );
    expect(y.data).toEqual(x.map((v, i) => (i < 6 && i >= 2 ? 0 : v)));
  });

  test("softmax cross-entropy", async () => {
    const logits = [2, -1, 0.5];
    const y = await evaluate((graph) =>
      g.softmaxCrossEntropy(graph.constant(logits, [1, 3]), graph.constant([0.2, 0.5, 0.3], [1, 3])),
    );
    const norm = Math.log(logits.reduce((sum, l) => sum + Math.exp(l), 0));
    expect(y.data).toBeAllClose([-(0.2 * (2 - norm) + 0.5 * (-1 - norm) + 0.3 * (0.5 - norm))], { atol: 1e-12 });
  });
});

describe("what makes one vector of a clip, over real frames", () => {
  const [B, T, C] = [2, 4, 3];
  const x = distinct(B * T * C, 11);
  const scores = distinct(B * T, 12);
  const lengths = [2, 4];
  const frames = (n: number): number[][] =>
    Array.from({ length: lengths[n]! }, (_, t) => Array.from(x.subarray((n * T + t) * C, (n * T + t + 1) * C)));
  const each = (pool: (rows: number[][], n: number) => number[]): number[] => [0, 1].flatMap((n) => pool(frames(n), n));
  const columns = (rows: number[][]): number[][] => rows[0]!.map((_, c) => rows.map((row) => row[c]!));
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = (values: number[]): number => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)) + 1e-5);

  test.each<[string, (x: g.Value, scores: g.Value, mask: g.Value) => g.Value, number[]]>([
    ["averagePool", (x, _, mask) => g.averagePool(x, mask), each((rows) => columns(rows).map(mean))],
    [
      "statisticsPool",
      (x, _, mask) => g.statisticsPool(x, mask),
      each((rows) => [...columns(rows).map(mean), ...columns(rows).map(deviation)]),
    ],
    [
      "attentionPool",
      (x, s, mask) => g.attentionPool(x, s, mask),
      each((rows, n) => {
        const weights = rows.map((_, t) => Math.exp(scores[n * T + t]!));
        const total = weights.reduce((a, b) => a + b);
        return columns(rows).map((column) => column.reduce((sum, v, t) => sum + (v * weights[t]!) / total, 0));
      }),
    ],
    [
      "attentiveStatisticsPool",
      (x, s, mask) => g.attentiveStatisticsPool(x, s, mask),
      each((rows, n) => {
        const weights = rows.map((_, t) => Math.exp(scores[n * T + t]!));
        const total = weights.reduce((a, b) => a + b);
        const weighted = (values: number[]): number => values.reduce((sum, v, t) => sum + (v * weights[t]!) / total, 0);
        const centre = columns(rows).map(weighted);
        const spread = columns(rows).map((column, c) => weighted(column.map((v) => (v - centre[c]!) ** 2)));
        return [...centre, ...spread.map((variance) => Math.sqrt(variance + 1e-5))];
      }),
    ],
  ])("%s", async (_, pool, expected) => {
    const y = await evaluate((graph) => {
      const values = graph.constant(x, [B, T, C]);
      const mask = g.frameMask(graph.constant(lengths, [B], "int64"), values);
      return pool(values, graph.constant(scores, [B, T, 1]), mask);
    });
    expect(y.data).toBeAllClose(expected, { atol: 1e-12 });
  });

  test("layerNorm", async () => {
    const y = await evaluate((graph) =>
      g.layerNorm(
        graph.constant(x, [B, T, C]),
        graph.constant([2, 3, 4], [C]),
        graph.constant([0.1, 0.2, 0.3], [C]),
        1e-5,
      ),
    );
    const expected = Array.from({ length: B * T }, (_, r) => Array.from(x.subarray(r * C, r * C + C))).flatMap((row) =>
      row.map((v, c) => ((v - mean(row)) / deviation(row)) * (c + 2) + 0.1 * (c + 1)),
    );
    expect(y.data).toBeAllClose(expected, { atol: 1e-12 });
  });
});

/** An LSTM by its equations, one clip and one direction at a time. */
function naiveLstm(x: number[][], w: Float64Array, r: Float64Array, b: Float64Array, H: number): number[][] {
  const C = x[0]!.length;
  let h = Array.from({ length: H }, () => 0);
  let c = h;
  return x.map((frame) => {
    const gate = (which: number, u: number): number => {
      const column = which * H + u;
      let z = b[column]!;
      for (let i = 0; i < C; i++) z += frame[i]! * w[i * 4 * H + column]!;
      for (let i = 0; i < H; i++) z += h[i]! * r[i * 4 * H + column]!;
      return z;
    };
    const units = Array.from({ length: H }, (_, u) => u);
    const next = units.map((u) => sigmoid(gate(1, u)) * c[u]! + sigmoid(gate(0, u)) * Math.tanh(gate(2, u)));
    h = units.map((u) => sigmoid(gate(3, u)) * Math.tanh(next[u]!));
    c = next;
    return h;
  });
}

/** A GRU by its equations, gates z, r, h, one clip and one direction at a time. */
function naiveGru(
  x: number[][],
  w: Float64Array,
  r: Float64Array,
  b: Float64Array,
  rb: Float64Array,
  H: number,
): number[][] {
  let h = Array.from({ length: H }, () => 0);
  const product = (v: number[], weights: Float64Array, bias: Float64Array, column: number): number =>
    v.reduce((sum, value, i) => sum + value * weights[i * 3 * H + column]!, bias[column]!);
  return x.map((frame) => {
    const before = h;
    h = before.map((old, u) => {
      const xs = [0, 1, 2].map((gate) => product(frame, w, b, gate * H + u));
      const us = [0, 1, 2].map((gate) => product(before, r, rb, gate * H + u));
      const z = sigmoid(xs[0]! + us[0]!);
      return z * old + (1 - z) * Math.tanh(xs[2]! + sigmoid(xs[1]! + us[1]!) * us[2]!);
    });
    return h;
  });
}

const CASES: [number, number[]][] = [
  [1, [4, 4]],
  [2, [4, 4]],
  [1, [3, 1]],
  [2, [2, 4]],
];

describe.each(CASES)("gru in %i direction(s), real frames %j of 4", (D, lengths) => {
  const [B, T, C, H] = [2, 4, 3, 2];
  const x = distinct(B * T * C, 6);
  const weights = {
    kernel: { data: distinct(D * C * 3 * H, 7), shape: [D, C, 3 * H] },
    recurrent: { data: distinct(D * H * 3 * H, 8), shape: [D, H, 3 * H] },
    bias: { data: distinct(D * 3 * H, 9), shape: [D, 3 * H] },
    recurrentBias: { data: distinct(D * 3 * H, 10), shape: [D, 3 * H] },
  };
  const sequence = new Float64Array(B * T * D * H);
  const last = new Float64Array(B * D * H);
  for (let n = 0; n < B; n++) {
    const clip = Array.from({ length: lengths[n]! }, (_, t) =>
      Array.from(x.subarray((n * T + t) * C, (n * T + t + 1) * C)),
    );
    for (let d = 0; d < D; d++) {
      const [w, r, b, rb] = Object.values(weights).map(({ data: a }) =>
        a.slice((d * a.length) / D, ((d + 1) * a.length) / D),
      );
      const states = naiveGru(d === 0 ? clip : clip.toReversed(), w!, r!, b!, rb!, H);
      last.set(states.at(-1)!, (n * D + d) * H);
      states.forEach((state, i) => sequence.set(state, ((n * T + (d === 0 ? i : clip.length - 1 - i)) * D + d) * H));
    }
  }
  test.each([
    ["as trained, in a Scan", true],
    ["as used, ONNX's GRU", false],
  ])("%s", async (_, differentiable) => {
    const graph = new g.Graph();
    const inputs = Object.entries(weights).map(
      ([name, { shape }]) => [name, graph.input(name, shape, "float32", differentiable)] as const,
    );
    const result = g.gru(
      graph.constant(x, [B, T, C]),
      Object.fromEntries(inputs) as unknown as g.GruWeights,
      graph.constant(lengths, [B], "int64"),
    );
    graph.output("last", result.last);
    graph.output("sequence", result.sequence());
    const session = await Session.create(graph.toBytes(), { threads: 1 });
    const outputs = await session.run(
      Object.fromEntries(
        Object.entries(weights).map(([name, { data, shape }]) => [name, floats(Float32Array.from(data), shape)]),
      ),
    );
    await session.release();
    expect(graph.toOnnxGraph().nodes.some(({ type }) => type === "Scan")).toBe(differentiable);
    expect(outputs["last"]!.data as Float32Array).toBeAllClose(last, { atol: 1e-6 });
    expect(outputs["sequence"]!.data as Float32Array).toBeAllClose(sequence, { atol: 1e-6 });
  });
});

describe.each(CASES)("lstm in %i direction(s), real frames %j of 4", (D, lengths) => {
  const [B, T, C, H] = [2, 4, 3, 2];
  const x = distinct(B * T * C, 6);
  const [w, r, b] = [distinct(D * C * 4 * H, 7), distinct(D * H * 4 * H, 8), distinct(D * 4 * H, 9)];
  const sequence = new Float64Array(B * T * D * H); // zero in the padding
  const last = new Float64Array(B * D * H);
  for (let n = 0; n < B; n++) {
    const frame = (t: number): number[] => Array.from(x.subarray((n * T + t) * C, (n * T + t + 1) * C));
    const clip = Array.from({ length: lengths[n]! }, (_, t) => frame(t));
    for (let d = 0; d < D; d++) {
      const part = (a: Float64Array): Float64Array => a.slice((d * a.length) / D, ((d + 1) * a.length) / D);
      const states = naiveLstm(d === 0 ? clip : clip.toReversed(), part(w), part(r), part(b), H);
      last.set(states.at(-1)!, (n * D + d) * H);
      states.forEach((state, i) => sequence.set(state, ((n * T + (d === 0 ? i : clip.length - 1 - i)) * D + d) * H));
    }
  }
  test.each([
    ["as trained, in a Scan", true, true],
    ["as trained, in a Scan, without lengths", true, false],
    ["as used, ONNX's LSTM", false, true],
    ["as used, ONNX's LSTM, without lengths", false, false],
  ])("%s", async (_, differentiable, withLengths) => {
    if (!withLengths && lengths.some((length) => length !== T)) return;
    // In float32: ONNX Runtime's LSTM has no other. Only whether weights are learnt decides which of the two is emitted.
    const graph = new g.Graph();
    const weights = {
      kernel: graph.input("kernel", [D, C, 4 * H], "float32", differentiable),
      recurrent: graph.input("recurrent", [D, H, 4 * H], "float32", differentiable),
      bias: graph.input("bias", [D, 4 * H], "float32", differentiable),
    };
    const result = g.lstm(
      graph.constant(x, [B, T, C]),
      weights,
      withLengths ? graph.constant(lengths, [B], "int64") : undefined,
    );
    graph.output("last", result.last);
    graph.output("sequence", result.sequence());
    const session = await Session.create(graph.toBytes(), { threads: 1 });
    const outputs = await session.run({
      kernel: floats(Float32Array.from(w), [D, C, 4 * H]),
      recurrent: floats(Float32Array.from(r), [D, H, 4 * H]),
      bias: floats(Float32Array.from(b), [D, 4 * H]),
    });
    await session.release();
    const types = graph.toOnnxGraph().nodes.map(({ type }) => type);
    expect(types.includes("Scan")).toBe(differentiable);
    expect(outputs["last"]!.data as Float32Array).toBeAllClose(last, { atol: 1e-6 });
    expect(outputs["sequence"]!.data as Float32Array).toBeAllClose(sequence, { atol: 1e-6 });
  });
});
