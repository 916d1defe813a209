import { frameMultiple, type DropoutMask, type NetworkConfig } from "../model/index.ts";
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
  /** Frames that the clips are padded to. */
  readonly frames: number;
  /** (B, T, F), zero-padded or truncated to T frames. */
  readonly x: TensorLike;
  /** (B) int64: real frames of each clip, at most T. */
  readonly lengths: TensorLike;
  /** (B, L), one-hot. */
  readonly targets: TensorLike;
}

/** Buckets are so many frames apart: few enough graphs to compile, little enough padding. */
const BUCKET_FRAMES = 40;

/** Frames that a clip of `frames` real ones is padded to in training. */
export function bucketOf(frames: number, config: NetworkConfig): number {
  if (!config.masked) return config.frames;
  const multiple = Math.max(BUCKET_FRAMES, frameMultiple(config));
  return Math.min(Math.ceil(frames / multiple) * multiple, Math.ceil(config.frames / multiple) * multiple);
}

/**
 * The batches of one epoch: clips in an order that is a function of (seed, epoch). Masked networks get clips of similar
 * length together, the buckets' batches in mixed order; every clip is in one batch.
 */
export function epochBatches(
  clips: Clips,
  size: number,
  seed: number,
  epoch: number,
  config: NetworkConfig,
): number[][] {
  const random = new Random(seed, "order", epoch);
  const buckets = new Map<number, number[]>();
  for (const i of random.shuffle(Array.from({ length: clips.length }, (_, i) => i))) {
    const frames = bucketOf(clips.features(i).length / config.features, config);
    const bucket = buckets.get(frames);
    if (bucket === undefined) buckets.set(frames, [i]);
    else bucket.push(i);
  }
  const batches: number[][] = [];
  for (const indices of buckets.values()) {
    for (let at = 0; at < indices.length; at += size) batches.push(indices.slice(at, at + size));
  }
  return buckets.size > 1 ? random.shuffle(batches) : batches;
}

/** Puts clips side by side, all padded to the bucket of the longest. */
export function assemble(clips: Clips, indices: readonly number[], config: NetworkConfig): Batch {
  const { features: columns, labels } = config;
  const real = indices.map((i) => Math.min(clips.features(i).length / columns, config.frames));
  const frames = bucketOf(Math.max(...real), config);
  const x = new Float32Array(indices.length * frames * columns);
  const targets = new Float32Array(indices.length * labels);
  for (const [row, index] of indices.entries()) {
    x.set(clips.features(index).subarray(0, real[row]! * columns), row * frames * columns);
    targets[row * labels + clips.label(index)] = 1;
  }
  return {
    indices,
    frames,
    x: floats(x, [indices.length, frames, columns]),
    lengths: { type: "int64", data: BigInt64Array.from(real, BigInt), shape: [indices.length] },
    targets: floats(targets, [indices.length, labels]),
  };
}

/** The dropout masks of step `step`: each a pure function of (seed, step, layer, element). */
export function dropoutMasks(masks: readonly DropoutMask[], seed: number, step: number): Record<string, TensorLike> {
  const tensors: Record<string, TensorLike> = {};
  for (const { name, shape, rate } of masks) {
    const data = new Uint8Array(shape.reduce((product, dim) => product * dim, 1));
    const threshold = Math.round(rate * 65536);
    // One 32-bit number decides two elements.
    const words = new Uint32Array(Math.ceil(data.length / 2));
    new Random(seed, "dropout", step, name).fillUint32(words);
    // The sign bit of (half − threshold) is 1 where an element is dropped: a branch on chance costs five times as much.
    for (let w = 0; w < words.length; w++) {
      data[2 * w] = 1 - (((words[w]! & 0xffff) - threshold) >>> 31);
      data[2 * w + 1] = 1 - (((words[w]! >>> 16) - threshold) >>> 31);
    }
    tensors[name] = { type: "uint8", data, shape };
  }
  return tensors;
}
