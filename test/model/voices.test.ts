import { describe, expect, test } from "vitest";
import { measureClips } from "../../src/fit/index.ts";
import { Graph } from "../../src/graph/index.ts";
import { decodeModel, encodeModel, fromVectors, functionalsCount, Layers, layoutOf } from "../../src/model/index.ts";
import { foreignness, measureGraph, statisticsOfVoice, voiceLayout, voiceNetwork } from "../../src/model/index.ts";
import {
  voiceOffset,
  voiceShare,
  voiceTemperature,
  weightsOfVoice,
  withVoices,
  type NetworkLayout,
  type VoiceBranch,
} from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { floats, Session } from "../../src/runtime/index.ts";
import { tinyBranched, tinyModel, tinyNetwork } from "../tiny-model.ts";

const branched = tinyBranched();
const { features: F } = branched;
const N = functionalsCount(branched);
const random = new Random(4, "voices");

/** Numbers such as a training may have left, none of them 0. */
function some({ weights, statistics }: NetworkLayout): VoiceBranch {
  const away = (value: number): number => value + 0.1 + 0.2 * random.uniform();
  return { weights: weights.initialize(5).map(away), statistics: statistics.initialize(5).map(away) };
}

const old = some(layoutOf(branched));
const branch = some(voiceLayout(branched));
const { network, head, ...numbers } = withVoices(branched, old, branch);
const zeros = Array.from({ length: N }, () => 0);
const corpora = [{ name: "c", mean: zeros, voices: 1 }];
const reference = { mean: zeros, prior: 2, head, corpora, between: zeros, within: zeros, recordings: 1, speakers: 1 };
const frames = 32;
const clip = Float32Array.from({ length: frames * F }, () => random.normal());

/** Probabilities of the clip by a model of that network. */
async function ask(config: typeof network, { weights, statistics }: VoiceBranch): Promise<Float32Array> {
  const model = tinyModel();
  const bytes = await encodeModel({ ...model, weights, statistics, metadata: { ...model.metadata, network: config } });
  const session = await Session.create(bytes, { threads: 1 });
  const lengths = { type: "int64", data: BigInt64Array.of(BigInt(frames)), shape: [1] } as const;
  const { probabilities } = await session.run({ features: floats(clip, [1, frames, F]), lengths });
  await session.release();
  return (probabilities!.data as Float32Array).slice();
}

describe("a branch for voices", () => {
  test("changes no answer as long as no voice is known", async () => {
    expect(network.functionals!.voices).toBe(true);
    expect(await ask(network, numbers)).toBeAllClose(await ask(branched, old), { atol: 1e-6 });
  });

  test("has its share of the logits of a known voice, by what the clip measures less the voice's offset", async () => {
    const offset = Float32Array.from({ length: N }, () => random.normal());
    const [measures] = await measureClips({ length: 1, features: () => clip }, branched);
    const graph = new Graph();
    const x = graph.input("x", [1, N]);
    const layout = voiceLayout(branched);
    const constant = (values: Float32Array): ReturnType<Graph["constant"]> => graph.constant(values, [values.length]);
    const source = fromVectors(layout, constant(branch.weights), constant(branch.statistics));
    graph.output("y", voiceNetwork(x, new Layers(graph, source, false), branched));
    const session = await Session.create(graph.toBytes());
    const less = measures!.map((value, k) => value - offset[k]!);
    const said = (await session.run({ x: floats(less, [1, N]) }))["y"]!.data as Float32Array;
    await session.release();
    // Probabilities are logits but for a constant; so is their mean.
    const without = (await ask(branched, old)).map(Math.log);
    const logits = Array.from(without, (value, l) => (0.3 * value + 0.7 * said[l]!) / 1.4125);
    const sum = logits.reduce((total, value) => total + Math.exp(value), 0);
    const weights = weightsOfVoice(network, numbers.weights, reference, { share: 0.7, temperature: 1.4125 });
    const statistics = statisticsOfVoice(network, numbers.statistics, offset);
    expect(await ask(network, { weights, statistics })).toBeAllClose(
      logits.map((value) => Math.exp(value) / sum),
      { atol: 1e-5 },
    );
  });

  test("travels in the model file", async () => {
    const tiny = tinyModel();
    const model = { ...tiny, ...numbers, metadata: { ...tiny.metadata, network, voiceReference: reference } };
    const read = await decodeModel(await encodeModel(model), "tiny");
    expect(read.metadata).toEqual(model.metadata);
    expect(read.weights).toEqual(numbers.weights);
    expect((await decodeModel(await encodeModel(tiny), "tiny")).metadata.voiceReference).toBeUndefined();
  });
});

