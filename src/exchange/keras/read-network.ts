import type { ConvolutionConfig, NetworkConfig } from "../../model/index.ts";
import { type Affine, affineAfter, affineOf } from "./affine.ts";
import { ChainReader } from "./chain-reader.ts";
import type { ChainLayer } from "./chain.ts";
import type { Tensor } from "./hdf5.ts";
import { readHead } from "./read-head.ts";

/** A Keras model as a network of ours, its parameters by our names. The standardiser's are there where the model has one. */
export interface ReadNetwork {
  readonly network: NetworkConfig;
  readonly parameters: ReadonlyMap<string, Tensor>;
}

/**
 * Walks the chain and notes what it meets. What batch normalisation does in an order that the network does not know is
 * computed into the neighbouring weights, exactly.
 *
 * @throws InputError `format_unsupported` naming the first layer that cannot be read, and why.
 */
export function readNetwork(chain: readonly ChainLayer[], where: string): ReadNetwork {
  const reader = new ChainReader(chain, where);
  const [frames, features] = readInput(reader);
  readNormalization(reader, features);
  const frameInput = readFrameMean(reader);
  const convolutions: ConvolutionConfig[] = [];
  let pool: number | undefined;
  while (reader.next()?.kind === "Conv1D") {
    const block = readBlock(reader, convolutions.length + 1);
    convolutions.push(block.convolution);
    if (pool !== undefined && block.pool !== pool) {
      reader.refuse(block.last, `pools by ${block.pool}, the block before by ${pool}; blocks must pool alike`);
    }
    pool = block.pool;
  }
  const lstmUnits = readLstm(reader);
  const { denseUnits, labels } = readHead(reader);
  const network: NetworkConfig = {
    architecture: "cnn-bilstm",
    frames,
    masked: false,
    features,
    frameInput,
    convolutions,
    pool: pool ?? 1,
    lstmUnits,
    denseUnits,
    dropout: reader.dropout ?? 0,
    labels,
  };
  return { network, parameters: reader.parameters };
}

function readInput(reader: ChainReader): [frames: number, features: number] {
  const layer = reader.take("InputLayer");
  const shape = layer?.config["batch_shape"] ?? layer?.config["batch_input_shape"];
  if (!Array.isArray(shape)) reader.refuse(layer, "it does not begin with an InputLayer that tells its shape");
  const [, frames, features] = shape as unknown[];
  if (shape.length !== 3 || !Number.isInteger(frames) || !Number.isInteger(features)) {
    reader.refuse(layer, `its input is ${JSON.stringify(shape)}, (batch, frames, features) with fixed sizes is needed`);
  }
  return [frames as number, features as number];
}

function readNormalization(reader: ChainReader, features: number): void {
  const layer = reader.take("Normalization");
  if (layer === undefined) return;
  if (JSON.stringify(layer.config["axis"]) !== "-1") reader.require(layer, "axis", [-1]);
  reader.require(layer, "invert", false);
  const given = layer.config["mean"] as number[] | number | null | undefined;
  const adapted = given === null || given === undefined;
  const vector = (option: string, path: string): ArrayLike<number> =>
    adapted ? layer.tensor(path).data : ([layer.config[option]].flat(3) as number[]);
  const mean = vector("mean", "vars/0");
  const variance = vector("variance", "vars/1");
  const column = (values: ArrayLike<number>, c: number): number => values[values.length === 1 ? 0 : c]!;
  if (![1, features].includes(mean.length)) reader.refuse(layer, `${mean.length} means for ${features} features`);
  const each = (of: (c: number) => number): Tensor => ({
    shape: [features],
    data: Float32Array.from({ length: features }, (_, c) => of(c)),
  });
  reader.parameters.set(
    "standardizer/mean",
    each((c) => column(mean, c)),
  );
  reader.parameters.set(
    "standardizer/scale",
    each((c) => 1 / Math.max(Math.sqrt(column(variance, c)), 1e-7)),
  );
}

/** The mean over a frame's columns, as our own export says it. */
function readFrameMean(reader: ChainReader): "columns" | "mean" {
  const layer = reader.take("GlobalAveragePooling1D");
  if (layer === undefined) return "columns";
  if (layer.config["data_format"] !== "channels_first") reader.refuse(layer, "it takes the mean over frames");
  reader.take("Reshape");
  return "mean";
}

