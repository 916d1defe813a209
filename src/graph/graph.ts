import { encodeOnnx } from "../onnx/index.ts";
import type { Dim, ElementType, OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, OnnxValue } from "../onnx/index.ts";

/** The version of ONNX's operators that every graph of ours is written in. */
export const OPSET = 17;

/** Sizes of a tensor, outermost first. A text is a size known only when the graph runs. */
export type Shape = readonly Dim[];

/**
 * A tensor in a graph under construction: nothing is computed until ONNX Runtime runs the finished graph.
 *
 * `differentiable` is true for parameters and for everything computed from them: gradients flow through these alone, so
 * a gradient that nobody asked for (of the input features, say) costs nothing.
 */
export class Value {
  readonly graph: Graph;
  readonly name: string;
  /** Of its elements. */
  readonly type: ElementType;
  readonly shape: Shape;
  /** Whether gradients flow through it. */
  readonly differentiable: boolean;

  constructor(graph: Graph, name: string, type: ElementType, shape: Shape, differentiable: boolean) {
    this.graph = graph;
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.differentiable = differentiable;
  }

  /** Size of axis `axis` (negative counts from the end), which must be known now. */
  size(axis: number): number {
    const dim = this.shape.at(axis);
    if (typeof dim !== "number") throw new RangeError(`graph: axis ${axis} of ${this} has no size that is known now`);
    return dim;
  }

  /** Name, type and shape, for messages. */
  toString(): string {
    return `${this.name}: ${this.type}[${this.shape.join(", ")}]`;
  }
}

/** From the gradients of an operation's outputs to those of its inputs; undefined stands for zero. */
export type Backward = (gradients: readonly (Value | undefined)[]) => readonly (Value | undefined)[];

interface TapeEntry {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly backward: Backward;
}

/** What an operation of {@link Graph.emit} returns: type (default: that of the first input) and shape. */
export interface OutputSpec {
  readonly type?: ElementType;
  readonly shape: Shape;
}

/** Options of a {@link Graph}. */
export interface GraphOptions {
  readonly name?: string;
  /** What "a float" is. Training and serving use float32; tests check gradients sharply in float64. */
  readonly float?: "float32" | "float64";
}

/**
 * Builds an ONNX graph, and remembers how to differentiate it.
 *
 * Why it exists: ONNX Runtime has fast kernels on every platform, but cannot train. Here a training step is an ordinary
 * ONNX graph: the functions in `ops/` emit the forward pass and note its gradient rule on a tape; {@link gradients}
 * walks the tape backwards and emits the backward pass into the same graph.
 */
export class Graph {
  readonly name: string;
  /** What "a float" is in it. */
  readonly float: "float32" | "float64";
  readonly #parent: Graph | undefined;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #inputs: OnnxValue[] = [];
  readonly #outputs: OnnxValue[] = [];
  readonly #constants = new Map<string, Value>();
  readonly #tape: TapeEntry[] = [];
  #counter = 0;
  #recording = true;

  constructor({ name = "graph", float = "float32" }: GraphOptions = {}, parent?: Graph) {
    this.name = name;
    this.float = float;
    this.#parent = parent;
  }

  /** A graph for the body of a Scan; it may use this graph's values. Names stay unique across both. */
  subgraph(name: string): Graph {
    return new Graph({ name, float: this.float }, this);
  }

  /** A `value` of the surrounding graph, shape kept, to be used in this body; no gradient flows through the tape of a body. */
  outer(value: Value): Value {
    return new Value(this, value.name, value.type, value.shape, false);
  }

  /** Declares an input of shape `shape` that is fed when the graph runs. */
  input(name: string, shape: Shape, type: ElementType = this.float, differentiable = false): Value {
    this.#inputs.push({ name, type, shape });
    return new Value(this, name, type, shape, differentiable);
  }

  /** A named tensor of shape `shape` stored in the file, its elements in `data`, the last axis fastest: a weight. */
  initializer(name: string, data: ArrayLike<number>, shape: readonly number[], type: ElementType = this.float): Value {
    this.#initializers.push({ name, type, shape, data: tensorBytes(data, type) });
    return new Value(this, name, type, shape, false);
  }

  /** A constant scalar of type float, any finite `value`; equal ones are stored once. Shape (). */
  scalar(value: number): Value {
    return this.constant([value], []);
  }

