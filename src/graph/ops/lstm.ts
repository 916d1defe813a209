import type { Graph, Value } from "../graph.ts";
import { add, mul, sigmoid, sub, tanh } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { concat, permute, reshape, slice, split, transpose } from "./shape.ts";

/** The weights of an LSTM, D directions (1: forward; 2: forward, backward), gates in Keras's order i, f, c, o. */
export interface LstmWeights {
  /** Input weights (D, C, 4H). */
  readonly kernel: Value;
  /** Recurrent weights (D, H, 4H). */
  readonly recurrent: Value;
  /** Bias (D, 4H). */
  readonly bias: Value;
}

/** What {@link lstm} returns. */
export interface LstmResult {
  /** The hidden state after the last frame that each direction reads, directions side by side: (B, D·H). */
  readonly last: Value;
  /** The hidden state at every frame, directions side by side: (B, T, D·H). */
  readonly sequence: () => Value;
}

/**
 * Long short-term memory over x (B, T, C), in one or both directions.
 *
 * `i, f, o = σ(…)`, `g = tanh(…)` of `x W + h R + b`; `c ← f·c + i·g`; `h ← o·tanh(c)`; states start at zero.
 *
 * For training both directions run in one Scan with a leading axis of D; the input products of all frames are made
 * before it in one matrix product a direction. The backward pass is a second Scan over reversed time that carries the
 * gradients of h and c and emits those of the gates; the gradients of the weights are one matrix product each after it.
 * Where nothing is differentiable, ONNX's own LSTM operator is used.
 *
 * Source: Hochreiter & Schmidhuber 1997 with forget gate; Keras `LSTM` / `Bidirectional(LSTM)`.
 */
export function lstm(x: Value, weights: LstmWeights): LstmResult {
  const directions = weights.kernel.size(0);
  const units = weights.recurrent.size(1);
  const frames = x.size(1);
  const channels = x.size(2);
  const timeMajor = transpose(x, [1, 0, 2]); // (T, B, C)
  const reversed = Array.from({ length: frames }, (_, t) => frames - 1 - t);

  let last: Value; // (D, B, H)
  let states: Value[]; // D × (T, B, H), each in the order in which its direction reads
  if ([x, weights.kernel, weights.recurrent, weights.bias].some((value) => value.differentiable)) {
    const batch = x.size(0);
    const scale = gateScale(x.graph, units);
    const kernels = split(mul(weights.kernel, scale), ones(directions), 0);
    const biases = split(mul(weights.bias, scale), ones(directions), 0);
    const projections = kernels.map((kernel, d) => {
      const input = d === 0 ? timeMajor : permute(timeMajor, reversed);
      const product = matmul(reshape(input, [frames * batch, channels]), reshape(kernel, [channels, 4 * units]));
      const biased = add(reshape(product, [frames, batch, 4 * units]), biases[d]!);
      return reshape(biased, [frames, 1, batch, 4 * units]);
    });
    const trained = recurrence(projections, mul(weights.recurrent, scale));
    last = trained.last;
    states = trained.states.map((state) => reshape(state, [frames, batch, units]));
  } else {
    const result = nativeLstm(timeMajor, weights);
    last = result.last;
    states = result.states;
    if (directions === 2) states[1] = permute(states[1]!, reversed);
  }
  return {
    last: reshape(transpose(last, [1, 0, 2]), [x.shape[0]!, directions * units]),
    sequence: () => {
      const inTime = states.map((state, d) => (d === 0 ? state : permute(state, reversed)));
      return transpose(concat(inTime, 2), [1, 0, 2]);
    },
  };
}

const ones = (n: number): number[] => Array.from({ length: n }, () => 1);

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

/** The recurrent part for training: projections D × (T, 1, B, 4H) and recurrent weights (D, H, 4H), both gate-scaled. */
function recurrence(projections: readonly Value[], recurrent: Value): { last: Value; states: Value[] } {
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
  const g = sub(mul(halfG, body.scalar(2)), body.scalar(1));
  const nextC = add(mul(f, c), mul(i, g));
  const tanhC = tanh(nextC);
  const nextH = mul(o, tanhC);
  const eachH = split(nextH, ones(directions), 0); // D × (1, B, H)
  const outputs = [nextH, nextC, gates, g, tanhC, copy(nextC), ...eachH];
  const values = scan(graph, body, [zero, zero], projections, outputs, frames);
  const last = values[0]!;
  const saved = values.slice(2, 5); // gates (T, D, B, 4H); g and tanh(c) (T, D, B, H)
  const cells = values[5]!; // c after each frame, (T, D, B, H)
  const states = values.slice(6); // h after each frame, D × (T, 1, B, H)

  graph.record([...projections, recurrent], [last, ...states], ([dLast, ...dStates]) => {
    const inputsBack = [...saved, before(cells, frames)];
    const dGates = backward(graph, recurrent, inputsBack, dLast ?? zero, dStates, zero); // D × (T, 1, B, 4H)
    const dRecurrent = dGates.map((dGate, d) => {
      const previous = reshape(before(states[d]!, frames), [frames * batch, units]);
      const product = graph.emit1("Gemm", [previous, reshape(dGate, [frames * batch, 4 * units])], [units, 4 * units], {
        transA: { int: 1 },
      });
      return reshape(product, [1, units, 4 * units]);
    });
    return [...dGates, concat(dRecurrent, 0)];
  });
  return { last, states };
}

