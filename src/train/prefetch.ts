import type { Worker } from "node:worker_threads";
import type { BatchJob, BatchRecipe, Clips, PreparedBatch } from "../fit/index.ts";
import type { NetworkConfig } from "../model/index.ts";
import { shareable } from "../shared-memory.ts";
import { endWorker, startWorker } from "../worker.node.ts";

/** Clips as threads share them. */
export interface SharedClips {
  readonly features: readonly Float32Array[];
  readonly labels: readonly number[];
  /** Soft labels, where there are any. */
  readonly targets?: readonly (Float32Array | undefined)[] | undefined;
  /** What clips count in the loss, where they do not all count the same. */
  readonly weights?: readonly number[] | undefined;
}

/** What the thread starts with. */
export interface PrefetchSetup {
  readonly network: NetworkConfig;
  readonly recipe: BatchRecipe;
  readonly seed: number;
}

/** What the thread is posted: a batch to make, and its clips where they are not those of the one before. */
export interface PrefetchTask extends Omit<BatchJob, "clips"> {
  readonly shared?: SharedClips;
}

/** What the thread posts back, in the order of the tasks. */
export type PrefetchAnswer = PreparedBatch;

interface Waiting {
  readonly resolve: (batch: PreparedBatch) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * Makes batches on a thread of its own while the step runs, since ONNX Runtime's `run` holds the thread that calls it.
 * Features lie in shared memory; batches are handed over, not copied. To be closed in the end, whatever happened.
 */
export class Prefetch {
  readonly #setup: PrefetchSetup;
  readonly #waiting: Waiting[] = [];
  #worker: Worker | undefined;
  #failure: unknown;
  #clips: Clips | undefined;

  constructor(network: NetworkConfig, recipe: BatchRecipe, seed: number) {
    this.#setup = { network, recipe, seed };
  }

  /** The `prepare` of `FitOptions`. */
  readonly prepare = (job: BatchJob): Promise<PreparedBatch> =>
    new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure as Error);
      this.#waiting.push({ resolve, reject });
      const task: PrefetchTask = {
        indices: job.indices,
        step: job.step,
        ...(job.clips !== this.#clips && { shared: shared(job.clips) }),
      };
      this.#clips = job.clips;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      (this.#worker ??= this.#start()).postMessage(task);
    });

  /** Ends the thread; batches that are still awaited are refused. */
  async close(): Promise<void> {
    this.#fail(new Error("prefetch: closed"));
    if (this.#worker !== undefined) await endWorker(this.#worker);
  }

  #start(): Worker {
    const worker = startWorker(new URL("./prefetch-worker.js", import.meta.url), this.#setup);
    worker.on("message", (answer: PrefetchAnswer) => this.#waiting.shift()?.resolve(answer));
    worker.on("error", (cause) => this.#fail(cause));
    worker.on("exit", (code) => this.#fail(new Error(`prefetch: the thread ended with code ${code}`)));
    return worker;
  }

  #fail(cause: unknown): void {
    this.#failure ??= cause;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

/** Clips whose features every thread can read; those that lie in memory of this thread alone are copied. */
function shared(clips: Clips): SharedClips {
  const all = Array.from({ length: clips.length }, (_, i) => i);
  return {
    features: all.map((i) => shareable(clips.features(i))),
    labels: all.map((i) => clips.label(i)),
    ...(clips.target && { targets: all.map((i) => clips.target!(i)) }),
    ...(clips.weight && { weights: all.map((i) => clips.weight!(i)) }),
  };
}
