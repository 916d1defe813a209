import { concat, Graph, reshape, softmaxCrossEntropy } from "../graph/index.ts";
import { fromVectors, Layers, network } from "../model/index.ts";
import type { DropoutMask, NetworkConfig, NetworkLayout } from "../model/index.ts";
import { adam, KERAS_ADAM } from "./optimizer.ts";

/** The size of the batches that a graph is made for. */
export interface BatchSize {
  /** Clips. */
  readonly batch: number;
  /** Frames that clips are padded to, a multiple of `frameMultiple`; default the network's. */
  readonly frames?: number;
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
 * Inputs: x (B, T, F), lengths (B) int64, targets (B, L), weights (P), statistics (S), m (P), v (P), rate (), a mask a dropout layer.
 * Outputs: loss (), logits (B, L), weights, statistics, m, v; with `withGradient` also gradient (P).
 */
export function trainingGraph(
  config: NetworkConfig,
  layout: NetworkLayout,
  { batch, frames = config.frames }: BatchSize,
  { withGradient = false }: { readonly withGradient?: boolean } = {},
): TrainingGraph {
  const graph = new Graph({ name: "training_step" });
  const x = graph.input("x", [batch, frames, config.features]);
  const lengths = graph.input("lengths", [batch], "int64");
  const targets = graph.input("targets", [batch, config.labels]);
  const size = layout.weights.size;
  const weights = graph.input("weights", [size], "float32", true);
  const statistics = graph.input("statistics", [layout.statistics.size]);
  const m = graph.input("m", [size]);
  const v = graph.input("v", [size]);
  const rate = graph.input("rate", []);

  const layers = new Layers(graph, fromVectors(layout, weights, statistics), true);
  const logits = network(x, lengths, layers, config);
  const loss = softmaxCrossEntropy(logits, targets);
  const [gradient] = graph.gradients(loss, [weights]);
  const next = adam(gradient!, { weights, m, v }, rate, KERAS_ADAM);

  const old = layout.statistics.cut(statistics);
  const nextStatistics = layout.statistics.specs.map(({ name, shape }) =>
    reshape(layers.updates.get(name) ?? old.get(name)!, [shape.reduce((a, b) => a * b, 1)]),
  );
  graph.output("loss", loss);
  graph.output("logits", logits);
  graph.output("next_weights", next.weights);
  graph.output("next_statistics", concat(nextStatistics, 0));
  graph.output("next_m", next.m);
  graph.output("next_v", next.v);
  if (withGradient) graph.output("gradient", gradient!);
  return { bytes: graph.toBytes(), masks: layers.masks };
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
