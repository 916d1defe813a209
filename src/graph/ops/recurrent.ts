import type { Graph, Value } from "../graph.ts";
import { add, castTo, sub } from "./elementwise.ts";
import { frameMask, reverseReal } from "./mask.ts";
import { matmul, transposedProduct } from "./matmul.ts";
import { concat, permute, reshape, slice, split, transpose } from "./shape.ts";

/** What LSTM and GRU share: the order of reading, the products before the Scan, and the Scan itself. */

/** What a recurrent layer returns. */
export interface RecurrentResult {
  /** The hidden state after the last real frame that each direction reads, directions side by side: (B, D·H). */
  readonly last: Value;
  /** The hidden state at every frame, directions side by side: (B, T, D·H); zero in the padding. */
  readonly sequence: () => Value;
}

/** A list of `n` ones: the sizes into which an axis is cut, one by one. */
export const ones = (n: number): number[] => Array.from({ length: n }, () => 1);

/** The order in which directions read x (B, T, C), padding first, and the way back to the order of time. */
export class ReadingOrder {
  readonly #lengths: Value | undefined;
  readonly #reversed: readonly number[];

  constructor(frames: number, lengths: Value | undefined) {
    this.#lengths = lengths;
    this.#reversed = Array.from({ length: frames }, (_, t) => frames - 1 - t);
  }

  /** x (B, T, C) as direction `d` reads it: (T, B, C). */
  read(x: Value, d: number): Value {
    if (d === 1) return permute(transpose(x, [1, 0, 2]), this.#reversed);
    return this.#lengths === undefined ? transpose(x, [1, 0, 2]) : this.read(reverseReal(x, this.#lengths), 1);
  }

  /** What direction `d` made of each frame, (T, B, C), in the order of time: (B, T, C). */
  restore(y: Value, d: number): Value {
    if (d === 0 && this.#lengths === undefined) return transpose(y, [1, 0, 2]);
    const forward = transpose(permute(y, this.#reversed), [1, 0, 2]);
    return d === 0 ? reverseReal(forward, this.#lengths!) : forward;
  }
}

/** The result of a Scan: the last state (D, B, H) and, for each direction, that before every frame, D × (T, 1, B, H). */
export function scanned(last: Value, previous: readonly Value[], order: ReadingOrder): RecurrentResult {
  const [directions, batch, units] = [last.size(0), last.size(1), last.size(2)];
  return {
    last: reshape(transpose(last, [1, 0, 2]), [batch, directions * units]),
    sequence: () => {
      const ends = split(last, ones(directions), 0); // D × (1, B, H)
      const inTime = previous.map((state, d) => {
        const frames = state.size(0);
        const known = reshape(state, [frames, batch, units]);
        return order.restore(concat([slice(known, 1, frames, 0), ends[d]!], 0), d);
      });
      return concat(inTime, 2);
    },
  };
}

/** The result of ONNX's own operator: all states (T, D, B, H) in the order of time, and the last (D, B, H). */
export function native(sequence: Value, last: Value): RecurrentResult {
  return {
    last: joined(transpose(last, [1, 0, 2])), // (B, D, H)
    sequence: () => joined(transpose(sequence, [2, 0, 1, 3])), // (B, T, D, H)
  };
}

/** What ONNX's recurrent operators want of lengths (B). */
export function nativeLengths(lengths: Value | undefined): Value | undefined {
  return lengths && castTo(lengths, "int32");
}

/**
 * `x W + b` of all frames in one product a direction: x (B, T, C), kernel (D, C, G), bias (D, G) → D × (T, 1, B, G) in the
 * order of reading. In the padding, `paddingRow` (G) is added: logits that keep the state as it is.
 */
export function project(
  x: Value,
  kernel: Value,
  bias: Value,
  order: ReadingOrder,
  lengths: Value | undefined,
  paddingRow: Float32Array,
): Value[] {
  const { graph } = x;
  const [batch, frames, channels, gates] = [x.size(0), x.size(1), x.size(2), kernel.size(2)];
  // The padding is one more column of x, so that its logits cost no pass over the product.
  const padding = lengths && sub(graph.scalar(1), frameMask(lengths, x)); // (B, T, 1)
  const input = padding === undefined ? x : concat([x, padding], 2);
  const row = padding === undefined ? [] : [graph.constant(paddingRow, [1, gates])];
  const biases = split(bias, ones(bias.size(0)), 0);
  return split(kernel, ones(kernel.size(0)), 0).map((part, d) => {
    const own = reshape(part, [channels, gates]);
    const weights = row.length === 0 ? own : concat([own, ...row], 0);
    const product = matmul(reshape(order.read(input, d), [frames * batch, input.size(2)]), weights);
    return reshape(add(reshape(product, [frames, batch, gates]), biases[d]!), [frames, 1, batch, gates]);
  });
}

/** Σ over frames of previousᵀ dGates, for each direction: D × (T, 1, B, H) and D × (T, 1, B, G) → (D, H, G). */
export function recurrentGradient(previous: readonly Value[], dGates: readonly Value[]): Value {
  const parts = dGates.map((dGate, d) => {
    const product = transposedProduct(previous[d]!, dGate);
    return reshape(product, [1, ...product.shape]);
  });
  return concat(parts, 0);
}

/**
 * Inside a backward Scan: the gradient of h that goes on to the frame before, with what arrives there from elsewhere.
 *
 * @param dPrevious Gradients of each direction's states before every frame, D × (T, 1, B, H): of all directions, or of none.
 * @returns Which of them the Scan must scan, after its other inputs, and dh (D, B, H).
 */
export function arriving(
  body: Graph,
  carried: Value,
  dPrevious: readonly (Value | undefined)[],
): { readonly known: readonly Value[]; readonly dh: Value } {
  const known = dPrevious.filter((dState) => dState !== undefined);
  const frames = known.map((dState, d) => body.input(`backward_dy${d}`, dState.shape.slice(1)));
  return { known, dh: known.length === 0 ? carried : add(carried, concat(frames, 0)) };
}

/** Emits a Scan over the outermost axis; `outputs` are the new states, then one frame of each scanned output. */
export function scan(
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

/** (…, D, H) as (…, D·H). */
function joined(x: Value): Value {
  const parts = split(x, ones(x.size(-2)), x.shape.length - 2);
  const axes = x.graph.ints(x.shape.length - 2);
  return concat(
    parts.map((part) => x.graph.emit1("Squeeze", [part, axes], x.shape.toSpliced(-2, 1))),
    x.shape.length - 2,
  );
}
