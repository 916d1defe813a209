import type { Graph, Value } from "../graph.ts";
import { add, mul, sigmoid, sub, tanh } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import {
  arriving,
  native,
  nativeLengths,
  ones,
  project,
  ReadingOrder,
  recurrentGradient,
  scan,
  scanned,
} from "./recurrent.ts";
import type { RecurrentResult } from "./recurrent.ts";
import { concat, split, transpose } from "./shape.ts";

/** The weights of an LSTM, D directions (1: forward; 2: forward, backward), gates in Keras's order i, f, c, o. */
export interface LstmWeights {
  /** Input weights (D, C, 4H). */
  readonly kernel: Value;
  /** Recurrent weights (D, H, 4H). */
  readonly recurrent: Value;
  /** Bias (D, 4H). */
  readonly bias: Value;
}

/** A logit that switches a gate off. */
const OFF = -1e4;

/**
 * Long short-term memory over x (B, T, C), in one or both directions; with lengths (B) int64 over each clip's real frames.
 *
 * `i, f, o = σ(…)`, `g = tanh(…)` of `x W + h R + b`; `c ← f·c + i·g`; `h ← o·tanh(c)`; states start at zero.
 *
 * For training both directions run in one Scan with a leading axis of D; the input products of all frames are made
 * before it in one matrix product a direction. The backward pass is a second Scan over reversed time that carries the
 * gradients of h and c and emits those of the gates; the gradients of the weights are one matrix product each after it.
 * Padding comes first in the order of reading, with its input gate switched off: c and h stay zero until the first real
 * frame, and every gradient in the padding is zero. Where nothing is differentiable, ONNX's own LSTM operator is used.
 *
 * Source: Hochreiter & Schmidhuber 1997 with forget gate; Keras `LSTM` / `Bidirectional(LSTM)`, with `mask_zero`.
 */
export function lstm(x: Value, weights: LstmWeights, lengths?: Value): RecurrentResult {
  const trained = [x, weights.kernel, weights.recurrent, weights.bias].some((value) => value.differentiable);
  return trained ? trainedLstm(x, weights, lengths) : nativeLstm(x, weights, lengths);
}

function trainedLstm(x: Value, weights: LstmWeights, lengths: Value | undefined): RecurrentResult {
  const units = weights.recurrent.size(1);
  const order = new ReadingOrder(x.size(1), lengths);
  const scale = gateScale(x.graph, units);
  const noInput = Float32Array.from({ length: 4 * units }, (_, column) => (column < units ? OFF : 0));
  const projections = project(x, mul(weights.kernel, scale), mul(weights.bias, scale), order, lengths, noInput);
  const { last, previous } = recurrence(projections, mul(weights.recurrent, scale));
  return scanned(last, previous, order);
}

/**
 * What the columns of gate g are multiplied by in all weights: then one sigmoid serves all four gates, because
 * `tanh(z) = 2σ(2z) − 1`.
 */
function gateScale(graph: Graph, units: number): Value {
  return graph.constant(
    Float32Array.from({ length: 4 * units }, (_, column) => (Math.floor(column / units) === 2 ? 2 : 1)),
    [4 * units],
  );
}

const quarters = (units: number): number[] => [units, units, units, units];

type Four = [Value, Value, Value, Value];

/**
 * The recurrent part for training: projections D × (T, 1, B, 4H) and recurrent weights (D, H, 4H), both gate-scaled.
 *
 * With G = σ(2z), g = 2G − 1, the derivatives of c by the logits of i, f and g are i·g·(1 − i), f·c₋·(1 − f) and 2·i·G·(1 − G),
 * that of h by the logit of o is h·(1 − o), and that of h by c is o·(1 − tanh² c) = o − h·tanh c. All are made here, where
 * their factors are in the cache, so that little is left to the backward Scan.
 */
