import { add, concat, Graph, mul, reshape, softmaxCrossEntropy, split, type Value } from "../graph/index.ts";
import { fromVectors, Layers, network } from "../model/index.ts";
import type { DropoutMask, NetworkConfig, NetworkLayout } from "../model/index.ts";
import { KERAS_ADAM, optimizerStep, slotNames, type OptimizerConfig } from "./optimizer.ts";

/** The size of the batches that a graph is made for. */
export interface BatchSize {
  /** Clips. */
  readonly batch: number;
  /** Frames that clips are padded to, a multiple of `frameMultiple`; default the network's. */
  readonly frames?: number;
}

/** What {@link trainingGraph} may be told. */
export interface TrainingGraphOptions {
  /** Default: Keras's Adam. */
  readonly optimizer?: OptimizerConfig;
  /** Also gives the gradient of the loss: for tests. */
  readonly withGradient?: boolean;
}

/** A training step as one ONNX graph. */
export interface TrainingGraph {
  readonly bytes: Uint8Array;
  /** The dropout masks that it wants as inputs. */
  readonly masks: readonly DropoutMask[];
}

/**
 * The whole training step for batches of one size and number of frames: forward, loss, backward, Adam, statistics.
 *
 * Inputs: x (B, T, F), lengths (B) int64, targets (B, L), for a branch of functionals these three again as plain_x …, weights (P), statistics (S), a vector (P) for each slot of the
 * optimiser, rates (3), a mask a dropout layer. Outputs: loss (), logits (B, L), next_weights, next_statistics, next_… for
 * each slot; with `withGradient` also gradient (P).
 */
export function trainingGraph(
  config: NetworkConfig,
  layout: NetworkLayout,
  { batch, frames = config.frames }: BatchSize,
  { optimizer = KERAS_ADAM, withGradient = false }: TrainingGraphOptions = {},
): TrainingGraph {
  const graph = new Graph({ name: "training_step" });
  const x = graph.input("x", [batch, frames, config.features]);
  const lengths = graph.input("lengths", [batch], "int64");
  const targets = graph.input("targets", [batch, config.labels]);
  const size = layout.weights.size;
  const weights = graph.input("weights", [size], "float32", true);
  const statistics = graph.input("statistics", [layout.statistics.size]);
  const names = slotNames(optimizer);
  const slots = names.map((name) => graph.input(name, [size]));
  const [rate, learningRate, keep] = split(graph.input("rates", [3]), [1, 1, 1], 0) as [Value, Value, Value];

  const layers = new Layers(graph, fromVectors(layout, weights, statistics), true);
  const plain = config.functionals && {
    x: graph.input("plain_x", [batch, frames, config.features]),
    lengths: graph.input("plain_lengths", [batch], "int64"),
    targets: graph.input("plain_targets", [batch, config.labels]),
  };
  const logits = network(x, lengths, layers, config, plain);
  const loss = plain === undefined ? softmaxCrossEntropy(logits, targets) : shared(layers, [targets, plain.targets]);
  const [gradient] = graph.gradients(loss, [weights]);
  const next = optimizerStep(gradient!, { weights, slots }, { rate, learningRate, keep }, optimizer);

  const old = layout.statistics.cut(statistics);
  const nextStatistics = layout.statistics.specs.map(({ name, shape }) =>
    reshape(layers.updates.get(name) ?? old.get(name)!, [shape.reduce((a, b) => a * b, 1)]),
  );
  graph.output("loss", loss);
  graph.output("logits", logits);
  graph.output("next_weights", next.weights);
  graph.output("next_statistics", concat(nextStatistics, 0));
  for (const [i, name] of names.entries()) graph.output(`next_${name}`, next.slots[i]!);
  if (withGradient) graph.output("gradient", gradient!);
  return { bytes: graph.toBytes(), masks: layers.masks };
}

/**
 * The mean of what each branch loses alone against its own targets. Judged together, the one that learns faster would leave
 * the other nothing to learn.
 */
function shared({ voices }: Layers, targets: readonly Value[]): Value {
  const losses = voices.map((voice, i) => softmaxCrossEntropy(voice, targets[i]!));
  return mul(losses.reduce(add), losses[0]!.graph.scalar(1 / losses.length));
}

/**
 * The forward pass for weights that are fed: x (batch, frames, F), lengths (batch) int64, weights (P), statistics (S) →
 * logits (batch, L). Frames must be a multiple of `frameMultiple`; unmasked, exactly as many as the network's.
 */
export function evaluationGraph(config: NetworkConfig, layout: NetworkLayout): Uint8Array {
  const graph = new Graph({ name: "evaluation" });
  const x = graph.input("x", ["batch", config.masked ? "frames" : config.frames, config.features]);
  const lengths = graph.input("lengths", ["batch"], "int64");
  const weights = graph.input("weights", [layout.weights.size]);
  const statistics = graph.input("statistics", [layout.statistics.size]);
  const layers = new Layers(graph, fromVectors(layout, weights, statistics), false);
  graph.output("logits", network(x, lengths, layers, config));
  return graph.toBytes();
}

/** The dropout masks that {@link trainingGraph} wants as inputs for batches of that size. */
export function dropoutsOf(
  config: NetworkConfig,
  { batch, frames = config.frames }: BatchSize,
): readonly DropoutMask[] {
  const graph = new Graph();
  const x = graph.input("x", [batch, frames, config.features]);
  const lengths = graph.input("lengths", [batch], "int64");
  const layers = new Layers(graph, ({ name, shape }) => graph.input(name, shape), true);
  network(x, lengths, layers, config);
  return layers.masks;
}
