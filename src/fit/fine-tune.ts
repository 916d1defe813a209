import { add, dense, Graph, mul, reduceSum, reshape, softmaxCrossEntropy, split, sub } from "../graph/index.ts";
import type { Value } from "../graph/index.ts";
import { HEAD, layoutOf, type Model } from "../model/index.ts";
import { floats, Session, type SessionOptions } from "../runtime/index.ts";
import { KERAS_ADAM, optimizerStep, slotNames, stepRates } from "./optimizer.ts";

/** How {@link fineTuneHead} learns. */
export interface FineTuneOptions {
  /** Steps of Adam, each over all clips; default 100. */
  readonly steps?: number;
  /** Default 0.01. */
  readonly learningRate?: number;
  /** What the squared distance from the weights at the start costs, per clip-averaged nat; default 1. */
  readonly anchor?: number;
}

/**
 * The last layer of a network, taught a few clips of one voice: logistic regression on what the layers before make of
 * them, held near the weights that many voices taught.
 *
 * @param hidden what the last layer is given for each clip, shape (clips × units), row-major: see `encodeHidden`
 * @param targets shape (clips × labels), rows summing to 1
 * @returns the model's weights (P), a copy that differs in the last layer alone
 */
export async function fineTuneHead(
  model: Pick<Model, "metadata" | "weights">,
  hidden: Float32Array,
  targets: Float32Array,
  { steps = 100, learningRate = 0.01, anchor = 1 }: FineTuneOptions = {},
  session: SessionOptions = { threads: 1 },
): Promise<Float32Array> {
  const { labels } = model.metadata.network;
  const clips = targets.length / labels;
  const units = hidden.length / clips;
  const layout = layoutOf(model.metadata.network).weights;
  const weights = model.weights.slice();
  const [kernel, bias] = [layout.view(weights, `${HEAD}/kernel`), layout.view(weights, `${HEAD}/bias`)];
  const start = Float32Array.from([...kernel, ...bias]);

  const run = await Session.create(headStep(start, clips, units, labels, anchor), session);
  const shape = [start.length];
  let head: Float32Array = start;
  let slots: Record<string, Float32Array> = Object.fromEntries(
    slotNames(KERAS_ADAM).map((name) => [name, new Float32Array(start.length)]),
  );
  for (let step = 1; step <= steps; step++) {
    const next = await run.run({
      hidden: floats(hidden, [clips, units]),
      targets: floats(targets, [clips, labels]),
      head: floats(head, shape),
      ...Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, floats(slot, shape)])),
      rates: floats(stepRates(learningRate, step, KERAS_ADAM), [3]),
    });
    head = next["next_head"]!.data as Float32Array;
    slots = Object.fromEntries(Object.keys(slots).map((name) => [name, next[`next_${name}`]!.data as Float32Array]));
  }
  await run.release();
  kernel.set(head.subarray(0, kernel.length));
  bias.set(head.subarray(kernel.length));
  return weights;
}

/** One step of Adam on kernel and bias, one behind the other in one vector. */
function headStep(start: Float32Array, clips: number, units: number, labels: number, anchor: number): Uint8Array {
  const graph = new Graph({ name: "fine_tuning_step" });
  const hidden = graph.input("hidden", [clips, units]);
  const targets = graph.input("targets", [clips, labels]);
  const head = graph.input("head", [start.length], "float32", true);
  const slots = slotNames(KERAS_ADAM).map((name) => graph.input(name, [start.length]));
  const [rate, learningRate, keep] = split(graph.input("rates", [3]), [1, 1, 1], 0) as [Value, Value, Value];
  const [kernel, bias] = split(head, [units * labels, labels], 0) as [Value, Value];
  const logits = dense(hidden, reshape(kernel, [units, labels]), bias);
  const away = sub(head, graph.constant(start, [start.length]));
  const held = mul(reduceSum(mul(away, away), [0]), graph.scalar(anchor));
  const [gradient] = graph.gradients(add(softmaxCrossEntropy(logits, targets), held), [head]);
  const next = optimizerStep(gradient!, { weights: head, slots }, { rate, learningRate, keep }, KERAS_ADAM);
  graph.output("next_head", next.weights);
  for (const [i, name] of slotNames(KERAS_ADAM).entries()) graph.output(`next_${name}`, next.slots[i]!);
  return graph.toBytes();
}