function recurrence(projections: readonly Value[], recurrent: Value): { last: Value; previous: Value[] } {
  const { graph } = recurrent;
  const directions = projections.length;
  const [frames, batch] = [projections[0]!.size(0), projections[0]!.size(2)];
  const units = recurrent.size(1);
  const state = [directions, batch, units]; // (D, B, H)
  const zero = graph.constant(new Float32Array(directions * batch * units), state);

  const body = graph.subgraph("forward");
  const h = body.input("forward_h", state);
  const c = body.input("forward_c", state);
  const inputs = projections.map((_, d) => body.input(`forward_x${d}`, [1, batch, 4 * units]));
  const gates = sigmoid(add(concat(inputs, 0), matmul(h, body.outer(recurrent)))); // (D, B, 4H)
  const [i, f, halfG, o] = split(gates, quarters(units), 2) as Four;
  const kept = mul(f, c);
  const doubled = mul(i, mul(halfG, body.scalar(2))); // 2·i·G
  const entering = sub(doubled, i); // i·g
  const nextC = add(kept, entering);
  const tanhC = tanh(nextC);
  const nextH = mul(o, tanhC);
  const byLogit = mul(concat([entering, kept, doubled, nextH], 2), sub(body.scalar(1), gates)); // (D, B, 4H)
  const hByC = sub(o, mul(nextH, tanhC)); // (D, B, H)
  const outputs = [nextH, nextC, f, byLogit, hByC, ...split(h, ones(directions), 0)];
  const values = scan(graph, body, [zero, zero], projections, outputs, frames);
  const last = values[0]!;
  const derivatives = values.slice(2, 5); // f (T, D, B, H), by the logits (T, D, B, 4H), of h by c (T, D, B, H)
  const previous = values.slice(5); // h before each frame, D × (T, 1, B, H)

  graph.record([...projections, recurrent], [last, ...previous], ([dLast, ...dPrevious]) => {
    const dGates = backward(graph, recurrent, derivatives, dLast ?? zero, dPrevious, zero); // D × (T, 1, B, 4H)
    return [...dGates, recurrentGradient(previous, dGates)];
  });
  return { last, previous };
}

/** Backpropagation through time: the gradients of the gates before their activations, D × (T, 1, B, 4H). */
function backward(
  graph: Graph,
  recurrent: Value,
  derivatives: readonly Value[],
  dLast: Value,
  dPrevious: readonly (Value | undefined)[],
  zero: Value,
): Value[] {
  const transposed = transpose(recurrent, [0, 2, 1]); // (D, 4H, H)
  const body = graph.subgraph("backward");
  const dh = body.input("backward_dh", zero.shape);
  const dcCarried = body.input("backward_dc", zero.shape);
  const [f, byLogit, hByC] = derivatives.map((value, n) => body.input(`backward_saved${n}`, value.shape.slice(1))) as [
    Value,
    Value,
    Value,
  ];
  const dc = add(dcCarried, mul(dh, hByC));
  const dGates = mul(concat([dc, dc, dc, dh], 2), byLogit); // (D, B, 4H)
  const { known, dh: next } = arriving(body, matmul(dGates, body.outer(transposed)), dPrevious);
  const outputs = [next, mul(dc, f), ...split(dGates, ones(zero.size(0)), 0)];
  return scan(graph, body, [dLast, zero], [...derivatives, ...known], outputs, derivatives[0]!.size(0), true).slice(2);
}

/** ONNX's LSTM operator, which knows lengths and reads both directions in the order of time. */
function nativeLstm(x: Value, { kernel, recurrent, bias }: LstmWeights, lengths: Value | undefined): RecurrentResult {
  const { graph } = x;
  const directions = kernel.size(0);
  const units = recurrent.size(1);
  // Keras: (D, C, 4H) with gates i, f, c, o. ONNX: (D, 4H, C) with gates i, o, f, c.
  const reorder = (w: Value): Value => {
    const [i, f, g, o] = split(w, quarters(units), w.shape.length - 1) as Four;
    const ordered = concat([i, o, f, g], w.shape.length - 1);
    return w.shape.length === 3 ? transpose(ordered, [0, 2, 1]) : ordered;
  };
  const recurrentBias = graph.constant(new Float32Array(directions * 4 * units), [directions, 4 * units]);
  const inputs = [
    transpose(x, [1, 0, 2]),
    reorder(kernel),
    reorder(recurrent),
    concat([reorder(bias), recurrentBias], 1),
    nativeLengths(lengths),
  ];
  const [batch, frames] = [x.shape[0]!, x.shape[1]!];
  const [sequence, last] = graph.emit(
    "LSTM",
    inputs,
    [{ shape: [frames, directions, batch, units] }, { shape: [directions, batch, units] }],
    { hidden_size: { int: units }, direction: { text: directions === 2 ? "bidirectional" : "forward" } },
  ) as [Value, Value];
  return native(sequence, last);
}
