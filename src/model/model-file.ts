import { joinBytes } from "../bytes.ts";
import { floatsOf } from "../bytes.ts";
import { InputError } from "../errors.ts";
import { sha256 } from "../sha256.ts";
import {
  decodeOnnx,
  div,
  encodeMetadataEntry,
  Graph,
  mul,
  pad,
  softmax,
  zeroBeyond,
  type OnnxModel,
  type Value,
} from "../graph/index.ts";
import { frameMultiple } from "./cnn-bilstm.ts";
import { Layers, type ParameterSpec } from "./layers.ts";
import { checkFormat, fromProperties, toProperties, type ModelMetadata } from "./metadata.ts";
import { layoutOf, network, type NetworkConfig, type NetworkLayout, type ParameterLayout } from "./parameters.ts";
import { caution, roomTensor, type KnownRoom } from "./rooms.ts";
import { HEAD } from "./voices.ts";

/** A trained network and what it says about itself. */
export interface Model {
  readonly metadata: ModelMetadata;
  /** Trainable parameters in one vector, shape (size of the layout's weights). */
  readonly weights: Float32Array;
  /** Standardiser and batch norm's statistics in one vector, shape (size of the layout's statistics). */
  readonly statistics: Float32Array;
  /** What logits are divided by before softmax: above 1 the probabilities become more cautious. */
  readonly temperature: number;
  /** The rooms of training: elsewhere the probabilities become more cautious still, see `caution`. Absent: they never do. */
  readonly rooms?: readonly KnownRoom[];
}

/** The name of the entry that names the rooms. */
const ROOMS = "rooms";

/** The name of the entry that protects the rest of the file. */
const CHECKSUM = "checksum";

/**
 * The bytes of a self-describing `.onnx`: features (batch, frames, columns) float32 and lengths (batch) int64, the real
 * frames of each clip → probabilities (batch, labels). Standardisation, temperature and softmax are inside. The last
 * entry of its `metadata_props` is the SHA-256 of all bytes before it.
 */
export async function encodeModel(model: Model): Promise<Uint8Array> {
  const { metadata, rooms } = model;
  const { graph, x, lengths } = inputs(model);
  graph.output("probabilities", probabilities(x, lengths, model));
  const named = rooms && { [ROOMS]: JSON.stringify(rooms.map(({ name }) => name)) };
  const body = graph.toBytes({ ...toProperties(metadata), ...named });
  return joinBytes([body, encodeMetadataEntry(CHECKSUM, await sha256(body))]);
}

/**
 * The bytes of an `.onnx` that ends before the last layer: features (batch, frames, columns) and lengths (batch) int64 →
 * hidden (batch, units).
 */
export function encodeHidden(model: Model): Uint8Array {
  const { graph, x, lengths } = inputs(model);
  const { layers } = storedNetwork(x, lengths, model);
  graph.output("hidden", layers.denseInputs.get(HEAD)!);
  return graph.toBytes();
}

/** A graph with the inputs of a model file. */
function inputs({ metadata }: Model): { readonly graph: Graph; readonly x: Value; readonly lengths: Value } {
  const graph = new Graph({ name: "speech_emotion" });
  const x = graph.input("features", ["batch", "frames", metadata.network.features]);
  return { graph, x, lengths: graph.input("lengths", ["batch"], "int64") };
}

/** The network in use, its weights stored in the graph. */
function storedNetwork(x: Value, lengths: Value, model: Model): { readonly layers: Layers; readonly logits: Value } {
  const config = model.metadata.network;
  const layout = layoutOf(config);
  const stores = (spec: ParameterSpec): Value =>
    x.graph.initializer(spec.name, stored(model, layout, spec), spec.shape);
  const layers = new Layers(x.graph, stores, false);
  // A few frames more: the shortest clip, too, must leave a frame after pooling.
  const padded = pad(zeroBeyond(x, lengths), 0, frameMultiple(config), 1);
  return { layers, logits: network(padded, lengths, layers, config) };
}