describe("how foreign a voice is", () => {
  // Two measures; corpora at (0, 0) and (10, 0) of 4 and 1 voices.
  const places = {
    corpora: [
      { name: "a", mean: [0, 0], voices: 4 },
      { name: "b", mean: [10, 0], voices: 1 },
    ],
    between: [4, 1],
    within: [6, 2],
  };

  test("is the squared distance of its recordings' mean from the nearest corpus, in variances of such a mean", () => {
    // From a: variances 4 · 1.25 + 6 / 2 = 8 and 1.25 + 1 = 2.25; from b: 4 · 2 + 3 = 11 and 2 + 1 = 3.
    const at = (x: number, y: number): number =>
      foreignness([Float32Array.of(x - 1, y), Float32Array.of(x + 1, y)], places);
    expect(at(0, 0)).toBe(0);
    expect(at(4, 3)).toBeCloseTo((16 / 8 + 9 / 2.25) / 2, 6);
    expect(at(9, 3)).toBeCloseTo((1 / 11 + 9 / 3) / 2, 6);
  });

  test("gives the branch a third of the answer up to 1.5, all of it from 2.5 on", () => {
    expect([0, 1, 1.5].map(voiceShare)).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(voiceShare(2)).toBeCloseTo(2 / 3, 9);
    expect([2.5, 40].map(voiceShare)).toEqual([1, 1]);
  });
});

test("logits of a known voice are divided by 1 in rooms that were met, by 3.5 to 2 in others, the more the fewer recordings tell of it", () => {
  expect([1, 5, 100].map((recordings) => voiceTemperature(1 / 3, recordings))).toEqual([1, 1, 1]);
  expect([1, 3, 6, 150].map((recordings) => voiceTemperature(1, recordings))).toEqual([3.5, 2.5, 2.25, 2.01]);
  expect(voiceTemperature(2 / 3, 1)).toBeCloseTo(2.25, 9);
});

describe("what a voice is known by", () => {
  test("are the functionals of each clip, also of more clips than one run takes", async () => {
    const made = Array.from({ length: 40 }, (_, i) =>
      Float32Array.from({ length: F * (5 + i) }, () => random.normal()),
    );
    const measures = await measureClips({ length: 40, features: (i) => made[i]! }, branched);
    expect(measures).toHaveLength(40);
    for (const [i, values] of made.entries()) {
      const rows = values.length / F;
      const means = Array.from({ length: F }, (_, c) => {
        let sum = 0;
        for (let t = 0; t < rows; t++) sum += values[t * F + c]!;
        return sum / rows;
      });
      expect(measures[i]!).toHaveLength(N);
      // The first are the cepstra's means, then the other columns': those stand as they are.
      const { bands, cepstra } = branched.functionals!;
      expect(measures[i]!.subarray(cepstra, cepstra + F - bands)).toBeAllClose(means.slice(bands), { atol: 1e-3 });
    }
    const [alone] = await measureClips({ length: 1, features: () => made[35]! }, branched);
    expect(alone).toBeAllClose(measures[35]!, { atol: 1e-5 });
  });

  test("there are none without a branch of functionals", () => {
    expect(() => measureGraph(tinyNetwork({ masked: true }))).toThrow("the network has no functionals");
  });

  test("the offset of a voice is the mean difference, believed by n / (n + prior)", () => {
    const known = { mean: [1, -1], prior: 2 };
    expect(voiceOffset([], known)).toEqual(Float32Array.of(0, 0));
    // Differences (3, 1) and (5, 3): their mean (4, 2), half of it.
    expect(voiceOffset([Float32Array.of(4, 0), Float32Array.of(6, 2)], known)).toEqual(Float32Array.of(2, 1));
  });
});
