import type { DropoutMask, NetworkConfig } from "../model/index.ts";
import { Random } from "../random.ts";
import { floats, type TensorLike } from "../runtime/index.ts";

/** Labelled feature matrices of clips, as the loop reads them. */
export interface Clips {
  readonly length: number;
  /** Raw features of clip `i`, real frames only, row-major (frames × features). */
  features(i: number): Float32Array;
  /** Index of the label of clip `i`. */
  label(i: number): number;
}

/** The inputs of one batch that come from data. */
export interface Batch {
  readonly indices: readonly number[];
  /** (B, T, F), zero-padded or truncated to T frames. */
  readonly x: TensorLike;
  /** (B, L), one-hot. */
  readonly targets: TensorLike;
}

/** Puts clips side by side. */
export function assemble(clips: Clips, indices: readonly number[], config: NetworkConfig): Batch {
  const clipSize = config.frames * config.features;
  const x = new Float32Array(indices.length * clipSize);
  const targets = new Float32Array(indices.length * config.labels);
  for (const [row, index] of indices.entries()) {
    const features = clips.features(index);
    x.set(features.length > clipSize ? features.subarray(0, clipSize) : features, row * clipSize);
    targets[row * config.labels + clips.label(index)] = 1;
  }
  return {
    indices,
    x: floats(x, [indices.length, config.frames, config.features]),
    targets: floats(targets, [indices.length, config.labels]),
  };
}

/** The dropout masks of step `step`: each a pure function of (seed, step, layer, element). */
export function dropoutMasks(masks: readonly DropoutMask[], seed: number, step: number): Record<string, TensorLike> {
  const tensors: Record<string, TensorLike> = {};
  for (const { name, shape, rate } of masks) {
    const data = new Uint8Array(shape.reduce((product, dim) => product * dim, 1));
    const random = new Random(seed, "dropout", step, name);
    const threshold = Math.round(rate * 65536);
    for (let i = 0; i < data.length; i += 2) {
      // One 32-bit number decides two elements.
      const word = random.uint32();
      data[i] = (word & 0xffff) >= threshold ? 1 : 0;
      if (i + 1 < data.length) data[i + 1] = word >>> 16 >= threshold ? 1 : 0;
    }
    tensors[name] = { type: "uint8", data, shape };
  }
  return tensors;
}
