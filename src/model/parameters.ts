import { Graph, reshape, split, type Value } from "../graph/index.ts";
import { Random } from "../random.ts";
import { cnnBiLstm, type CnnBiLstmConfig } from "./cnn-bilstm.ts";
import { Layers, type ParameterSource, type ParameterSpec } from "./layers.ts";

/** Every architecture that a model file can name. */
export type NetworkConfig = CnnBiLstmConfig;

/**
 * Builds the network that `config` describes: x, raw features (B, T, F), lengths (B) int64 → logits (B, labels); `plain`: what
 * functionals are measured on, default x.
 */
export function network(
  x: Value,
  lengths: Value,
  layers: Layers,
  config: NetworkConfig,
  plain?: { readonly x: Value; readonly lengths: Value },
): Value {
  return cnnBiLstm(x, lengths, layers, config, plain);
}

/** Some parameters, one behind the other in one vector. */
export class ParameterLayout {
  /** The parameters, in the order of the vector. */
  readonly specs: readonly ParameterSpec[];
  /** How many numbers the vector has. */
  readonly size: number;
  readonly #offsets = new Map<string, number>();

  constructor(specs: readonly ParameterSpec[]) {
    this.specs = specs;
    let offset = 0;
    for (const spec of specs) {
      this.#offsets.set(spec.name, offset);
      offset += sizeOf(spec);
    }
    this.size = offset;
  }

  /** A view of one parameter, its elements row after row, in a `vector` of this layout, shape (size). */
  view(vector: Float32Array, name: string): Float32Array {
    const spec = this.specs.find((s) => s.name === name);
    if (spec === undefined) throw new RangeError(`parameters: there is none named ${name}`);
    const offset = this.#offsets.get(name)!;
    return vector.subarray(offset, offset + sizeOf(spec));
  }

  /** First values, each parameter from a stream of its own. */
  initialize(seed: number): Float32Array {
    const vector = new Float32Array(this.size);
    for (const spec of this.specs) {
      vector.set(spec.initializer(spec.shape, new Random(seed, "parameter", spec.name)), this.#offsets.get(spec.name)!);
    }
    return vector;
  }

  /** The parameters by name as tensors of a graph, each of its own shape, cut from a `vector` (size) in it. */
  cut(vector: Value): Map<string, Value> {
    const pieces = split(vector, this.specs.map(sizeOf), 0);
    return new Map(this.specs.map((spec, i) => [spec.name, reshape(pieces[i]!, spec.shape)]));
  }
}

function sizeOf(spec: ParameterSpec): number {
  return spec.shape.reduce((product, dim) => product * dim, 1);
}

/** What a network owns: the weights that gradients teach, and the statistics that are gathered. */
export interface NetworkLayout {
  /** What gradients teach. */
  readonly weights: ParameterLayout;
  /** What is gathered from the training part: standardiser, running means. */
  readonly statistics: ParameterLayout;
}

/** The layout of a network's parameters. */
export function layoutOf(config: NetworkConfig): NetworkLayout {
  const graph = new Graph();
  const x = graph.input("x", [1, config.frames, config.features]);
  const lengths = graph.input("lengths", [1], "int64");
  const layers = new Layers(graph, ({ name, shape }) => graph.input(name, shape), false);
  network(x, lengths, layers, config);
  return splitLayout(layers.specs);
}

/** Parameters that are taught, and those that are gathered. */
export function splitLayout(specs: readonly ParameterSpec[]): NetworkLayout {
  return {
    weights: new ParameterLayout(specs.filter((spec) => spec.trainable)),
    statistics: new ParameterLayout(specs.filter((spec) => !spec.trainable)),
  };
}

/** Takes parameters from the two vectors of a {@link NetworkLayout}, `weights` and `statistics`, each (size): values of a graph. */
export function fromVectors(layout: NetworkLayout, weights: Value, statistics: Value): ParameterSource {
  const pieces = new Map([...layout.weights.cut(weights), ...layout.statistics.cut(statistics)]);
  return (spec) => pieces.get(spec.name)!;
}
