import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import path from "node:path";
import { bucketOf, initialState, trainingGraph } from "../src/fit/index.ts";
import { layoutOf, preset } from "../src/model/index.ts";
import { Session } from "../src/runtime/index.ts";
import { type Bar, bench, root, run } from "./bar.ts";
import { linesOf } from "./lines.ts";
import { PYTHON } from "./python.ts";
import { torchMemoryScript } from "./train-peers.ts";

/** A piece of work of bench/train.ts against a peer in the same run. */
function fasterBar(name: string, goal: number, row: string, unit: readonly [name: string, milliseconds: number]): Bar {
  return {
    name: `issue 4: ${name}`,
    goal: `≥ ${goal} × as fast`,
    async run() {
      const { ours, peer, peerName } = await bench("train", row);
      const figure = (time: number): string => `${(time / unit[1]).toFixed(1)} ${unit[0]}`;
      if (peer === null) return { measured: `${figure(ours)}; no peer here`, met: false };
      const measured = `${(peer / ours).toFixed(2)} × (${figure(ours)}; ${peerName} ${figure(peer)})`;
      return { measured, met: peer / ours >= goal };
    },
  };
}

const STEP = ["ms", 20] as const;
const EPOCH = ["s", 1000] as const;

/** Largest resident sets in MB of processes that do the same steps, ours and PyTorch's. */
function peakMemory(
  name: string,
  batches: readonly (readonly [number, number])[],
): { ours: number; torch: number | null } {
  const threads = availableParallelism();
  const work = JSON.stringify({ preset: name, batches, threads });
  const ours = run(process.execPath, [path.join(root, "bench/train-child.js"), work]).stdout;
  const env = { ...process.env, SER_THREADS: String(threads), OMP_NUM_THREADS: String(threads) };
  const peer = spawnSync(PYTHON, ["-c", torchMemoryScript(batches)], { env, encoding: "utf8" });
  const megabytes = (text: string): number => (JSON.parse(text) as { megabytes: number }).megabytes;
  return { ours: megabytes(ours), torch: peer.status === 0 ? megabytes(peer.stdout) : null };
}

function memoryBar(name: string, presetName: string, batches: readonly (readonly [number, number])[]): Bar {
  return {
    name: `issue 4: peak memory, ${name}`,
    goal: "at most PyTorch's",
    async run() {
      const { ours, torch } = peakMemory(presetName, batches);
      if (torch === null) return { measured: `${ours.toFixed(0)} MB; no PyTorch here`, met: false };
      return { measured: `${ours.toFixed(0)} MB; PyTorch ${torch.toFixed(0)} MB`, met: ours <= torch };
    },
  };
}

/** Every bucket that clips of 40 … 300 frames fall into, twice, as an epoch meets them. */
const BUCKETS = [40, 80, 120, 160, 200, 240, 280, 300].flatMap((frames): [number, number][] => [
  [frames, 32],
  [frames, 32],
]);

/** The bars of issue 4: the training engine. */
export const TRAINING_BARS: readonly Bar[] = [
  fasterBar(
    "a step of seed, 32 × (300, 54), against Keras",
    2,
    "20 steps of 32 × (300, 54), 2 threads, against Keras",
    STEP,
  ),
  fasterBar("the same against PyTorch", 1.3, "20 steps of 32 × (300, 54), 2 threads, against PyTorch", STEP),
  {
    name: "issue 4: the same against the arithmetic limit (a goal)",
    goal: "≤ 1.3 × its time",
    async run() {
      const { ours, peer } = await bench("train", "20 steps of 32 × (300, 54), 2 threads, against the arithmetic");
      const measured = `${(ours / peer!).toFixed(2)} × (${(ours / 20).toFixed(1)} ms; products alone ${(peer! / 20).toFixed(1)} ms)`;
      return { measured, met: ours <= 1.3 * peer! };
    },
  },
  fasterBar("an epoch by buckets against Keras padded", 4, "epoch of 8,400 clips by buckets, against Keras", EPOCH),
  fasterBar(
    "an epoch against PyTorch with the same buckets",
    1.3,
    "epoch of 8,400 clips by buckets, against PyTorch",
    EPOCH,
  ),
  {
    name: "issue 4: graph and session of every bucket",
    goal: "≤ 2 s each",
    async run() {
      const times: string[] = [];
      let slowest = 0;
      for (const name of ["seed", "seed-masked", "logmel72"]) {
        const network = preset(name).network(7);
        const layout = layoutOf(network);
        initialState(layout, 1, 1e-4);
        const all = Array.from({ length: network.frames }, (_, t) => bucketOf(t + 1, network));
        for (const frames of new Set(all)) {
          const started = performance.now();
          const session = await Session.create(trainingGraph(network, layout, { batch: 32, frames }).bytes);
          const seconds = (performance.now() - started) / 1000;
          await session.release();
          slowest = Math.max(slowest, seconds);
          times.push(`${name} ${frames}: ${seconds.toFixed(2)}`);
        }
      }
      return { measured: `${times.join(", ")} s`, met: slowest <= 2 };
    },
  },
  memoryBar(
    "20 steps of seed, 32 × (300, 54)",
    "seed",
    Array.from({ length: 20 }, () => [300, 32] as const),
  ),
  memoryBar("by buckets of 40 … 300 frames, 32 clips each", "seed-masked", BUCKETS),
  {
    name: "issue 4: graph/ + fit/ + train/",
    goal: "about 2,500 lines of code, no file above 400",
    async run() {
      const { code, all, longest } = linesOf(["graph", "fit", "train"]);
      const measured = `${code} lines of code (${all} with comments and blank lines); longest ${longest.file} ${longest.all}`;
      return { measured, met: code <= 2500 && longest.all <= 400 };
    },
  },
];
