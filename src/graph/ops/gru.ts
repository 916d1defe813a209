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
import { concat, reduceSum, reshape, split, transpose } from "./shape.ts";

/** The weights of a GRU, D directions, gates in Keras's order z, r, h. */
export interface GruWeights {
  /** Input weights (D, C, 3H). */
  readonly kernel: Value;
  /** Recurrent weights (D, H, 3H). */
  readonly recurrent: Value;
  /** Bias of the input products (D, 3H). */
  readonly bias: Value;
  /** Bias of the recurrent products (D, 3H). */
  readonly recurrentBias: Value;
}

/** A logit that keeps the state as it is: the update gate stays at 1. */
const KEEP = 1e4;

type Three = [Value, Value, Value];

const thirds = (units: number): number[] => [units, units, units];

/**
 * Gated recurrent unit over x (B, T, C), in one or both directions; with lengths (B) int64 over each clip's real frames.
 *
 * With X = x W + b and U = h R + bᵣ: `z = σ(X_z + U_z)`, `r = σ(X_r + U_r)`, `n = tanh(X_h + r·U_h)`,
 * `h ← z·h + (1 − z)·n`; the state starts at zero. Built as the LSTM beside it: one Scan for both directions, a second
 * one for the backward pass, and ONNX's own GRU operator where nothing is differentiable.
 *
 * Source: Cho et al. 2014; Keras `GRU(reset_after=True)`, PyTorch `GRU` (gates there in the order r, z, n).
 */
export function gru(x: Value, weights: GruWeights, lengths?: Value): RecurrentResult {
  const all = [x, weights.kernel, weights.recurrent, weights.bias, weights.recurrentBias];
  return all.some((value) => value.differentiable) ? trainedGru(x, weights, lengths) : nativeGru(x, weights, lengths);
}

function trainedGru(x: Value, weights: GruWeights, lengths: Value | undefined): RecurrentResult {
  const units = weights.recurrent.size(1);
  const order = new ReadingOrder(x.size(1), lengths);
  const keep = Float32Array.from({ length: 3 * units }, (_, column) => (column < units ? KEEP : 0));
  const projections = project(x, weights.kernel, weights.bias, order, lengths, keep);
  const { last, previous } = recurrence(projections, weights.recurrent, weights.recurrentBias);
  return scanned(last, previous, order);
}

/** The recurrent part for training: projections D × (T, 1, B, 3H), recurrent weights (D, H, 3H), their bias (D, 3H). */
function recurrence(projections: readonly Value[], recurrent: Value, bias: Value): { last: Value; previous: Value[] } {
  const { graph } = recurrent;
  const directions = projections.length;
  const [frames, batch] = [projections[0]!.size(0), projections[0]!.size(2)];
  const units = recurrent.size(1);
  const state = [directions, batch, units]; // (D, B, H)
  const zero = graph.constant(new Float32Array(directions * batch * units), state);
  const stacked = reshape(bias, [directions, 1, 3 * units]);

  const body = graph.subgraph("forward");
  const h = body.input("forward_h", state);
  const inputs = projections.map((_, d) => body.input(`forward_x${d}`, [1, batch, 3 * units]));
  const [xz, xr, xh] = split(concat(inputs, 0), thirds(units), 2) as Three;
  const products = add(matmul(h, body.outer(recurrent)), body.outer(stacked));
  const [uz, ur, uh] = split(products, thirds(units), 2) as Three;
  const z = sigmoid(add(xz, uz));
  const r = sigmoid(add(xr, ur));
  const n = tanh(add(xh, mul(r, uh)));
  const nextH = add(n, mul(z, sub(h, n)));
  const outputs = [nextH, z, r, n, uh, ...split(h, ones(directions), 0)];
  const values = scan(graph, body, [zero], projections, outputs, frames);
  const last = values[0]!;
  const saved = values.slice(1, 5); // z, r, n, U_h: (T, D, B, H)
  const previous = values.slice(5); // h before each frame, D × (T, 1, B, H)

  graph.record([...projections, recurrent, bias], [last, ...previous], ([dLast, ...dPrevious]) => {
    const stackedPrevious = concat(previous, 1); // (T, D, B, H)
    const results = backward(graph, recurrent, [...saved, stackedPrevious], dLast ?? zero, dPrevious);
    const [dX, dU] = [results.slice(0, directions), results.slice(directions)]; // D × (T, 1, B, 3H)
    const dBias = concat(
      dU.map((dGate) => reshape(reduceSum(dGate, [0, 1, 2]), [1, 3 * units])),
      0,
    );
    return [...dX, recurrentGradient(previous, dU), dBias];
  });
  return { last, previous };
}

/** Backpropagation through time: the gradients of X, then of U, each D × (T, 1, B, 3H). */
function backward(
  graph: Graph,
  recurrent: Value,
  saved: readonly Value[],
  dLast: Value,
  dPrevious: readonly (Value | undefined)[],
): Value[] {
  const [frames, directions, batch, units] = saved[0]!.shape as readonly number[] as [number, number, number, number];
  const transposed = transpose(recurrent, [0, 2, 1]); // (D, 3H, H)
  const body = graph.subgraph("backward");
  const dh = body.input("backward_dh", [directions, batch, units]);
  const [z, r, n, uh, h] = saved.map((value, i) => body.input(`backward_saved${i}`, value.shape.slice(1))) as [
    ...Three,
    Value,
    Value,
  ];
  const one = body.scalar(1);
  const dz = mul(mul(dh, sub(h, n)), mul(z, sub(one, z)));
  const dn = mul(mul(dh, sub(one, z)), sub(one, mul(n, n)));
  const dr = mul(mul(dn, uh), mul(r, sub(one, r)));
  const dX = concat([dz, dr, dn], 2);
  const dU = concat([dz, dr, mul(dn, r)], 2);
  const carried = add(mul(dh, z), matmul(dU, body.outer(transposed)));
  const { known, dh: next } = arriving(body, carried, dPrevious);
  const outputs = [next, ...split(dX, ones(directions), 0), ...split(dU, ones(directions), 0)];
  return scan(graph, body, [dLast], [...saved, ...known], outputs, frames, true).slice(1);
}

/** ONNX's GRU operator with `linear_before_reset`, which is Keras's `reset_after`. */
function nativeGru(x: Value, weights: GruWeights, lengths: Value | undefined): RecurrentResult {
  const { graph } = x;
  const directions = weights.kernel.size(0);
  const units = weights.recurrent.size(1);
  const inputs = [
    transpose(x, [1, 0, 2]),
    transpose(weights.kernel, [0, 2, 1]),
    transpose(weights.recurrent, [0, 2, 1]),
    concat([weights.bias, weights.recurrentBias], 1),
    nativeLengths(lengths),
  ];
  const [batch, frames] = [x.shape[0]!, x.shape[1]!];
  const [sequence, last] = graph.emit(
    "GRU",
    inputs,
    [{ shape: [frames, directions, batch, units] }, { shape: [directions, batch, units] }],
    {
      hidden_size: { int: units },
      direction: { text: directions === 2 ? "bidirectional" : "forward" },
      linear_before_reset: { int: 1 },
    },
  ) as [Value, Value];
  return native(sequence, last);
}
