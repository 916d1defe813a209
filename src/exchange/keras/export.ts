import { InputError } from "../../errors.ts";
import { layoutOf, type Model, type NetworkConfig } from "../../model/index.ts";
import { packKeras, type KerasLayer } from "./archive.ts";
import { writeHdf5, type Tensor } from "./hdf5.ts";
import { weightPaths } from "./layer-names.ts";

/** A layer of Keras with the tensors that it owns, by their path below the layer's, e.g. "vars/0". */
interface FilledLayer {
  readonly layer: KerasLayer;
  readonly tensors?: Readonly<Record<string, Tensor>>;
}

/**
 * The bytes of a Keras 3 `.keras` file that predicts as the model does: input (batch, frames, features) float32, raw
 * features of the model's feature set, each clip padded with zeros to `frames` (or cut); output (batch, labels),
 * probabilities. The standardiser is a `Normalization` layer, the temperature is divided into the last layer's weights.
 *
 * @param where What messages call the model: its path.
 * @throws InputError `format_unsupported` naming the layer that Keras's own layers cannot say.
 */
export async function exportKeras(model: Model, where: string): Promise<Uint8Array> {
  const { metadata } = model;
  refuseUnsayable(metadata.network, where);
  const filled = kerasLayers(model);
  const layers = filled.map(({ layer }) => layer);
  const tensors = new Map<string, Tensor>();
  const paths = weightPaths(layers);
  for (const [n, { tensors: own }] of filled.entries()) {
    for (const [path, tensor] of Object.entries(own ?? {})) tensors.set(`${paths[n]}/${path}`, tensor);
  }
  const { network, labels, featureSet, sampleRate, preset, licences, scores, created, version } = metadata;
  const sequential: KerasLayer = {
    module: "keras",
    class_name: "Sequential",
    config: { name: "speech_emotion", trainable: true, layers },
    registered_name: null,
    build_config: { input_shape: [null, network.frames, network.features] },
  };
  const note = { labels, featureSet, sampleRate, preset, licences, scores, created, version };
  const weights = await writeHdf5(
    tensors,
    paths.map((path) => `${path}/vars`),
  );
  return packKeras({ model: sequential, weights, note }, new Date(created));
}

function refuseUnsayable(network: NetworkConfig, where: string): void {
  const refuse = (layer: string, why: string): never => {
    throw new InputError(
      "format_unsupported",
      `${where}: the layer "${layer}" cannot be said with Keras's own layers: ${why}; ` +
        `"--to onnx-waveform" writes a file that every language can open`,
    );
  };
  if (network.masked) refuse("conv1", "it sees the real frames of each clip alone, and Keras's Conv1D drops masks");
  if (network.functionals !== undefined) refuse("functional_norm", "measures of the whole clip are no layer of Keras");
  if (network.pooling === "attention") refuse("attention1", "attentive statistics pooling is no layer of Keras");
}

function kerasLayers(model: Model): FilledLayer[] {
  const { network } = model.metadata;
  const layout = layoutOf(network);
  const specs = new Map([...layout.weights.specs, ...layout.statistics.specs].map((spec) => [spec.name, spec]));
  const tensor = (name: string): Tensor => {
    const spec = specs.get(name)!;
    const [part, vector] = spec.trainable ? [layout.weights, model.weights] : [layout.statistics, model.statistics];
    return { shape: spec.shape, data: part.view(vector, name) };
  };
  const vars = (...tensors: Tensor[]): Record<string, Tensor> =>
    Object.fromEntries(tensors.map((each, n) => [`vars/${n}`, each]));
  const dropout = (name: string): FilledLayer => ({ layer: kerasLayer("Dropout", name, { rate: network.dropout }) });
  const direction = (d: number, side: string): Record<string, Tensor> =>
    Object.fromEntries(
      ["kernel", "recurrent_kernel", "bias"].map((role, n) => [
        `${side}_layer/cell/vars/${n}`,
        half(tensor(`bilstm/${role}`), d),
      ]),
    );

  const layers: FilledLayer[] = [
    { layer: kerasLayer("InputLayer", "features", { batch_shape: [null, network.frames, network.features] }) },
    {
      layer: kerasLayer("Normalization", "standardizer", {
        axis: [-1],
        mean: [...tensor("standardizer/mean").data],
        // Keras divides by the variance's root.
        variance: Array.from(tensor("standardizer/scale").data, (scale) => scale ** -2),
      }),
    },
  ];
  if (network.frameInput === "mean") {
    // The mean over columns: what Keras takes for steps when channels come first.
    layers.push(
      { layer: kerasLayer("GlobalAveragePooling1D", "frame_mean", { data_format: "channels_first" }) },
      { layer: kerasLayer("Reshape", "frame_column", { target_shape: [network.frames, 1] }) },
    );
  }
  for (const [i, { filters, width, padding = "same" }] of network.convolutions.entries()) {
    const [conv, norm] = [`conv${i + 1}`, `batch_norm${i + 1}`];
    layers.push(
      {
        layer: kerasLayer("Conv1D", conv, { filters, kernel_size: [width], padding, activation: "relu" }),
        tensors: vars(tensor(`${conv}/kernel`), tensor(`${conv}/bias`)),
      },
      {
        layer: kerasLayer("BatchNormalization", norm, { epsilon: 1e-3, momentum: 0.99 }),
        tensors: vars(...["gamma", "beta", "moving_mean", "moving_variance"].map((role) => tensor(`${norm}/${role}`))),
      },
      { layer: kerasLayer("MaxPooling1D", `pool${i + 1}`, { pool_size: [network.pool] }) },
      dropout(`dropout${i + 1}`),
    );
  }
  const lstm = kerasLayer("LSTM", "lstm", { units: network.lstmUnits });
  layers.push(
    {
      layer: kerasLayer("Bidirectional", "bilstm", { merge_mode: "concat", layer: lstm }),
      tensors: { ...direction(0, "forward"), ...direction(1, "backward") },
    },
    dropout("dropout_bilstm"),
    {
      layer: kerasLayer("Dense", "dense1", { units: network.denseUnits, activation: "relu" }),
      tensors: vars(tensor("dense1/kernel"), tensor("dense1/bias")),
    },
    {
      layer: kerasLayer("Dense", "probabilities", { units: network.labels, activation: "softmax" }),
      tensors: vars(
        ...["kernel", "bias"].map((role) => {
          const { shape, data } = tensor(`dense2/${role}`);
          return { shape, data: data.map((value) => value / model.temperature) };
        }),
      ),
    },
  );
  return layers;
}

function kerasLayer(className: string, name: string, config: Readonly<Record<string, unknown>>): KerasLayer {
  return { module: "keras.layers", class_name: className, config: { name, ...config }, registered_name: null };
}

/** One direction of a tensor (2, …). */
function half({ shape, data }: Tensor, d: number): Tensor {
  const size = data.length / 2;
  return { shape: shape.slice(1), data: data.slice(d * size, (d + 1) * size) };
}
