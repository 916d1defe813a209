import { describe, expect, test } from "vitest";
import { parseAugmentation, augmentationsOf } from "../../src/augment/index.ts";
import { SEVEN_EMOTIONS } from "../../src/emotions.ts";
import { fitVoiceBranch, type VoiceSamples } from "../../src/fit/index.ts";
import { Graph } from "../../src/graph/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { fromVectors, functionalsCount, Layers, voiceLayout, voiceNetwork } from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { floats, Session } from "../../src/runtime/index.ts";
import { canTeachVoices, trainConfig, type Example, type Plan } from "../../src/train/index.ts";
import { KnownVoices } from "../../src/train/known-voices.ts";
import { tinyBranched, tinyNetwork } from "../tiny-model.ts";

const network = tinyBranched();
const NEUTRAL = SEVEN_EMOTIONS.labels.indexOf("neutral");

/** A recording that measures `value`, once. */
function example(speaker: string, label: number, value: number, copy?: string): Example {
  const id = `c/${speaker}-${label}-${value % 1000}`;
  return {
    utterance: { id, corpus: "c", path: "", emotion: "", speaker },
    label,
    features: new Matrix(1, 1, Float32Array.of(value)),
    facts: {} as Example["facts"],
    ...(copy && { augmentation: augmentationsOf(parseAugmentation(`*:1:${copy}`), "happy", id, 1)[0]! }),
  };
}

// Speaker a: values 1 … 40, the first four of them neutral; b: one recording. Copies over the telephone measure 1,000 more.
const a = Array.from({ length: 40 }, (_, i) => example("a", i < 4 ? NEUTRAL : i % 3, i + 1));
const b = example("b", 0, 500);
const copies = a.map(({ label }, i) => example("a", label, 1000 + i + 1, "telephone"));
const train = [...a, b];
const config = trainConfig({ preset: "seed", corpora: ["none"], threads: 1 });
const plan = { config, network, train, validation: [], test: [], copies } as unknown as Plan;
const all = [...train, ...copies];
const measures = new Map(all.map((each) => [each, each.features.data]));
const voices = new KnownVoices(plan, measures);
const mean = (820 + 500) / 41;

/** Offsets that were taken off in so many draws. */
function offsets(of: Example, count: number): number[] {
  return Array.from({ length: count }, (_, n) => of.features.data[0]! - voices.draw(of, new Random(1, n))[0]!);
}

describe("known voices", () => {
  test("the reference is the mean over the recordings of the training part, without copies", () => {
    expect(voices.reference).toMatchObject({ prior: 2, recordings: 41, speakers: 2 });
    expect(voices.reference.mean).toBeAllClose([mean], { rtol: 1e-6 });
  });

  test("corpora lie where the mean of their voices does; voices about it, recordings about theirs", () => {
    // Voice a: mean 20.5, variance (40² − 1) / 12 = 133.25; b: 500 and 0.
    const { corpora, between, within } = voices.reference;
    expect(corpora).toEqual([{ name: "c", mean: [260.25], voices: 2 }]);
    expect(between).toBeAllClose([2 * 239.75 ** 2], { rtol: 1e-6 });
    expect(within).toBeAllClose([133.25 / 2], { rtol: 1e-6 });
  });

  test("what is drawn are n other recordings of the voice: the offset is one that such a choice can give", () => {
    // All of the 39 others give (Σ − 11 − 39 · mean) / 41; one gives (value − mean) / 3.
    const own = 11;
    const drawn = offsets(a[own - 1]!, 400);
    const singles = new Map(a.map((_, i) => [((i + 1 - mean) / 3).toFixed(3), i + 1]));
    const alone = drawn.flatMap((value) => singles.get(value.toFixed(3)) ?? []);
    expect(alone.length).toBeGreaterThan(20);
    expect(alone).not.toContain(own);
    expect(alone.some((value) => value <= 4) && alone.some((value) => value > 4)).toBe(true);
    const everything = (820 - own - 39 * mean) / 41;
    expect(drawn.some((value) => Math.abs(value - everything) < 1e-3)).toBe(true);
    // Neutral recordings alone: all four of them give (10 − 4 · mean) / 6, lower than any other choice could.
    expect(Math.min(...drawn)).toBeCloseTo((10 - 4 * mean) / 6, 3);
  });

  test("a copy's voice is heard in copies of its kind, never in the recording that it was made of", () => {
    const drawn = offsets(copies[10]!, 300);
    const singles = new Map(copies.map((_, i) => [((1000 + i + 1 - mean) / 3).toFixed(2), i]));
    const alone = drawn.flatMap((value) => singles.get(value.toFixed(2)) ?? []);
    expect(alone.length).toBeGreaterThan(20);
    expect(alone).not.toContain(10);
    expect(Math.min(...drawn)).toBeGreaterThan((1000 - mean) / 3);
  });

  test("of a voice of one recording nothing is taken off", () => {
    expect(new Set(offsets(b, 50))).toEqual(new Set([0]));
  });

  test("where none is neutral, others are always heard", () => {
    for (const labels of ["happy,sad", "7"]) {
      const loud = a.map((each, i) => ({ ...each, label: i % 2 === 0 ? 0 : 2 }));
      const other = new KnownVoices(
        { ...plan, config: { ...config, labels }, train: loud } as Plan,
        new Map(loud.map((each) => [each, each.features.data])),
      );
      for (let n = 0; n < 50; n++)
        expect(other.draw(loud[3]!, new Random(1, n))[0]).not.toBe(loud[3]!.features.data[0]);
    }
  });

  test("can be taught where clips are measured as a whole, and one voice has two recordings", () => {
    expect(canTeachVoices(plan)).toBe(true);
    expect(canTeachVoices({ ...plan, train: [a[0]!, b] })).toBe(false);
    expect(canTeachVoices({ ...plan, network: tinyNetwork() })).toBe(false);
  });
});

