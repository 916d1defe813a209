import { concat, Graph, reshape, softmaxCrossEntropy, split, type Value } from "../graph/index.ts";
import { fromVectors, functionalsCount, Layers, voiceLayout, voiceNetwork } from "../model/index.ts";
import type { DropoutMask, NetworkConfig, VoiceBranch } from "../model/index.ts";
import { Random } from "../random.ts";
import { floats, Session, type SessionOptions } from "../runtime/index.ts";
import { dropoutMasks } from "./batches.ts";
import { KERAS_ADAM, optimizerStep, scheduleFactor, slotNames, stepRates, type OptimizerConfig } from "./optimizer.ts";

/** What {@link fitVoiceBranch} learns from. */
export interface VoiceSamples {
  readonly length: number;
  /** What sample `i` measures, less what its voice's other recordings do, as far as they are drawn: shape (N). */
  measures(i: number, random: Random): Float32Array;
  /** Index of its label. */
  label(i: number): number;
  /** How much it counts in the loss. */
  weight(i: number): number;
}

/** How {@link fitVoiceBranch} learns. */
export interface VoiceBranchOptions {
  readonly seed: number;
  /** Passes over the samples; default 30. */
  readonly epochs?: number;
  /** After every step. */
  readonly onStep?: (done: number, total: number) => void;
  /** Ends it; nothing is returned then. */
  readonly signal?: AbortSignal;
}

const BATCH = 64;
const LEARNING_RATE = 2e-3;
const SMOOTHING = 0.1;
const OPTIMIZER = { ...KERAS_ADAM, weightDecay: 0.2 } as OptimizerConfig;

/**
 * Teaches a network's branch for voices by itself: AdamW along half a cosine, labels smoothed by 0.1. A minute on one core
 * for 10,000 samples. All that is random is a function of the seed and of positions.
 *
 * @param samples those of an epoch, from 0
 * @returns undefined when the signal ended it
 */
export async function fitVoiceBranch(
  network: NetworkConfig,
  samples: (epoch: number) => VoiceSamples | Promise<VoiceSamples>,
  { seed, epochs = 30, onStep, signal }: VoiceBranchOptions,
  session: SessionOptions = {},
): Promise<VoiceBranch | undefined> {
  const layout = voiceLayout(network);
  const count = functionalsCount(network);
  const names = slotNames(OPTIMIZER);
  let weights: Float32Array = layout.weights.initialize(seed);
  let statistics: Float32Array = layout.statistics.initialize(seed);
  let slots = names.map((): Float32Array => new Float32Array(weights.length));
  let made: { readonly run: Session; readonly masks: readonly DropoutMask[]; readonly size: number } | undefined;
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const own = await samples(epoch);
    const size = Math.min(BATCH, own.length);
    const steps = Math.floor(own.length / size);
    const order = new Random(seed, "voices: order", epoch).shuffle(Array.from({ length: own.length }, (_, i) => i));
    for (let at = 0; at < steps; at++) {
      if (signal?.aborted === true) {
        await made?.run.release();
        return undefined;
      }
      if (made?.size !== size) {
        await made?.run.release();
        const { bytes, masks } = branchStep(network, size);
        made = { run: await Session.create(bytes, session), masks, size };
      }
      step++;
      const batch = order.slice(at * size, (at + 1) * size);
      const x = new Float32Array(size * count);
      const targets = new Float32Array(size * network.labels);
      for (const [r, i] of batch.entries()) {
        x.set(own.measures(i, new Random(seed, "voices: heard", epoch, i)), r * count);
        const weight = own.weight(i);
        for (let l = 0; l < network.labels; l++) {
          const share = SMOOTHING / network.labels + (l === own.label(i) ? 1 - SMOOTHING : 0);
          targets[r * network.labels + l] = weight * share;
        }
      }
      const rate = LEARNING_RATE * scheduleFactor({ kind: "cosine", warmup: 0, floor: 0 }, step, epochs * steps);
      const next = await made.run.run({
        measures: floats(x, [size, count]),
        targets: floats(targets, [size, network.labels]),
        weights: floats(weights, [weights.length]),
        statistics: floats(statistics, [statistics.length]),
        ...Object.fromEntries(names.map((name, n) => [name, floats(slots[n]!, [weights.length])])),
        rates: floats(stepRates(rate, step, OPTIMIZER), [3]),
        ...dropoutMasks(made.masks, seed, step),
      });
      weights = next["next_weights"]!.data as Float32Array;
      statistics = next["next_statistics"]!.data as Float32Array;
      slots = names.map((name) => next[`next_${name}`]!.data as Float32Array);
      onStep?.(epoch * steps + at + 1, epochs * steps);
    }
  }
  await made?.run.release();
  return { weights, statistics };
}

/** One step: forward, loss, backward, optimiser, running statistics. */
function branchStep(network: NetworkConfig, batch: number): { bytes: Uint8Array; masks: readonly DropoutMask[] } {
  const layout = voiceLayout(network);
  const graph = new Graph({ name: "voice_branch_step" });
  const measures = graph.input("measures", [batch, functionalsCount(network)]);
  const targets = graph.input("targets", [batch, network.labels]);
  const weights = graph.input("weights", [layout.weights.size], "float32", true);
  const statistics = graph.input("statistics", [layout.statistics.size]);
  const names = slotNames(OPTIMIZER);
  const slots = names.map((name) => graph.input(name, [layout.weights.size]));
  const [rate, learningRate, keep] = split(graph.input("rates", [3]), [1, 1, 1], 0) as [Value, Value, Value];
  const layers = new Layers(graph, fromVectors(layout, weights, statistics), true);
  const [gradient] = graph.gradients(softmaxCrossEntropy(voiceNetwork(measures, layers, network), targets), [weights]);
  const next = optimizerStep(gradient!, { weights, slots }, { rate, learningRate, keep }, OPTIMIZER);
  graph.output("next_weights", next.weights);
  const moved = layout.statistics.specs.map(({ name, shape }) => reshape(layers.updates.get(name)!, [...shape]));
  graph.output("next_statistics", concat(moved, 0));
  for (const [n, name] of names.entries()) graph.output(`next_${name}`, next.slots[n]!);
  return { bytes: graph.toBytes(), masks: layers.masks };
}
