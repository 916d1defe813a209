import { groupBy } from "../grouping.ts";
import { frameMultiple, type NetworkConfig } from "../model/index.ts";
import { Random } from "../random.ts";
import type { Clips } from "./clips.ts";

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
 * length together, the buckets' batches in mixed order; what does not fill a batch joins the next longer bucket, so that
 * all batches but one have the same size and need no further graph. Every clip is in one batch; with `balance` above 0
 * large groups are in part left out and small ones repeated, see {@link drawBalanced}.
 */
export function epochBatches(
  clips: Clips,
  size: number,
  seed: number,
  epoch: number,
  config: NetworkConfig,
  balance = 0,
): number[][] {
  const random = new Random(seed, "order", epoch);
  const drawn = balance > 0 ? drawBalanced(clips, balance, random) : Array.from({ length: clips.length }, (_, i) => i);
  const buckets = groupBy(random.shuffle(drawn), (i) => bucketOf(clips.features(i).length / config.features, config));
  const byLength = [...buckets].sort(([a], [b]) => a - b).flatMap(([, indices]) => indices);
  const batches: number[][] = [];
  for (let at = 0; at < byLength.length; at += size) batches.push(byLength.slice(at, at + size));
  return buckets.size > 1 ? random.shuffle(batches) : batches;
}

/**
 * About as many clips as there are, each group's share of them proportional to n^(1 − power) for its n clips: 0 leaves
 * the shares as they are, 1 makes all groups equal. Within a group no clip comes twice before all have come once.
 */
export function drawBalanced(clips: Clips, power: number, random: Random): number[] {
  const groups = groupBy(
    Array.from({ length: clips.length }, (_, i) => i),
    (i) => clips.group?.(i) ?? clips.label(i),
  );
  const share = (size: number): number => size ** (1 - power);
  const whole = [...groups.values()].reduce((sum, members) => sum + share(members.length), 0);
  const drawn: number[] = [];
  for (const members of groups.values()) {
    // Rounded by chance, so that the shares hold on average.
    const count = Math.floor((clips.length * share(members.length)) / whole + random.uniform());
    for (let left = count; left > 0; left -= members.length) drawn.push(...random.shuffle(members).slice(0, left));
  }
  return drawn;
}

/**
 * Weights of clips by their `label(i)`, apart for each `population(i)`, e.g. its corpus: proportional to n^−power for a label of n clips there
 * (0: all 1; 1: scikit-learn's "balanced"), 1 on average over the population's clips. A population that has a label more often than others
 * teaches no more that it is likely.
 */
export function labelWeights(
  length: number,
  label: (i: number) => number,
  population: (i: number) => string,
  power: number,
): Float64Array {
  const weights = new Float64Array(length);
  const all = Array.from({ length }, (_, i) => i);
  for (const members of groupBy(all, population).values()) {
    const labels = groupBy(members, label);
    const sum = [...labels.values()].reduce((total, { length: n }) => total + n ** (1 - power), 0);
    for (const own of labels.values()) for (const i of own) weights[i] = (own.length ** -power * members.length) / sum;
  }
  return weights;
}
