import { describe, expect, test } from "vitest";
import {
  bucketOf,
  Engine,
  epochBatches,
  evaluationGraph,
  fit,
  initialState,
  trainingGraph,
} from "../../src/fit/index.ts";
import type { Clips } from "../../src/fit/index.ts";
import { layoutOf, preset } from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { floats, Session } from "../../src/runtime/index.ts";
import { tinyNetwork } from "../tiny-model.ts";

const full = preset("seed-masked").network(7);
const layout = layoutOf(full);
const LENGTHS = [149, 37, 1, 120];

/** The same clips, padded to `frames`; the padding is noise, which must not matter. */
function padded(frames: number): Float32Array {
  const x = new Float32Array(LENGTHS.length * frames * 54);
  const noise = new Random(frames, "padding");
  for (const [row, length] of LENGTHS.entries()) {
    const random = new Random(row, "clip");
    for (let i = 0; i < frames * 54; i++) {
      x[row * frames * 54 + i] = i < length * 54 ? random.normal() : 100 * noise.normal();
    }
  }
  return x;
}

const lengths = { type: "int64", data: BigInt64Array.from(LENGTHS, BigInt), shape: [LENGTHS.length] } as const;

test("the same clips padded to 152, 200 and 300 frames have the same logits", async () => {
  const session = await Session.create(evaluationGraph(full, layout));
  const logits: Float32Array[] = [];
  for (const frames of [152, 200, 300]) {
    const outputs = await session.run({
      x: floats(padded(frames), [LENGTHS.length, frames, 54]),
      lengths,
      weights: floats(layout.weights.initialize(1), [layout.weights.size]),
      statistics: floats(layout.statistics.initialize(1), [layout.statistics.size]),
    });
    logits.push(outputs["logits"]!.data as Float32Array);
  }
  await session.release();
  expect(logits[1]!).toBeAllClose(logits[0]!, { atol: 1e-5 });
  expect(logits[2]!).toBeAllClose(logits[0]!, { atol: 1e-5 });
  expect(new Set(logits[0]!).size).toBe(LENGTHS.length * 7);
});

describe("frames averaged in pairs before the first convolution", () => {
  const pooled = { ...full, inputPool: 2 } as const;
  const logits = async (config: typeof full, x: Float32Array, frames: readonly number[]): Promise<Float32Array> => {
    const session = await Session.create(evaluationGraph(config, layout));
    const outputs = await session.run({
      x: floats(x, [frames.length, x.length / frames.length / 54, 54]),
      lengths: { type: "int64", data: BigInt64Array.from(frames, BigInt), shape: [frames.length] },
      weights: floats(layout.weights.initialize(1), [layout.weights.size]),
      statistics: floats(layout.statistics.initialize(1), [layout.statistics.size]),
    });
    await session.release();
    return outputs["logits"]!.data as Float32Array;
  };

  test("are what the network without it makes of every frame's mean with its neighbour", async () => {
    // 152 pairs a clip: two frames whose mean is the one that the plain network is given; an odd last one is left out.
    const each = padded(152);
    const apart = new Float32Array(2 * each.length);
    const random = new Random(4, "pairs");
    for (let i = 0; i < each.length; i++) {
      const [frame, column] = [Math.floor(i / 54), i % 54];
      const offset = random.normal();
      apart[2 * frame * 54 + column] = each[i]! + offset;
      apart[(2 * frame + 1) * 54 + column] = each[i]! - offset;
    }
    const odd = LENGTHS.map((length, n) => 2 * length + (n % 2));
    expect(await logits(pooled, apart, odd)).toBeAllClose(await logits(full, each, LENGTHS), { atol: 1e-5 });
  });

  test("the padding does not matter, nor does a clip of one frame end in nothing", async () => {
    const short = await logits(pooled, padded(152), LENGTHS);
    expect(await logits(pooled, padded(300), LENGTHS)).toBeAllClose(short, { atol: 1e-5 });
    expect(short.every(Number.isFinite)).toBe(true);
  });
});

