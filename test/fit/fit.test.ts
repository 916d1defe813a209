import { describe, expect, test } from "vitest";
import { dropoutMasks, Engine, fit, KERAS_ADAM } from "../../src/fit/index.ts";
import type { Clips, FitOptions, OptimizerConfig } from "../../src/fit/index.ts";
import { layoutOf } from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/train/index.ts";
import { tinyNetwork } from "../tiny-model.ts";

const network = tinyNetwork({ frames: 16, features: 3, labels: 2 });

/** Noise around +1 or −1 in one column: separable, but not from a single frame. */
function clips(length: number, seed: number): Clips {
  const random = new Random(seed);
  const made = Array.from({ length }, (_, i) => {
    const frames = 8 + random.integer(12);
    return new Float32Array(frames * 3).map((_, k) => random.normal() + (k % 3 === 1 ? (i % 2) * 2 - 1 : 0));
  });
  return { length, features: (i) => made[i]!, label: (i) => i % 2 };
}

const options: FitOptions & { readonly train: Clips } = {
  network,
  train: clips(50, 1),
  validation: clips(20, 2),
  epochs: 4,
  batchSize: 16,
  learningRate: 5e-3,
  seed: 7,
  session: { threads: 1 },
};

const curve = (rows: readonly { seconds: number }[]): unknown[] => rows.map((row) => ({ ...row, seconds: 0 }));

describe("fit", () => {
  test("learns what can be learnt, and generalises", async () => {
    const { history, weights, statistics } = await fit({ ...options, epochs: 25 });
    expect(history.at(-1)!.accuracy).toBeGreaterThan(0.9);
    const engine = new Engine(network, 0, { threads: 1 });
    const { accuracy, loss } = await engine.evaluate(clips(100, 3), { weights, statistics });
    await engine.release();
    expect(accuracy).toBeGreaterThan(0.85);
    expect(loss).toBeLessThan(Math.log(2));
  });

  test("the same seed gives the same weights, another seed others", async () => {
    const [a, b, c] = [await fit(options), await fit(options), await fit({ ...options, seed: 8 })];
    expect(a.weights).toEqual(b.weights);
    expect(a.weights).not.toEqual(c.weights);
  });

  test("interrupted after any step and resumed from its checkpoint, it ends as if it never stopped", async () => {
    const whole = await fit(options);
    for (const stopAt of [1, 4, 6, 15]) {
      const controller = new AbortController();
      let steps = 0;
      const first = await fit({
        ...options,
        signal: controller.signal,
        onStep: () => ++steps === stopAt && controller.abort(),
      });
      expect(first.interrupted).toBe(true);
      const resume = decodeCheckpoint(encodeCheckpoint(first.state, "x"), "x", "c");
      const second = await fit({ ...options, resume });
      expect(second.interrupted).toBe(false);
      expect(curve(second.history)).toEqual(curve(whole.history));
      expect(second.weights).toEqual(whole.weights);
      expect(second.statistics).toEqual(whole.statistics);
    }
  });

  test("so it does with every option on", async () => {
    const everything: FitOptions = {
      ...options,
      train: {
        ...options.train,
        target: (i) => Float32Array.of(0.9 - 0.8 * (i % 2), 0.1 + 0.8 * (i % 2)),
        weight: (i) => 0.8 + 0.4 * (i % 2),
      },
      network: { ...network, masked: true },
      optimizer: { ...KERAS_ADAM, weightDecay: 0.01, clipNorm: 1, averageDecay: 0.8 } as OptimizerConfig,
      schedule: { kind: "cosine", warmup: 0.5, floor: 0.01 },
      monitor: "val_uar",
      balance: 0.7,
      reduceLr: false,
      recipe: {
        labelSmoothing: 0.1,
        mixup: 0.3,
        padding: Float32Array.of(0.1, 0, 0),
        specAugment: { timeMasks: 1, timeWidth: 3, frequencyMasks: 1, frequencyWidth: 1 },
      },
    };
    const whole = await fit(everything);
    expect(whole.history).not.toEqual((await fit(options)).history);
    for (const stopAt of [1, 7, 11]) {
      const controller = new AbortController();
      let steps = 0;
      const onStep = (): void => void (++steps === stopAt && controller.abort());
      const first = await fit({ ...everything, signal: controller.signal, onStep });
      const resume = decodeCheckpoint(encodeCheckpoint(first.state, "x"), "x", "c");
      const second = await fit({ ...everything, resume });
      expect(curve(second.history)).toEqual(curve(whole.history));
      expect(second.weights).toEqual(whole.weights);
    }
  });

  test("the largest validation recall is the best epoch where that is watched, and recall is the mean over labels", async () => {
    const weights: Float32Array[] = [];
    const { history, bestEpoch, ...best } = await fit({
      ...options,
      monitor: "val_uar",
      epochs: 8,
      onEpoch: (_, state) => void weights.push(state.weights),
    });
    const recalls = history.map((row) => row.val_uar!);
    expect(bestEpoch).toBe(recalls.indexOf(Math.max(...recalls)));
    expect(best.weights).toEqual(weights[bestEpoch!]);
    // Three clips of label 0, one of label 1.
    const four = { ...clips(8, 5), length: 4, label: (i: number) => (i === 3 ? 1 : 0) };
    const engine = new Engine(network, 0, { threads: 1 });
    const { logits, uar } = await engine.evaluate(four, best);
    await engine.release();
    const hit = [0, 1, 2, 3].map((i) => Number(logits[2 * i + 1]! > logits[2 * i]! ? i === 3 : i < 3));
    expect(uar).toBeCloseTo(((hit[0]! + hit[1]! + hit[2]!) / 3 + hit[3]!) / 2, 12);
  });

  test("the model of a training that runs to its end has the best epoch's weights, or the last's when told so", async () => {
    const longer: FitOptions = { ...options, epochs: 12, learningRate: 0.05, earlyStopping: { patience: 50 } };
    const seen: Float32Array[] = [];
    const restored = await fit({ ...longer, onEpoch: (_, state) => void seen.push(state.weights) });
    expect(restored.history).toHaveLength(12);
    expect(restored.bestEpoch).toBeLessThan(11);
    expect(restored.weights).toEqual(seen[restored.bestEpoch!]);
    const last = await fit({ ...longer, restoreBest: false });
    expect(last.bestEpoch).toBe(last.history.length - 1);
    expect(last.weights).toEqual(seen[11]);
  });

  test("the running average of the weights is what is validated and returned", async () => {
    const averaging = { ...KERAS_ADAM, averageDecay: 0.9 } as OptimizerConfig;
    const { weights, state, history } = await fit({ ...options, optimizer: averaging, restoreBest: false });
    const plain = await fit({ ...options, restoreBest: false });
    // The same steps, another validation.
    expect(state.weights).toEqual(plain.weights);
    expect(history.map((row) => row.loss)).toEqual(plain.history.map((row) => row.loss));
    expect(weights).toEqual(state.slots["average"]);
    const engine = new Engine(network, 0, { threads: 1 });
    const { loss } = await engine.evaluate(options.validation, { weights, statistics: state.statistics });
    await engine.release();
    expect(history.at(-1)!.val_loss).toBe(loss);
  });

  test("a step schedule multiplies the rate after every so many epochs", async () => {
    const stepped = await fit({
      ...options,
      epochs: 2,
      schedule: { kind: "step", every: 1, factor: 1e-9 },
      optimizer: { kind: "sgd", momentum: 0, nesterov: false },
      restoreBest: false,
    });
    const one = await fit({
      ...options,
      epochs: 1,
      optimizer: { kind: "sgd", momentum: 0, nesterov: false },
      restoreBest: false,
    });
    expect(stepped.weights).toBeAllClose(one.weights, { atol: 1e-7 });
  });

  test("early stopping gives back the best epoch's weights", async () => {
    const seen: Float32Array[] = [];
    const { history, weights, bestEpoch, interrupted } = await fit({
      ...options,
      epochs: 40,
      learningRate: 0.05,
      earlyStopping: { patience: 3 },
      onEpoch: (_, state) => void seen.push(state.weights),
    });
    const losses = history.map((row) => row.val_loss!);
    expect(history.length).toBeLessThan(40);
    expect(interrupted).toBe(false);
    expect(bestEpoch).toBe(losses.indexOf(Math.min(...losses)));
    expect(history.length - 1 - bestEpoch!).toBe(3);
    expect(weights).toEqual(seen[bestEpoch!]);
  });

  test("the learning rate falls on a plateau", async () => {
    const { history } = await fit({
      ...options,
      epochs: 6,
      learningRate: 1e-3,
      reduceLr: { factor: 0.5, patience: 2, minDelta: 100 },
    });
    expect(history.map((row) => row.learning_rate)).toBeAllClose([1e-3, 1e-3, 1e-3, 5e-4, 5e-4, 2.5e-4], {
      rtol: 1e-9,
    });
  });

  test("without a validation part the callbacks watch the training loss", async () => {
    const { history, bestEpoch } = await fit({ ...options, validation: clips(0, 1) });
    expect(history[0]).not.toHaveProperty("val_loss");
    expect(bestEpoch).toBe(history.map((row) => row.loss).indexOf(Math.min(...history.map((row) => row.loss))));
  });
});

