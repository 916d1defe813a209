import { describe, expect, test } from "vitest";
import { add, Graph, softmaxCrossEntropy } from "../../src/graph/index.ts";
import { fromVectors, Layers, layoutOf, network, preset, type NetworkConfig } from "../../src/model/index.ts";
import { functionals } from "../../src/model/functionals.ts";
import { Random } from "../../src/random.ts";
import { floats, Session } from "../../src/runtime/index.ts";
import { checkGradients } from "../graph/gradient-check.ts";

const config = { bands: 6, cepstra: 4, contours: 3, level: 6, voicing: 8 };
const COLUMNS = 9;

/** A clip of frames with levels −5 … 0 and voicing 0 … 1. */
function clip(frames: number, seed: number): number[][] {
  const random = new Random(seed, "clip");
  return Array.from({ length: frames }, () =>
    Array.from({ length: COLUMNS }, (_, c) =>
      c === config.level ? -5 * random.uniform() : c === config.voicing ? random.uniform() : 3 * random.normal() - 4,
    ),
  );
}

/** The definition, loop by loop. */
function naive(frames: readonly (readonly number[])[]): number[] {
  const ramp = (x: number, a: number, b: number): number => Math.min(1, Math.max(0, (x - a) / (b - a)));
  const z = frames.map((row) => [
    ...Array.from(
      { length: config.cepstra },
      (_, k) =>
        row.slice(0, config.bands).reduce((s, x, m) => s + x * Math.cos((Math.PI * k * (m + 0.5)) / config.bands), 0) /
        Math.sqrt(config.bands),
    ),
    ...row.slice(config.bands),
  ]);
  const voiced = frames.map((row) => ramp(row[config.voicing]!, 0.5, 0.8));
  const unvoiced = frames.map((row, t) => ramp(row[config.level]!, -4.5, -3.5) * (1 - voiced[t]!));
  const weightings = [frames.map(() => 1), voiced, unvoiced];
  const columns = z[0]!.map((_, c) => z.map((row) => row[c]!));
  const mean = (x: readonly number[], w: readonly number[]): number =>
    x.reduce((s, v, t) => s + w[t]! * v, 0) / (w.reduce((s, v) => s + v, 0) + 1e-3);
  const deviation = (x: readonly number[], w: readonly number[]): number => {
    // About the mean over all frames first, as the shares do not sum to 1 exactly.
    const centre = mean(x, weightings[0]!);
    const square = mean(
      x.map((v) => (v - centre) ** 2),
      w,
    );
    return Math.sqrt(Math.max(1e-6, square - (mean(x, w) - centre) ** 2));
  };
  const plain = (x: readonly number[]): number[] => x.map(() => 1);
  return [
    ...weightings.flatMap((w) => columns.map((x) => mean(x, w))),
    ...weightings.flatMap((w) => columns.map((x) => deviation(x, w))),
    ...[1, 2, 3].flatMap((k) =>
      columns.map((x) =>
        mean(
          x.map((v, t) => v * Math.cos((Math.PI * k * (t + 0.5)) / x.length)),
          plain(x),
        ),
      ),
    ),
    ...columns.map((x) => {
      const steps = x.slice(1).map((v, t) => v - x[t]!);
      const square = mean(
        steps.map((v) => v * v),
        plain(steps),
      );
      return Math.sqrt(Math.max(1e-6, square - mean(steps, plain(steps)) ** 2));
    }),
  ];
}

/** Runs the graph on clips padded to `frames` with `padding`. */
async function run(clips: readonly number[][][], frames: number, padding: number): Promise<Float32Array> {
  const graph = new Graph();
  const x = graph.input("x", ["batch", "frames", COLUMNS]);
  const lengths = graph.input("lengths", ["batch"], "int64");
  const y = functionals(x, lengths, config);
  expect(y.shape).toEqual(["batch", (7 + 3) * (4 + 3)]);
  graph.output("y", y);
  const session = await Session.create(graph.toBytes());
  const data = new Float32Array(clips.length * frames * COLUMNS).fill(padding);
  for (const [b, rows] of clips.entries()) data.set(rows.flat(), b * frames * COLUMNS);
  const real = BigInt64Array.from(clips, (rows) => BigInt(rows.length));
  const outputs = await session.run({
    x: floats(data, [clips.length, frames, COLUMNS]),
    lengths: { type: "int64", data: real, shape: [clips.length] },
  });
  await session.release();
  return outputs["y"]!.data as Float32Array;
}

describe("functionals", () => {
  const clips = [clip(40, 1), clip(17, 2), clip(2, 3)];

  test("are what their definition says, however the clips are padded", async () => {
    const expected = clips.flatMap(naive);
    expect(await run(clips, 40, 0)).toBeAllClose(expected, { atol: 2e-4, rtol: 2e-4 });
    expect(await run(clips, 64, Number.NaN)).toBeAllClose(expected, { atol: 2e-4, rtol: 2e-4 });
  });

  test("of one frame are finite: its values, and no deviation", async () => {
    const one = clip(1, 4);
    const values = await run([one], 8, 0);
    expect(values.every(Number.isFinite)).toBe(true);
    expect(values).toBeAllClose(naive(one), { atol: 2e-3, rtol: 2e-3 });
  });
});

/** The network of `default`, small. */
const small: NetworkConfig = {
  ...preset("default").network(3),
  frames: 16,
  features: COLUMNS,
  convolutions: [{ filters: 4, width: 3 }],
  lstmUnits: 3,
  denseUnits: 4,
  dropout: 0,
  functionals: { ...config, units: [5, 4], dropout: 0 },
};

test("both branches' weights have the right gradient through what each says alone, float64", async () => {
  const layout = layoutOf(small);
  const rows = [...clip(16, 5), ...clip(16, 6)].flat();
  await checkGradients(
    { weights: [layout.weights.size] },
    ({ weights }, graph) => {
      const x = graph.constant(rows, [2, 16, COLUMNS]);
      const statistics = graph.constant(layout.statistics.initialize(0), [layout.statistics.size]);
      const layers = new Layers(graph, fromVectors(layout, weights!, statistics), true);
      const targets = graph.constant([1, 0, 0, 0, 0, 1], [2, 3]);
      network(x, graph.constant([16, 11], [2], "int64"), layers, small);
      const [first, second] = layers.voices.map((voice) => softmaxCrossEntropy(voice, targets));
      return add(first!, second!);
    },
    { data: { weights: Float64Array.from(layout.weights.initialize(1)) }, tolerance: 1e-6 },
  );
});
