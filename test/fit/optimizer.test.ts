import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { KERAS_ADAM, optimizerStep, scheduleFactor, slotNames, stepRates } from "../../src/fit/index.ts";
import type { OptimizerConfig } from "../../src/fit/index.ts";
import { Graph, split, type Value } from "../../src/graph/index.ts";
import { floats, Session } from "../../src/runtime/index.ts";

/** Weights after each of five steps of Keras 3.15's optimisers on given gradients: reference/optimizers.py. */
const golden = JSON.parse(readFileSync(new URL("../golden/optimizers.json", import.meta.url), "utf8")) as {
  start: number[];
  gradients: number[][];
  cases: Record<string, { call: string; weights: number[][]; averages?: number[][] }>;
  schedules: Record<string, { rates: number[] }>;
};

const SGD = { kind: "sgd", momentum: 0, nesterov: false } as const;
const CONFIGS: [string, number, OptimizerConfig][] = [
  ["adam", 0.01, KERAS_ADAM],
  ["adam, other betas", 0.02, { kind: "adam", beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0 }],
  ["adamw", 0.01, { ...KERAS_ADAM, weightDecay: 0.1 } as OptimizerConfig],
  ["sgd", 0.1, SGD],
  ["sgd, momentum", 0.1, { ...SGD, momentum: 0.9 }],
  ["sgd, nesterov", 0.1, { ...SGD, momentum: 0.9, nesterov: true }],
  ["adam, clipped", 0.01, { ...KERAS_ADAM, clipNorm: 1 }],
  ["adam, average", 0.01, { ...KERAS_ADAM, averageDecay: 0.9 }],
];

test("every golden has its case", () => {
  expect(CONFIGS.map(([name]) => name)).toEqual(Object.keys(golden.cases));
});

describe("five steps equal Keras's", () => {
  test.each(CONFIGS)("%s", async (name, learningRate, config) => {
    const size = golden.start.length;
    const graph = new Graph();
    const names = slotNames(config);
    const gradient = graph.input("gradient", [size]);
    const weights = graph.input("weights", [size]);
    const slots = names.map((slot) => graph.input(slot, [size]));
    const [rate, plain, keep] = split(graph.input("rates", [3]), [1, 1, 1], 0) as [Value, Value, Value];
    const next = optimizerStep(gradient, { weights, slots }, { rate, learningRate: plain, keep }, config);
    graph.output("next_weights", next.weights);
    for (const [i, slot] of names.entries()) graph.output(`next_${slot}`, next.slots[i]!);
    const session = await Session.create(graph.toBytes(), { threads: 1 });

    const { weights: expected, averages } = golden.cases[name]!;
    const state: Record<string, Float32Array> = { weights: Float32Array.from(golden.start) };
    for (const slot of names) state[slot] = new Float32Array(size);
    for (const [i, values] of golden.gradients.entries()) {
      const outputs = await session.run({
        gradient: floats(Float32Array.from(values), [size]),
        rates: floats(stepRates(learningRate, i + 1, config), [3]),
        ...Object.fromEntries(Object.entries(state).map(([key, data]) => [key, floats(data, [size])])),
      });
      for (const key of Object.keys(state)) state[key] = outputs[`next_${key}`]!.data as Float32Array;
      expect(state["weights"]!, `step ${i + 1}`).toBeAllClose(expected[i]!, { atol: 2e-6 });
      if (averages) expect(state["average"]!, `average ${i + 1}`).toBeAllClose(averages[i]!, { atol: 2e-6 });
    }
    await session.release();
  });
});

describe("schedules", () => {
  const rates = (name: string): number[] => golden.schedules[name]!.rates;

  test("cosine equals Keras's CosineDecay", () => {
    const schedule = { kind: "cosine", warmup: 0, floor: 0.05 } as const;
    const ours = rates("cosine").map((_, i) => 0.1 * scheduleFactor(schedule, i + 1, 20));
    expect(ours).toBeAllClose(rates("cosine"), { atol: 1e-8 });
  });

  test("step equals Keras's ExponentialDecay in stairs", () => {
    const schedule = { kind: "step", every: 6, factor: 0.5 } as const;
    const ours = rates("step").map((_, i) => 0.1 * scheduleFactor(schedule, i + 1, 20));
    expect(ours).toBeAllClose(rates("step"), { atol: 1e-8 });
  });

  test("warm-up rises in equal steps to the full rate, which the cosine then leaves", () => {
    const factors = [1, 2, 3, 4, 5, 10].map((step) =>
      scheduleFactor({ kind: "cosine", warmup: 4, floor: 0 }, step, 10),
    );
    expect(factors).toBeAllClose([0.2, 0.4, 0.6, 0.8, 1, 0.5 * (1 + Math.cos((Math.PI * 5) / 6))], { atol: 1e-12 });
  });
});
