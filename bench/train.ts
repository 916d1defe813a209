import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { SEVEN_EMOTIONS } from "../src/emotions.ts";
import { assemble, bucketOf, Engine, epochBatches, initialState, type Clips } from "../src/fit/index.ts";
import { Graph, matmul, slice } from "../src/graph/index.ts";
import { layoutOf, preset, type NetworkConfig } from "../src/model/index.ts";
import { Random } from "../src/random.ts";
import { floats, Session } from "../src/runtime/index.ts";
import { loadDataset } from "../src/train/index.ts";
import { corpora } from "./bar.ts";
import { type BenchCase, type Runner, timed } from "./harness.ts";
import { Python } from "./python.ts";
import { kerasScript, tensorflowJsScript, torchScript } from "./train-peers.ts";

const BATCH = 32;
const STEPS = 20;
/** Clips of an epoch on the four corpora, as the issues count them. */
const EPOCH = 8_400;

/** Real frames of the four corpora's recordings where they are on this machine; else numbers spread alike. */
async function realFrames(): Promise<number[]> {
  const sources = corpora.filter((folder) => existsSync(folder));
  const random = new Random(1, "frames");
  if (sources.length < 4)
    return Array.from({ length: EPOCH }, () => Math.max(50, Math.round(112 + 35 * random.normal())));
  const { examples } = await loadDataset({ sources, labels: SEVEN_EMOTIONS, featureSet: "librosa54@1" });
  return random.shuffle(examples.map(({ features }) => features.rows)).slice(0, EPOCH);
}

/** Clips of noise with given numbers of frames. */
function noiseClips(frames: readonly number[], columns: number): Clips {
  const random = new Random(1, "bench");
  const pool = new Float32Array(400 * columns).map(() => random.normal());
  return {
    length: frames.length,
    features: (i) => pool.subarray(0, Math.min(frames[i]!, 400) * columns),
    label: (i) => i % 7,
  };
}

/** Runs batches of `clips` through training steps. */
function trainer(
  config: NetworkConfig,
  clips: Clips,
  threads: number,
): (batches: readonly number[][]) => Promise<void> {
  const state = initialState(layoutOf(config), 1, 1e-4);
  const engine = new Engine(config, 1, { threads });
  return async (batches) => {
    for (const batch of batches) await engine.step(assemble(clips, batch, config), state);
  };
}

/**
 * The matrix products of one step of `seed` and nothing else, in ONNX Runtime: what arithmetic alone costs here. Rows,
 * depth, columns, how often: convolutions, LSTM's input and recurrent products, each forward and its two backward ones.
 */
async function arithmetic(threads: number): Promise<Runner> {
  const products: [number, number, number, number][] = [
    [9600, 270, 64, 2],
    [4800, 320, 128, 3],
    [2400, 128, 1024, 3],
    [2400, 128, 1024, 3],
  ];
  const graph = new Graph();
  const feeds: Record<string, ReturnType<typeof floats>> = {};
  for (const [n, [rows, depth, columns, times]] of products.entries()) {
    for (let k = 0; k < times; k++) {
      const [a, b] = [`a${n}_${k}`, `b${n}_${k}`];
      const product = matmul(graph.input(a, [rows, depth]), graph.input(b, [depth, columns]));
      // One number of it: what the whole costs to hand over is no arithmetic.
      graph.output(`y${n}_${k}`, slice(slice(product, 0, 1, 0), 0, 1, 1));
      feeds[a] = floats(new Float32Array(rows * depth).fill(0.1), [rows, depth]);
      feeds[b] = floats(new Float32Array(depth * columns).fill(0.1), [depth, columns]);
    }
  }
  const session = await Session.create(graph.toBytes(), { threads });
  return timed("the step's matrix products alone", async () => {
    for (let step = 0; step < STEPS; step++) await session.run(feeds);
  });
}

/** Where TensorFlow.js is, which is no dependency: `npm install --prefix /opt/peers/tfjs @tensorflow/tfjs`. */
const TENSORFLOW_JS = path.join(process.env["SER_PEERS"] ?? "/opt/peers", "tfjs");

