import {
  mixup,
  mixupWeight,
  perturb,
  specAugment,
  type LabelledFeatures,
  type PerturbOptions,
  type SpecAugmentOptions,
} from "../augment/feature-level.ts";
import { Matrix } from "../matrix.ts";
import type { DropoutMask, NetworkConfig } from "../model/index.ts";
import { Random } from "../random.ts";
import { floats, type TensorLike } from "../runtime/index.ts";
import type { Clips } from "./clips.ts";
import { bucketOf } from "./sampling.ts";

/** Clips side by side. */
export interface ClipTensors {
  /** (B, T, F), zero-padded or truncated to T frames. */
  readonly x: TensorLike;
  /** (B) int64: real frames of each clip, at most T. */
  readonly lengths: TensorLike;
  /** (B, L): one-hot, soft, or either times the clip's weight. */
  readonly targets: TensorLike;
}

/** The inputs of one batch that come from data. */
export interface Batch extends ClipTensors {
  readonly indices: readonly number[];
  /** Frames that the clips are padded to. */
  readonly frames: number;
  /**
   * The clips before they were mixed and strips of them hidden, for the branch of functionals: measures of a whole clip mean
   * something else in a mixture. Absent where the network has no such branch.
   */
  readonly plain?: ClipTensors;
}

/** What training does to the clips of a batch; validation and use never see it. Empty: nothing. */
export interface BatchRecipe {
  /** Share of each target that is spread over all labels (Szegedy et al. 2016). */
  readonly labelSmoothing?: number;
  /** Each clip is mixed with another one of its batch, by a weight from Beta(mixup, mixup) (Zhang et al. 2018). */
  readonly mixup?: number;
  /** A row of features (F) that stands after the end of a clip when a longer one is mixed in; default zeros. */
  readonly padding?: Float32Array;
  /** Another tempo, voice, microphone, noise (see `perturb`). */
  readonly perturb?: PerturbOptions;
  /** Strips of frames and columns that are hidden (Park et al. 2019). */
  readonly specAugment?: SpecAugmentOptions;
}

/** Puts clips side by side, all padded to the bucket of the longest. */
export function assemble(clips: Clips, indices: readonly number[], config: NetworkConfig): Batch {
  return sideBySide(
    indices,
    indices.map((i) => labelled(clips, i, config)),
    config,
  );
}

/**
 * The batch of step `step` of a training. All that is random in it is a function of (seed, step, clip), so resumed
 * trainings, worker threads, Node and browsers make the same.
 */
export function trainingBatch(
  clips: Clips,
  indices: readonly number[],
  config: NetworkConfig,
  recipe: BatchRecipe,
  seed: number,
  step: number,
): Batch {
  const { labelSmoothing = 0, mixup: alpha, padding, perturb: other, specAugment: strips } = recipe;
  const plain = indices.map((i): LabelledFeatures => {
    const { features, labels } = labelled(clips, i, config);
    const weight = clips.weight?.(i) ?? 1;
    return {
      features: other ? perturb(features, other, new Random(seed, "perturb", step, i)) : features,
      labels: labels.map((share) => weight * ((1 - labelSmoothing) * share + labelSmoothing / config.labels)),
    };
  });
  let rows = plain.map(({ features, labels }, r): LabelledFeatures => {
    const random = (): Random => new Random(seed, "SpecAugment", step, indices[r]!);
    return { features: strips ? specAugment(features, strips, random()) : features, labels };
  });
  if (alpha !== undefined) {
    const random = new Random(seed, "mixup", step);
    const others = random.shuffle(rows);
    rows = rows.map((row, r) => mixup(row, others[r]!, mixupWeight(alpha, random), padding));
  }
  const batch = sideBySide(indices, rows, config);
  return config.functionals === undefined ? batch : { ...batch, plain: tensorsOf(plain, batch.frames, config) };
}

/** Clip `i`, no longer than the network sees, with its target. */
function labelled(clips: Clips, i: number, { features: columns, labels, frames }: NetworkConfig): LabelledFeatures {
  const values = clips.features(i);
  const rows = Math.min(values.length / columns, frames);
  const oneHot = (): Float32Array => new Float32Array(labels).fill(1, clips.label(i), clips.label(i) + 1);
  return {
    features: new Matrix(rows, columns, values.subarray(0, rows * columns)),
    labels: clips.target?.(i) ?? oneHot(),
  };
}

function sideBySide(indices: readonly number[], rows: readonly LabelledFeatures[], config: NetworkConfig): Batch {
  const frames = bucketOf(Math.max(...rows.map(({ features }) => features.rows)), config);
  return { indices, frames, ...tensorsOf(rows, frames, config) };
}

function tensorsOf(rows: readonly LabelledFeatures[], frames: number, config: NetworkConfig): ClipTensors {
  const { features: columns, labels } = config;
  const x = new Float32Array(rows.length * frames * columns);
  const targets = new Float32Array(rows.length * labels);
  for (const [r, row] of rows.entries()) {
    x.set(row.features.data, r * frames * columns);
    targets.set(row.labels, r * labels);
  }
  const lengths = BigInt64Array.from(rows, ({ features }) => BigInt(features.rows));
  return {
    x: floats(x, [rows.length, frames, columns]),
    lengths: { type: "int64", data: lengths, shape: [rows.length] },
    targets: floats(targets, [rows.length, labels]),
  };
}

/** The dropout masks of step `step`: each a pure function of (seed, step, layer, element). */
export function dropoutMasks(masks: readonly DropoutMask[], seed: number, step: number): Record<string, TensorLike> {
  const tensors: Record<string, TensorLike> = {};
  for (const { name, shape, rate } of masks) {
    const size = shape.reduce((product, dim) => product * dim, 1);
    tensors[name] = { type: "uint8", data: new Random(seed, "dropout", step, name).chances(size, 1 - rate), shape };
  }
  return tensors;
}
