import { parentPort, workerData } from "node:worker_threads";
import { preparation } from "../fit/index.ts";
import { onTask } from "../worker.node.ts";
import type { PrefetchAnswer, PrefetchSetup, PrefetchTask, SharedClips } from "./prefetch.ts";

const { network, recipe, seed } = workerData as PrefetchSetup;
const prepare = preparation(network, recipe, seed);
let { features, labels, targets, weights }: SharedClips = { features: [], labels: [] };

onTask(({ shared, indices, step }: PrefetchTask) => {
  if (shared !== undefined) ({ features, labels, targets, weights } = shared);
  const clips = {
    length: features.length,
    features: (i: number) => features[i]!,
    label: (i: number) => labels[i]!,
    target: (i: number) => targets?.[i],
    weight: (i: number) => weights?.[i] ?? 1,
  };
  const { batch, masks } = prepare({ clips, indices, step });
  const clipTensors = [batch, ...(batch.plain ? [batch.plain] : [])].flatMap(({ x, lengths, targets: t }) => [
    x,
    lengths,
    t,
  ]);
  const tensors = [...clipTensors, ...Object.values(masks)];
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort!.postMessage(
    { batch, masks } satisfies PrefetchAnswer,
    tensors.map(({ data }) => data.buffer as ArrayBuffer),
  );
});