/** One step in TensorFlow.js: most of a minute, so a process each and one round. */
function tensorflowJs(sizes: Parameters<typeof tensorflowJsScript>[0]): Runner | string {
  if (!existsSync(path.join(TENSORFLOW_JS, "node_modules"))) return `no TensorFlow.js in ${TENSORFLOW_JS}`;
  return {
    name: "TensorFlow.js, CPU backend",
    run: async () => {
      const { stdout, stderr } = spawnSync(process.execPath, ["-e", tensorflowJsScript(sizes)], {
        cwd: TENSORFLOW_JS,
        encoding: "utf8",
      });
      const line = stdout.split("\n").find((text) => text.startsWith("{"));
      if (line === undefined) throw new Error(`TensorFlow.js: ${stderr}`);
      return (JSON.parse(line) as { milliseconds: number }).milliseconds;
    },
  };
}

/** Training `seed`: steps and epochs, padded and by buckets, against Keras, PyTorch and the arithmetic alone. */
export async function cases(): Promise<BenchCase[]> {
  const threads = availableParallelism();
  const seed = preset("seed").network(7);
  const masked = preset("seed-masked").network(7);
  const frames = await realFrames();
  const padded = trainer(
    seed,
    noiseClips(
      Array.from({ length: EPOCH }, () => 300),
      54,
    ),
    threads,
  );
  const clips = noiseClips(frames, 54);
  const bucketed = trainer(masked, clips, threads);
  const byBucket = epochBatches(clips, BATCH, 1, 0, masked);
  const inOrder = (count: number): number[][] =>
    Array.from({ length: Math.ceil(count / BATCH) }, (_, b) =>
      Array.from({ length: Math.min(BATCH, count - b * BATCH) }, (_, i) => b * BATCH + i),
    );

  const buckets = byBucket.map(
    (batch) => [bucketOf(Math.max(...batch.map((i) => frames[i]!)), masked), batch.length] as const,
  );
  const sizes = { batch: BATCH, steps: STEPS, epoch: EPOCH, buckets };
  const env = { SER_THREADS: String(threads), OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) };
  const keras = await Python.start(kerasScript(sizes), { env });
  const torch = await Python.start(torchScript(sizes), { env });
  const peer = (python: Python | string, work: string): Runner | string =>
    typeof python === "string" ? python : python.runner(work);
  const steps = timed("speech-emotion", () => padded(inOrder(BATCH * STEPS)));
  const epochByBucket = timed("speech-emotion", () => bucketed(byBucket));
  const what = `${STEPS} steps of ${BATCH} × (300, 54), ${threads} threads`;
  const many = EPOCH.toLocaleString("en");
  return [
    { name: `${what}, against Keras`, ours: steps, peer: peer(keras, "steps"), rounds: 7 },
    { name: `${what}, against PyTorch`, ours: steps, peer: peer(torch, "steps"), rounds: 7 },
    { name: `${what}, against the arithmetic`, ours: steps, peer: await arithmetic(threads), rounds: 7 },
    {
      name: `1 step of ${BATCH} × (300, 54), against TensorFlow.js`,
      ours: timed("speech-emotion", () => padded(inOrder(BATCH))),
      peer: tensorflowJs(sizes),
      rounds: 1,
    },
    {
      name: `epoch of ${many} clips, padded, against Keras`,
      ours: timed("speech-emotion", () => padded(inOrder(EPOCH))),
      peer: peer(keras, "epoch"),
      rounds: 3,
    },
    {
      name: `epoch of ${many} clips by buckets, against Keras padded`,
      ours: epochByBucket,
      peer: peer(keras, "epoch"),
      rounds: 3,
    },
    {
      name: `epoch of ${many} clips by buckets, against PyTorch`,
      ours: epochByBucket,
      peer: peer(torch, "epoch, buckets"),
      rounds: 3,
    },
  ];
}