/**
 * The model in a graph, its weights stored there: raw features x (B, T, F), of which `lengths` (B) int64 frames are real →
 * probabilities (B, labels).
 */
export function probabilities(x: Value, lengths: Value, model: Model): Value {
  const { layers, logits } = storedNetwork(x, lengths, model);
  const temperature = x.graph.initializer("temperature", [model.temperature], []);
  if (model.rooms === undefined) return softmax(div(logits, temperature));
  return softmax(div(logits, mul(temperature, caution(layers.measures!, model.rooms))));
}

/**
 * Reads a model file.
 *
 * @param name What messages call it: its path.
 * @throws InputError `model_invalid` when the bytes are no ONNX file, none of ours, damaged, changed, or too new.
 */
export async function decodeModel(bytes: Uint8Array, name: string): Promise<Model> {
  let onnx: OnnxModel;
  try {
    onnx = decodeOnnx(bytes);
  } catch (cause) {
    throw new InputError(
      "model_invalid",
      `${name}: this is no ONNX file, or a damaged one; models come from "ser train"`,
      {
        cause,
      },
    );
  }
  checkFormat(onnx.metadata, name);
  if (onnx.metadata[CHECKSUM] === undefined && onnx.metadata["input"] !== undefined) {
    throw new InputError(
      "model_invalid",
      `${name}: this is a graph from sound to emotion for other programs, from "ser export --to onnx-waveform"; give the model that it was made of`,
    );
  }
  const checksum = onnx.metadata[CHECKSUM] ?? "";
  const entry = encodeMetadataEntry(CHECKSUM, checksum);
  if ((await sha256(bytes.subarray(0, bytes.length - entry.length))) !== checksum) {
    throw new InputError(
      "model_invalid",
      `${name}: the model file is damaged or was changed (its checksum is wrong); copy or train it again`,
    );
  }
  const metadata = fromProperties(onnx.metadata, name);
  const tensors = new Map(onnx.graph.initializers.map((tensor) => [tensor.name, tensor.data]));
  const read = (parameter: string): Float32Array => {
    const data = tensors.get(parameter);
    if (data === undefined)
      throw new InputError("model_invalid", `${name}: the model file has no tensor "${parameter}"`);
    return floatsOf(data);
  };
  const layout = layoutOf(metadata.network);
  const gather = (part: ParameterLayout): Float32Array => {
    const vector = new Float32Array(part.size);
    for (const spec of part.specs) part.view(vector, spec.name).set(read(spec.name));
    return vector;
  };
  const rooms = onnx.metadata[ROOMS] === undefined ? undefined : (JSON.parse(onnx.metadata[ROOMS]) as string[]);
  return {
    metadata,
    weights: gather(layout.weights),
    statistics: gather(layout.statistics),
    temperature: read("temperature")[0]!,
    ...(rooms && {
      rooms: rooms.map((room) => {
        const tensor = (what: string): Float32Array => read(roomTensor(room, what));
        return { name: room, means: tensor("means"), precision: tensor("precision"), factors: tensor("factors") };
      }),
    }),
  };
}

function stored(model: Model, layout: NetworkLayout, spec: { name: string; trainable: boolean }): Float32Array {
  return spec.trainable
    ? layout.weights.view(model.weights, spec.name)
    : layout.statistics.view(model.statistics, spec.name);
}

/**
 * SHA-256, hexadecimal, of what a model answers a known voice by: feature set, labels, temperature and the numbers of its
 * network. Files that differ only in what else they say about themselves share it.
 */
export async function fingerprint({ metadata, weights, statistics, temperature }: Model): Promise<string> {
  const { featureSet, labels, network: config } = metadata;
  const words = new TextEncoder().encode(JSON.stringify([featureSet, labels.labels, temperature, config]));
  const parts = [words, ...[weights, statistics].map((v) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength))];
  return sha256(joinBytes(parts));
}

/** How many weights gradients teach. */
export function weightCount(config: NetworkConfig): number {
  return layoutOf(config).weights.size;
}