  /** A constant tensor of shape `shape`, its elements in `data`, the last axis fastest; equal ones are stored once. */
  constant(data: ArrayLike<number>, shape: readonly number[], type: ElementType = this.float): Value {
    const key = data.length <= 16 ? `${type}[${shape.join()}]${Array.from(data).join()}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const value = this.initializer(this.#fresh("constant"), data, shape, type);
    if (key !== undefined) this.#constants.set(key, value);
    return value;
  }

  /** A constant vector (values) of int64, one element for each of `values`: axes, sizes … as ONNX's operators want them. */
  ints(...values: number[]): Value {
    return this.constant(values, [values.length], "int64");
  }

  /** Emits one ONNX node with `inputs` of any shapes, as the operator wants them. Shapes of outputs are given by the caller, ONNX Runtime checks them when the session is made. */
  emit(
    type: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly OutputSpec[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): Value[] {
    const first = inputs.find((input) => input !== undefined);
    const differentiable = inputs.some((input) => input?.differentiable);
    const values = outputs.map(
      (spec) =>
        new Value(
          this,
          this.#fresh(type.toLowerCase()),
          spec.type ?? first?.type ?? this.float,
          spec.shape,
          differentiable,
        ),
    );
    this.#nodes.push({
      type,
      inputs: inputs.map((input) => input?.name ?? ""),
      outputs: values.map((value) => value.name),
      attributes,
    });
    return values;
  }

  /** Emits one ONNX node with `inputs` as the operator wants them, of any shapes, and one output of shape `shape`. */
  emit1(
    type: string,
    inputs: readonly (Value | undefined)[],
    shape: Shape,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    outputType?: ElementType,
  ): Value {
    return this.emit(
      type,
      inputs,
      [outputType === undefined ? { shape } : { shape, type: outputType }],
      attributes,
    )[0]!;
  }

  /** Notes on the tape how the gradients of `outputs` become those of `inputs`, each of the shape of its value. */
  record(inputs: readonly Value[], outputs: readonly Value[], backward: Backward): void {
    if (this.#recording && inputs.some((input) => input.differentiable)) {
      this.#tape.push({ inputs, outputs, backward });
    }
  }

  /** What `build` emits, without notes on the tape: for parts of what has a gradient rule of its own. */
  untaped<T>(build: () => T): T {
    const before = this.#recording;
    this.#recording = false;
    const built = build();
    this.#recording = before;
    return built;
  }

  /** Names a `value` of any shape as an output of the graph. */
  output(name: string, value: Value): void {
    this.#nodes.push({ type: "Identity", inputs: [value.name], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type: value.type, shape: value.shape });
  }

  /** Makes `values`, of any shapes, that this graph computed its outputs, under the names that they have: for the body of a Scan. */
  results(values: readonly Value[]): void {
    this.#outputs.push(...values.map(({ name, type, shape }) => ({ name, type, shape })));
  }

  /**
   * Reverse-mode differentiation: the gradients of `loss` (a scalar) with respect to `values`, emitted into this graph.
   *
   * @throws RangeError when a value does not influence the loss: a parameter that would never learn is a mistake.
   */
  gradients(loss: Value, values: readonly Value[]): Value[] {
    const gradientOf = new Map<Value, Value>([[loss, this.scalar(1)]]);
    for (const { inputs, outputs, backward } of this.#tape.toReversed()) {
      const incoming = outputs.map((output) => gradientOf.get(output));
      if (incoming.every((gradient) => gradient === undefined)) continue;
      const outgoing = this.untaped(() => backward(incoming));
      for (const [i, input] of inputs.entries()) {
        const gradient = outgoing[i];
        if (gradient === undefined || !input.differentiable) continue;
        const sum = gradientOf.get(input);
        gradientOf.set(input, sum === undefined ? gradient : this.emit1("Add", [sum, gradient], input.shape));
      }
    }
    return values.map((value) => {
      const gradient = gradientOf.get(value);
      if (gradient === undefined) throw new RangeError(`graph: the loss does not depend on ${value}`);
      return gradient;
    });
  }

  /** This graph as ONNX's structure. */
  toOnnxGraph(): OnnxGraph {
    return {
      name: this.name,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: this.#outputs,
    };
  }

  /** The bytes of an `.onnx` file with this graph and the given `metadata_props`. */
  toBytes(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    return encodeOnnx({ graph: this.toOnnxGraph(), opset: OPSET, producer: "speech-emotion", metadata });
  }

  #fresh(stem: string): string {
    return this.#parent === undefined ? `${stem}_${this.#counter++}` : this.#parent.#fresh(`${this.name}_${stem}`);
  }
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

function tensorBytes(data: ArrayLike<number>, type: ElementType): Uint8Array {
  const array =
    type === "int64"
      ? BigInt64Array.from(Array.from(data, BigInt))
      : arrays[type === "bool" ? "uint8" : type].from(data);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** `dim` and `by` more: a number, or a text such as "frames+4" (and "frames" again when 4 are taken away). */
export function shiftDim(dim: Dim, by: number): Dim {
  if (typeof dim === "number") return dim + by;
  const [, base, offset] = /^(.*?)([+-]\d+)?$/.exec(dim)!;
  const sum = Number(offset ?? 0) + by;
  return sum === 0 ? base! : `${base}${sum > 0 ? "+" : ""}${sum}`;
}

/** The shape of `a` and `b` broadcast together by ONNX's (NumPy's) rule. */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === 1) return y;
    if (y === 1 || x === y) return x;
    throw new RangeError(`graph: shapes [${a.join(", ")}] and [${b.join(", ")}] do not broadcast (${x} against ${y})`);
  });
}