describe("dropout masks", () => {
  const spec = { name: "dropout1", shape: [4, 25, 101], rate: 0.3 };

  test("drop their share, and are functions of seed, step and layer", () => {
    const mask = (seed: number, step: number, name = "dropout1"): Uint8Array =>
      dropoutMasks([{ ...spec, name }], seed, step)[name]!.data as Uint8Array;
    const kept = mask(1, 1).reduce((a, b) => a + b) / mask(1, 1).length;
    expect(Math.abs(kept - 0.7)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / 10_100));
    expect(mask(1, 1)).toEqual(mask(1, 1));
    expect(mask(1, 1)).not.toEqual(mask(1, 2));
    expect(mask(1, 1)).not.toEqual(mask(2, 1));
    expect(mask(1, 1)).not.toEqual(mask(1, 1, "dropout2"));
  });

  test("training asks for the three masks of the original", async () => {
    const { trainingGraph } = await import("../../src/fit/index.ts");
    const masks = trainingGraph(network, layoutOf(network), { batch: 5 }).masks;
    expect(masks.map(({ name, shape, rate }) => ({ name, shape, rate }))).toEqual([
      { name: "dropout1", shape: [5, 8, 4], rate: 0.3 },
      { name: "dropout2", shape: [5, 4, 5], rate: 0.3 },
      { name: "dropout_bilstm", shape: [5, 8], rate: 0.3 },
    ]);
  });
});