describe("the branch for voices", () => {
  const count = functionalsCount(network);
  /** Of three labels each its own measure is 1, the rest is noise; label 2 does not count. */
  const samples: VoiceSamples = {
    length: 130,
    measures(i, random) {
      const values = Float32Array.from({ length: count }, () => 0.3 * random.normal());
      values[i % 3]! += 1;
      return values;
    },
    label: (i) => i % 3,
    weight: (i) => (i % 3 === 2 ? 0 : 1),
  };

  test("learns what tells labels apart, and nothing of samples without weight; the same with the same seed", async () => {
    const steps: string[] = [];
    const onStep = (done: number, total: number): void => void steps.push(`${done}/${total}`);
    const session = { threads: 1 };
    const branch = (await fitVoiceBranch(network, () => samples, { seed: 3, epochs: 150, onStep }, session))!;
    expect(steps).toHaveLength(300);
    expect(steps.at(-1)).toBe("300/300");
    const again = await fitVoiceBranch(network, () => samples, { seed: 3, epochs: 150 }, session);
    expect(again).toEqual(branch);
    const graph = new Graph();
    const layout = voiceLayout(network);
    const constant = (values: Float32Array): ReturnType<Graph["constant"]> => graph.constant(values, [values.length]);
    const layers = new Layers(graph, fromVectors(layout, constant(branch.weights), constant(branch.statistics)), false);
    graph.output("y", voiceNetwork(graph.input("x", [60, count]), layers, network));
    const run = await Session.create(graph.toBytes());
    const x = new Float32Array(60 * count);
    for (let i = 0; i < 60; i++) x.set(samples.measures(i, new Random(9, i)), i * count);
    const logits = (await run.run({ x: floats(x, [60, count]) }))["y"]!.data as Float32Array;
    await run.release();
    const answers = Array.from({ length: 60 }, (_, i) => {
      const own = [...logits.subarray(i * 7, i * 7 + 7)];
      return own.indexOf(Math.max(...own));
    });
    const right = answers.filter((answer, i) => answer === i % 3).length;
    expect(right).toBeGreaterThan(32);
    expect(answers).not.toContain(2);
  });

  test("ends when it is told to", async () => {
    const controller = new AbortController();
    const onStep = (done: number): void => void (done === 3 && controller.abort());
    expect(
      await fitVoiceBranch(network, () => samples, { seed: 3, onStep, signal: controller.signal }),
    ).toBeUndefined();
  });
});
