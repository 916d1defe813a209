import { describe, expect, test } from "vitest";
import { measureClips } from "../../src/fit/index.ts";
import { Graph } from "../../src/graph/index.ts";
import { fromVectors, Layers, layoutOf, measureCount, network } from "../../src/model/index.ts";
import { statisticsOfVoice, voiceOffset, type NetworkConfig } from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { floats, Session } from "../../src/runtime/index.ts";
import { tinyBranched, tinyNetwork } from "../tiny-model.ts";

const branched = tinyBranched();
const { features: F } = branched;

function clips(count: number): Float32Array[] {
  const random = new Random(4, "clips");
  return Array.from({ length: count }, (_, i) => Float32Array.from({ length: F * (5 + 3 * i) }, () => random.normal()));
}

function asClips(made: readonly Float32Array[]): Parameters<typeof measureClips>[0] {
  return { length: made.length, features: (i) => made[i]! };
}

describe("what a voice is known by", () => {
  test("column means over real frames, then the functionals; more clips than one run takes", async () => {
    const made = clips(40).map((values) => values.subarray(0, F * branched.frames));
    const measures = await measureClips(asClips(made), branched);
    expect(measures).toHaveLength(40);
    for (const [i, values] of made.entries()) {
      const rows = values.length / F;
      const means = Array.from({ length: F }, (_, c) => {
        let sum = 0;
        for (let t = 0; t < rows; t++) sum += values[t * F + c]!;
        return sum / rows;
      });
      expect(measures[i]!).toHaveLength(measureCount(branched));
      expect(measures[i]!.subarray(0, F)).toBeAllClose(means, { atol: 1e-5 });
      // The first functionals are the columns' means once more, those of the bands transformed: the others stand as they are.
      const { bands, cepstra } = branched.functionals!;
      expect(measures[i]!.subarray(F + cepstra, F + cepstra + F - bands)).toBeAllClose(means.slice(bands), {
        atol: 1e-3,
      });
    }
  });

  test("without a branch of functionals the column means alone", async () => {
    const plain = tinyNetwork({ frames: 64, features: 3, masked: true });
    const [measures] = await measureClips(asClips([Float32Array.of(1, 2, 3, 3, 6, -3)]), plain);
    expect(measures).toBeAllClose([2, 4, 0], { atol: 1e-6 });
  });

  test("the offset of a voice is the mean difference, believed by n / (n + prior)", () => {
    const reference = { mean: [1, -1], prior: 2 };
    expect(voiceOffset([], reference)).toEqual(Float32Array.of(0, 0));
    // Differences (3, 1) and (5, 3): their mean (4, 2), half of it.
    expect(voiceOffset([Float32Array.of(4, 0), Float32Array.of(6, 2)], reference)).toEqual(Float32Array.of(2, 1));
  });
});

/** Logits of a network, in use or in training, for clips of that size. */
async function logits(
  config: NetworkConfig,
  statistics: Float32Array,
  x: Float32Array,
  rows: number,
  told?: { readonly x: Float32Array; readonly voice: Float32Array },
): Promise<Float32Array> {
  const layout = layoutOf(config);
  const graph = new Graph();
  const constants = (values: Float32Array): ReturnType<Graph["constant"]> => graph.constant(values, [values.length]);
  const source = fromVectors(layout, constants(layout.weights.initialize(5)), constants(statistics));
  const lengths = graph.constant([rows], [1], "int64");
  const plain = told && {
    x: graph.constant(told.x, [1, rows, F]),
    lengths,
    voice: graph.constant(told.voice, [1, told.voice.length]),
  };
  const input = graph.input("x", [1, rows, F]);
  graph.output("y", network(input, lengths, new Layers(graph, source, false), config, plain));
  const session = await Session.create(graph.toBytes());
  const outputs = await session.run({ x: floats(x, [1, rows, F]) });
  await session.release();
  return (outputs["y"]!.data as Float32Array).slice();
}

test("statistics of a voice answer as the network that is told the voice, and otherwise than for anyone", async () => {
  const random = new Random(8, "voice");
  const layout = layoutOf(branched);
  const statistics = layout.statistics.initialize(0).map((value) => value + 0.1 * random.uniform());
  const rows = 32;
  const x = Float32Array.from({ length: rows * F }, () => random.normal());
  const offset = Float32Array.from({ length: measureCount(branched) }, () => random.normal());
  const less = x.map((value, k) => value - offset[k % F]!);
  const told = await logits(branched, statistics, less, rows, { x, voice: offset.subarray(F) });
  expect(await logits(branched, statisticsOfVoice(branched, statistics, offset), x, rows)).toBeAllClose(told, {
    atol: 1e-4,
  });
  expect(await logits(branched, statistics, x, rows)).not.toBeAllClose(told, { atol: 1e-2 });
});