/** x (T, …) one frame later: zeros come first, the last frame falls out. */
function before(x: Value, frames: number): Value {
  const zeros = x.graph.constant(
    new Float32Array(x.shape.slice(1).reduce<number>((product, dim) => product * Number(dim), 1)),
    [1, ...(x.shape.slice(1) as number[])],
  );
  return frames === 1 ? zeros : concat([zeros, slice(x, 0, frames - 1, 0)], 0);
}

/** The same tensor under another name: a Scan wants each of its outputs to be one of its own. */
function copy(x: Value): Value {
  return x.graph.emit1("Identity", [x], x.shape);
}

/** Backpropagation through time: the gradients of the gates before their activations, D × (T, 1, B, 4H). */
function backward(
  graph: Graph,
  recurrent: Value,
  saved: readonly Value[],
  dLast: Value,
  dStates: readonly (Value | undefined)[],
  zero: Value,
): Value[] {
  const [frames, directions, batch, units] = [0, 1, 2, 3].map((axis) => saved[1]!.size(axis)) as [
    number,
    number,
    number,
    number,
  ];
  const state = [directions, batch, units];
  const transposed = transpose(recurrent, [0, 2, 1]); // (D, 4H, H)
  const body = graph.subgraph("backward");
  const dhCarried = body.input("backward_dh", state);
  const dcCarried = body.input("backward_dc", state);
  const [gates, g, tanhC, previousC] = saved.map((value, n) =>
    body.input(`backward_saved${n}`, value.shape.slice(1)),
  ) as Four;
  const [i, f, , o] = split(gates, quarters(units), 2) as Four;
  const known = dStates.filter((dState) => dState !== undefined);
  const dFrames = known.map((_, d) => body.input(`backward_dy${d}`, [1, batch, units]));
  const dh = known.length === 0 ? dhCarried : add(dhCarried, concat(dFrames, 0));
  const one = body.scalar(1);
  const dc = add(dcCarried, mul(mul(dh, o), sub(one, mul(tanhC, tanhC))));
  const dActivations = concat([mul(dc, g), mul(dc, previousC), mul(mul(dc, i), body.scalar(2)), mul(dh, tanhC)], 2);
  const dGates = mul(dActivations, mul(gates, sub(one, gates))); // σ′ = σ (1 − σ), (D, B, 4H)
  const outputs = [matmul(dGates, body.outer(transposed)), mul(dc, f), ...split(dGates, ones(directions), 0)];
  return scan(graph, body, [dLast, zero], [...saved, ...known], outputs, frames, true).slice(2);
}

/** Emits a Scan over the outermost axis; `outputs` are the new states, then one frame of each scanned output. */
function scan(
  graph: Graph,
  body: Graph,
  initial: readonly Value[],
  scanned: readonly Value[],
  outputs: readonly Value[],
  frames: number,
  reverse = false,
): Value[] {
  body.results(outputs);
  const order = (count: number): number[] => Array.from({ length: count }, () => (reverse ? 1 : 0));
  return graph.emit(
    "Scan",
    [...initial, ...scanned],
    outputs.map(({ shape }, n) => ({ shape: n < initial.length ? shape : [frames, ...shape] })),
    {
      body: { graph: body.toOnnxGraph() },
      num_scan_inputs: { int: scanned.length },
      scan_input_directions: { ints: order(scanned.length) },
      scan_output_directions: { ints: order(outputs.length - initial.length) },
    },
  );
}

/** ONNX's LSTM operator: x (T, B, C) → last (D, B, H), states D × (T, B, H), all in the order of time. */
function nativeLstm(x: Value, { kernel, recurrent, bias }: LstmWeights): { last: Value; states: Value[] } {
  const { graph } = x;
  const directions = kernel.size(0);
  const units = recurrent.size(1);
  // Keras: (D, C, 4H) with gates i, f, c, o. ONNX: (D, 4H, C) with gates i, o, f, c.
  const reorder = (w: Value): Value => {
    const [i, f, g, o] = split(w, [units, units, units, units], w.shape.length - 1) as [Value, Value, Value, Value];
    const ordered = concat([i, o, f, g], w.shape.length - 1);
    return w.shape.length === 3 ? transpose(ordered, [0, 2, 1]) : ordered;
  };
  const b = reorder(bias);
  const recurrentBias = graph.constant(new Float32Array(directions * 4 * units), [directions, 4 * units]);
  const [frames, batch] = x.shape;
  const [sequence, last] = graph.emit(
    "LSTM",
    [x, reorder(kernel), reorder(recurrent), concat([b, recurrentBias], 1)],
    [{ shape: [frames!, directions, batch!, units] }, { shape: [directions, batch!, units] }],
    { hidden_size: { int: units }, direction: { text: directions === 2 ? "bidirectional" : "forward" } },
  ) as [Value, Value];
  const states = split(sequence, ones(directions), 1).map((state) => reshape(state, [frames!, batch!, units]));
  return { last, states };
}
