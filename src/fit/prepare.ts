import type { DropoutMask, NetworkConfig } from "../model/index.ts";
import type { TensorLike } from "../runtime/index.ts";
import { dropoutMasks, trainingBatch, type Batch, type BatchRecipe } from "./batches.ts";
import type { Clips } from "./clips.ts";
import { dropoutsOf } from "./graphs.ts";

/** Which clips a step takes. */
export interface BatchJob {
  readonly clips: Clips;
  readonly indices: readonly number[];
  /** From 1. */
  readonly step: number;
}

/** All that a step takes besides the training's state. */
export interface PreparedBatch {
  readonly batch: Batch;
  /** Dropout masks by the graph's names of them. */
  readonly masks: Readonly<Record<string, TensorLike>>;
}

/** Makes batches: here and now, or ahead of the step on another thread. The result is the same to the bit. */
export type Prepare = (job: BatchJob) => PreparedBatch | Promise<PreparedBatch>;

/** What makes the batches of one training. */
export function preparation(
  network: NetworkConfig,
  recipe: BatchRecipe,
  seed: number,
): (job: BatchJob) => PreparedBatch {
  const dropouts = new Map<string, readonly DropoutMask[]>();
  return ({ clips, indices, step }) => {
    const batch = trainingBatch(clips, indices, network, recipe, seed, step);
    const size = { batch: indices.length, frames: batch.frames };
    const key = `${size.batch} × ${size.frames}`;
    const specs = dropouts.get(key) ?? dropoutsOf(network, size);
    dropouts.set(key, specs);
    return { batch, masks: dropoutMasks(specs, seed, step) };
  };
}