test("in training, too: loss, gradient and running statistics do not know the padding", async () => {
  const config = { ...full, dropout: 0 };
  const results: Record<string, Float32Array>[] = [];
  for (const frames of [152, 300]) {
    const { bytes } = trainingGraph(config, layout, { batch: LENGTHS.length, frames }, { withGradient: true });
    const session = await Session.create(bytes);
    const weights = layout.weights.initialize(1);
    const outputs = await session.run({
      x: floats(padded(frames), [LENGTHS.length, frames, 54]),
      lengths,
      targets: floats(
        Float32Array.from({ length: 28 }, (_, i) => (i % 8 === 0 ? 1 : 0)),
        [4, 7],
      ),
      weights: floats(weights, [weights.length]),
      statistics: floats(layout.statistics.initialize(1), [layout.statistics.size]),
      m: floats(new Float32Array(weights.length), [weights.length]),
      v: floats(new Float32Array(weights.length), [weights.length]),
      rates: floats(Float32Array.of(1e-3, 1e-3, 0), [3]),
    });
    await session.release();
    results.push(Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array])));
  }
  const [short, long] = results;
  const scale = Math.sqrt(short!["gradient"]!.reduce((sum, g) => sum + g * g, 0) / short!["gradient"]!.length);
  expect(long!["loss"]!).toBeAllClose(short!["loss"]!, { rtol: 1e-5 });
  expect(long!["next_statistics"]!).toBeAllClose(short!["next_statistics"]!, { rtol: 1e-5, atol: 1e-6 });
  expect(long!["gradient"]!).toBeAllClose(short!["gradient"]!, { rtol: 1e-3, atol: 1e-3 * scale });
});

describe("buckets", () => {
  const network = tinyNetwork({ masked: true, frames: 100, features: 2, labels: 2 });
  const sizes = Array.from({ length: 70 }, (_, i) => 5 + ((i * 37) % 140));
  const clips: Clips = {
    length: sizes.length,
    features: (i) => Float32Array.from({ length: sizes[i]! * 2 }, (_, k) => Math.sin(i + k) + (k % 2) * (i % 2)),
    label: (i) => i % 2,
  };

  test("every clip is in one batch, with others of like length, in another order each epoch; all batches but one are full", () => {
    const epochs = [0, 1].map((epoch) => epochBatches(clips, 8, 3, epoch, network));
    for (const batches of epochs) {
      expect(batches.flat().toSorted((a, b) => a - b)).toEqual(sizes.map((_, i) => i));
      expect(batches.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([70 % 8, 8, 8, 8, 8, 8, 8, 8, 8]);
      // Sorted by length, no batch reaches into the buckets of the one after: clips of a bucket stay together.
      const spans = batches.map((batch) => batch.map((i) => bucketOf(sizes[i]!, network)));
      const ordered = spans.toSorted((a, b) => Math.max(...a) - Math.max(...b) || Math.min(...a) - Math.min(...b));
      for (let b = 1; b < ordered.length; b++) {
        expect(Math.min(...ordered[b]!)).toBeGreaterThanOrEqual(Math.max(...ordered[b - 1]!));
      }
    }
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(epochBatches(clips, 8, 3, 0, network)).toEqual(epochs[0]);
  });

  test("a bucket is a multiple of what pooling divides, holds the clip, and ends at the network's window", () => {
    for (const frames of [1, 39, 40, 41, 99, 100, 5000]) {
      const bucket = bucketOf(frames, network);
      expect(bucket % 4).toBe(0);
      expect(bucket).toBeGreaterThanOrEqual(Math.min(frames, network.frames));
      expect(bucket).toBeLessThanOrEqual(120);
    }
  });

  test("a masked network trains over its buckets and is deterministic", async () => {
    const options = {
      network,
      train: clips,
      validation: clips,
      epochs: 2,
      batchSize: 8,
      learningRate: 1e-3,
      seed: 1,
      session: { threads: 1 },
    };
    const [a, b] = [await fit(options), await fit(options)];
    expect(a.history.at(-1)!.loss).toBeLessThan(a.history[0]!.loss);
    expect(a.weights).toEqual(b.weights);
    const engine = new Engine(network, 1, { threads: 1 });
    const state = initialState(layoutOf(network), 1, 1e-3);
    expect((await engine.evaluate(clips, state)).logits.every(Number.isFinite)).toBe(true);
    await engine.release();
  });
});
