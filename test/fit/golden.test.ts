import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { KERAS_ADAM, stepRates, trainingGraph, type Batch } from "../../src/fit/index.ts";
import { Engine, initialState, type FitState } from "../../src/fit/index.ts";
import { layoutOf, preset, type NetworkConfig } from "../../src/model/index.ts";
import { floats, Session } from "../../src/runtime/index.ts";
import { noise } from "../graph/noise.ts";

/** Ten steps of `seed` in PyTorch 2.13 and Keras 3.15: reference/training.py says how, the file says the exact calls. */
const golden = JSON.parse(readFileSync(new URL("../golden/training.json", import.meta.url), "utf8")) as {
  torch: {
    losses: number[];
    gradients_of_step_1: Record<string, { norm: number; sample: number[] }>;
    weights_after: Record<string, number[]>;
    moving_after: Record<string, number[]>;
  };
  keras: { parameters: number; losses: number[]; probabilities_after_of_4_clips: number[][] };
};

const [BATCH, FRAMES, FEATURES, LABELS, RATE] = [32, 300, 54, 7, 1e-3];
const config: NetworkConfig = { ...preset("seed").network(LABELS), dropout: 0 };
const layout = layoutOf(config);

// Weights and batches: the formulas of reference/training.py.
const DRAWN: [string, number, number][] = [
  ["conv1/kernel", 0.1, 0],
  ["conv1/bias", 0.1, 0],
  ["batch_norm1/gamma", 0.2, 1],
  ["batch_norm1/beta", 0.2, 0],
  ["conv2/kernel", 0.08, 0],
  ["conv2/bias", 0.1, 0],
  ["batch_norm2/gamma", 0.2, 1],
  ["batch_norm2/beta", 0.2, 0],
  ["bilstm/kernel", 0.1, 0],
  ["bilstm/recurrent_kernel", 0.1, 0],
  ["bilstm/bias", 0.1, 0],
  ["dense1/kernel", 0.13, 0],
  ["dense1/bias", 0.1, 0],
  ["dense2/kernel", 0.2, 0],
  ["dense2/bias", 0.1, 0],
];

function start(): FitState {
  const state = initialState(layout, 0, RATE);
  for (const [k, [name, scale, offset]] of DRAWN.entries()) {
    const view = layout.weights.view(state.weights, name);
    for (let i = 0; i < view.length; i++) view[i] = offset + scale * noise(k + 1, i);
  }
  layout.statistics.view(state.statistics, "standardizer/mean").forEach((_, c, mean) => (mean[c] = 0.01 * c));
  layout.statistics.view(state.statistics, "standardizer/scale").fill(1.5);
  return state;
}

function batch(step: number, size = BATCH): Batch {
  const x = new Float32Array(size * FRAMES * FEATURES);
  const targets = new Float32Array(size * LABELS);
  for (let row = 0; row < size; row++) {
    const label = (row * 3 + step) % LABELS;
    targets[row * LABELS + label] = 1;
    for (let i = 0; i < FRAMES * FEATURES; i++) {
      const at = row * FRAMES * FEATURES + i;
      x[at] = noise(1000 + step, at) + 0.3 * Math.sin(label * ((i % FEATURES) + 1));
    }
  }
  const indices = Array.from({ length: size }, (_, i) => i);
  return {
    indices,
    frames: FRAMES,
    x: floats(x, [size, FRAMES, FEATURES]),
    lengths: { type: "int64", data: new BigInt64Array(size).fill(BigInt(FRAMES)), shape: [size] },
    targets: floats(targets, [size, LABELS]),
  };
}

/** Every ⌊n/16⌋-th element, 16 at most, as the reference takes them. */
function sample(values: Float32Array): Float32Array {
  const stride = Math.max(1, Math.floor(values.length / 16));
  return values.filter((_, i) => i % stride === 0).slice(0, 16);
}

test("the network has the 339,271 parameters that Keras counts (batch norm's running statistics included)", () => {
  expect(golden.keras.parameters).toBe(339_271);
  const standardizer = 2 * FEATURES;
  expect(layout.weights.size + layout.statistics.size - standardizer).toBe(golden.keras.parameters);
});

describe("from the weights and batches of the reference, dropout 0", () => {
  const state = start();
  const losses: number[] = [];
  let engine: Engine;

  beforeAll(async () => {
    engine = new Engine(config, 0);
    for (let step = 1; step <= 10; step++) losses.push((await engine.step(batch(step), state)).loss);
  });

  test("ten losses equal PyTorch's and Keras's", () => {
    expect(losses).toBeAllClose(golden.torch.losses, { rtol: 1e-4 });
    expect(losses).toBeAllClose(golden.keras.losses, { rtol: 1e-4 });
  });

  test("weights and running statistics after ten steps equal PyTorch's", () => {
    for (const [name, expected] of Object.entries(golden.torch.weights_after)) {
      expect(sample(layout.weights.view(state.weights, name)), name).toBeAllClose(expected, { atol: 2e-4, rtol: 1e-3 });
    }
    for (const [name, expected] of Object.entries(golden.torch.moving_after)) {
      expect(sample(layout.statistics.view(state.statistics, name)), name).toBeAllClose(expected, {
        rtol: 1e-4,
        atol: 1e-5,
      });
    }
  });

  test("the probabilities in use equal Keras's predict", async () => {
    const { x } = batch(11);
    const clip = (i: number): Float32Array =>
      (x.data as Float32Array).subarray(i * FRAMES * FEATURES, (i + 1) * FRAMES * FEATURES);
    const { logits } = await engine.evaluate({ length: 4, features: clip, label: () => 0 }, state);
    for (const [row, expected] of golden.keras.probabilities_after_of_4_clips.entries()) {
      const exps = Array.from(logits.slice(row * LABELS, (row + 1) * LABELS), Math.exp);
      const sum = exps.reduce((a, b) => a + b);
      expect(exps.map((e) => e / sum)).toBeAllClose(expected, { atol: 2e-3 });
    }
    await engine.release();
  });
});

test("every gradient of the first step equals PyTorch's", async () => {
  const state = start();
  const { x, lengths, targets } = batch(1);
  const session = await Session.create(trainingGraph(config, layout, { batch: BATCH }, { withGradient: true }).bytes);
  const outputs = await session.run({
    x,
    lengths,
    targets,
    weights: floats(state.weights, [layout.weights.size]),
    statistics: floats(state.statistics, [layout.statistics.size]),
    m: floats(state.slots["m"]!, [layout.weights.size]),
    v: floats(state.slots["v"]!, [layout.weights.size]),
    rates: floats(stepRates(RATE, 1, KERAS_ADAM), [3]),
  });
  const gradient = outputs["gradient"]!.data as Float32Array;
  expect(Object.keys(golden.torch.gradients_of_step_1).toSorted()).toEqual(
    layout.weights.specs.map((s) => s.name).toSorted(),
  );
  for (const [name, expected] of Object.entries(golden.torch.gradients_of_step_1)) {
    const view = layout.weights.view(gradient, name);
    const rms = expected.norm / Math.sqrt(view.length);
    expect(sample(view), name).toBeAllClose(expected.sample, { rtol: 1e-4, atol: 1e-4 * rms });
    const norm = Math.sqrt(view.reduce((sum, g) => sum + g * g, 0));
    expect([norm], name).toBeAllClose([expected.norm], { rtol: 1e-4 });
  }
  await session.release();
});