/** Conv1D and what follows it up to its pooling. */
function readBlock(
  reader: ChainReader,
  number: number,
): { convolution: ConvolutionConfig; pool: number; last: ChainLayer } {
  const layer = reader.take("Conv1D")!;
  for (const [option, wanted] of [
    ["strides", [1]],
    ["dilation_rate", [1]],
    ["groups", 1],
    ["data_format", "channels_last"],
  ] as const) {
    reader.require(layer, option, wanted);
  }
  const padding = layer.config["padding"] ?? "valid";
  if (padding !== "same" && padding !== "valid") reader.refuse(layer, `padding="${String(padding)}"`);
  let [kernel, bias] = reader.weights(layer);
  const [width, , filters] = kernel.shape as [number, number, number];
  let active = reader.endsInRelu(layer);
  let after: Affine | undefined;
  let pool = 1;
  let last = layer;
  for (;;) {
    const next = reader.next();
    if (next === undefined || next.kind === "Conv1D" || next.kind === "Bidirectional") break;
    last = next;
    reader.advance();
    if (next.kind === "BatchNormalization") {
      const affine = affineOf(next);
      if (!active) [kernel, bias] = affineAfter(kernel, bias, affine);
      else if (after !== undefined) reader.refuse(next, "a second batch normalisation in its block");
      else if (pool > 1 && affine.scale.some((scale) => scale < 0)) {
        reader.refuse(next, "it comes after the pooling, and some of its scales are negative");
      } else after = affine;
    } else if (next.kind === "MaxPooling1D" && pool === 1) {
      if (!active) reader.refuse(next, "a convolution without ReLU before it");
      reader.require(next, "padding", "valid");
      reader.require(next, "data_format", "channels_last");
      pool = Number([next.config["pool_size"]].flat()[0]);
      reader.require(next, "strides", [pool]);
    } else if (!active && (next.kind === "Activation" || next.kind === "ReLU")) active = reader.endsInRelu(next);
    else reader.refuse(next, "a block is Conv1D, BatchNormalization, ReLU and MaxPooling1D");
  }
  if (!active) reader.refuse(layer, "no ReLU follows it");
  reader.parameters.set(`conv${number}/kernel`, kernel).set(`conv${number}/bias`, bias);
  writeBatchNorm(reader, `batch_norm${number}`, filters, after);
  const convolution: ConvolutionConfig = padding === "valid" ? { filters, width, padding } : { filters, width };
  return { convolution, pool, last };
}

/** An affine map as a batch normalisation of ours, with mean 0 and deviation 1. */
function writeBatchNorm(reader: ChainReader, name: string, channels: number, affine: Affine | undefined): void {
  const set = (role: string, of: (c: number) => number): void => {
    const data = Float32Array.from({ length: channels }, (_, c) => of(c));
    reader.parameters.set(`${name}/${role}`, { shape: [channels], data });
  };
  set("gamma", (c) => affine?.scale[c] ?? 1);
  set("beta", (c) => affine?.shift[c] ?? 0);
  set("moving_mean", () => 0);
  set("moving_variance", () => 1 - 1e-3);
}

function readLstm(reader: ChainReader): number {
  const layer = reader.take("Bidirectional");
  if (layer === undefined) reader.refuse(reader.next(), "a Bidirectional LSTM is expected here");
  reader.require(layer, "merge_mode", "concat");
  const inner = layer.config["layer"] as { class_name?: string; config?: Record<string, unknown> } | undefined;
  if (inner?.class_name !== "LSTM" || inner.config === undefined) {
    reader.refuse(layer, `it holds a ${inner?.class_name ?? "layer without a name"}, only LSTM is known`);
  }
  const lstm: ChainLayer = { ...layer, kind: "LSTM", config: inner.config };
  for (const [option, wanted] of [
    ["return_sequences", false],
    ["activation", "tanh"],
    ["recurrent_activation", "sigmoid"],
    ["go_backwards", false],
  ] as const) {
    reader.require(lstm, option, wanted);
  }
  const units = Number(inner.config["units"]);
  const both = (n: number): Tensor => {
    const sides = ["forward", "backward"].map((side) => layer.tensor(`${side}_layer/cell/vars/${n}`));
    const data = new Float32Array(2 * sides[0]!.data.length);
    for (const [d, side] of sides.entries()) data.set(side.data, d * side.data.length);
    return { shape: [2, ...sides[0]!.shape], data };
  };
  reader.parameters.set("bilstm/kernel", both(0)).set("bilstm/recurrent_kernel", both(1));
  const noBias = { shape: [2, 4 * units], data: new Float32Array(8 * units) };
  reader.parameters.set("bilstm/bias", inner.config["use_bias"] === false ? noBias : both(2));
  return units;
}
