import { Engine, initialState, trainingBatch, type Clips } from "../../src/fit/index.ts";
import { layoutOf } from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { tinyNetwork } from "../tiny-model.ts";

/** From the 31st step on the batches are also mixed and masked. */
const RECIPE = { mixup: 0.2, labelSmoothing: 0.1, specAugment: { timeMasks: 1, timeWidth: 10, frequencyMasks: 1 } };

/** Fifty steps of a small masked CNN-BiLSTM with dropout, on clips made of noise: the same in Node and in a browser. */
export async function trainSmall(): Promise<number[]> {
  const network = tinyNetwork({ masked: true, frames: 80, features: 8, labels: 3, lstmUnits: 8, denseUnits: 8 });
  const sizes = Array.from({ length: 48 }, (_, i) => 20 + ((i * 13) % 60));
  const made = sizes.map((frames, i) => {
    const random = new Random(i, "clip");
    return new Float32Array(frames * 8).map((_, k) => random.normal() + (k % 8 === i % 3 ? 1 : 0));
  });
  const clips: Clips = { length: made.length, features: (i) => made[i]!, label: (i) => i % 3 };
  const state = initialState(layoutOf(network), 5, 3e-3);
  const engine = new Engine(network, 5, { threads: 1 });
  const losses: number[] = [];
  for (let step = 0; step < 50; step++) {
    const indices = Array.from({ length: 12 }, (_, i) => (step * 12 + i) % clips.length);
    const batch = trainingBatch(clips, indices, network, step < 30 ? {} : RECIPE, 5, step + 1);
    losses.push((await engine.step(batch, state)).loss);
  }
  await engine.release();
  return losses;
}
