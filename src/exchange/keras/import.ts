import type { LabelMap } from "../../emotions.ts";
import { InputError, ParameterError } from "../../errors.ts";
import { frontEnd } from "../../gate/index.ts";
import { layoutOf, type Model } from "../../model/index.ts";
import { unpackKeras } from "./archive.ts";
import { chainOf } from "./chain.ts";
import { readHdf5 } from "./hdf5.ts";
import { readNetwork } from "./read-network.ts";
import type { Scaler } from "./scaler.ts";

/** What a `.keras` file does not say itself. */
export interface KerasImport {
  /** What messages call the file: its path. */
  readonly where: string;
  /** In the order of the model's outputs. Default: what an export of ours noted. */
  readonly labels?: LabelMap;
  /**
   * The standardiser that the features went through before the model. Where the model has a `Normalization` layer it must
   * be left out; "none" for a model of raw features.
   */
  readonly scaler?: Scaler | "none";
  /** The feature set; default: what an export of ours noted, else "librosa54@1" for 54 columns. */
  readonly featureSet?: string;
  /** When, ISO 8601, and by which version of this package. */
  readonly created: string;
  /** This package's version. */
  readonly version: string;
}

/**
 * Reads a model of the original's kind that Keras saved: Conv1D blocks with batch normalisation, max pooling and dropout,
 * a bidirectional LSTM, one or two Dense layers. Outputs equal Keras's; what it was trained on is not known, so that
 * every recording counts as met.
 *
 * @throws InputError `model_invalid` for a file that is none; `format_unsupported` naming the first layer that cannot be
 *   read; `model_mismatch` for labels, a scaler or features of another number than the model's.
 * @throws ParameterError where something is missing that the file does not say.
 */
export async function importKeras(bytes: Uint8Array, options: KerasImport): Promise<Model> {
  const { where, created, version } = options;
  const { model: config, weights, note } = unpackKeras(bytes, where);
  const tensors = await readHdf5(weights, where);
  const { network, parameters } = readNetwork(chainOf(config, tensors, where), where);
  const labels = options.labels ?? note?.labels;
  if (labels === undefined) {
    throw new ParameterError(
      `${where}: --labels: give the ${network.labels} labels in the order of the model's outputs ` +
        `(of a LabelEncoder: in the order of the alphabet), e.g. --labels angry,disgust,fear,…`,
    );
  }
  if (labels.labels.length !== network.labels) {
    throw new InputError(
      "model_mismatch",
      `${where}: the model has ${network.labels} outputs, ${labels.labels.length} labels were given: ${labels.labels.join(", ")}`,
    );
  }
  const featureSet = options.featureSet ?? note?.featureSet ?? (network.features === 54 ? "librosa54@1" : undefined);
  if (featureSet === undefined) {
    throw new ParameterError(
      `${where}: --set: the model sees ${network.features} columns a frame; say which feature set they are (54 would be librosa54@1)`,
    );
  }
  const { set } = frontEnd(featureSet);
  if (set.columns.length !== network.features) {
    throw new InputError(
      "model_mismatch",
      `${where}: the model sees ${network.features} columns a frame, the feature set ${featureSet} has ${set.columns.length}`,
    );
  }
  const layout = layoutOf(network);
  const statistics = layout.statistics.initialize(0);
  const trained = new Float32Array(layout.weights.size);
  const parts = [
    { part: layout.weights, vector: trained },
    { part: layout.statistics, vector: statistics },
  ];
  const standardizer = standardizerOf(parameters.has("standardizer/mean"), options, network.features);
  for (const { part, vector } of parts) {
    for (const { name, shape } of part.specs) {
      const data = standardizer.get(name) ?? parameters.get(name)?.data;
      if (data === undefined) continue; // the standardiser of raw features stays 0 and 1
      const view = part.view(vector, name);
      if (data.length !== view.length) {
        throw new InputError(
          "model_invalid",
          `${where}: ${name} has ${data.length} values, its layers say ${shape.join(" × ")}`,
        );
      }
      view.set(data);
    }
  }
  return {
    weights: trained,
    statistics,
    temperature: 1,
    metadata: {
      labels,
      featureSet,
      sampleRate: set.sampleRate,
      preset: "custom",
      network,
      training: { importedFrom: where.split(/[\\/]/).at(-1)! },
      split: null,
      scores: null,
      licences: [],
      created,
      version,
    },
  };
}

/** The standardiser's tensors that come from outside of the file. */
function standardizerOf(
  inside: boolean,
  { scaler, where }: KerasImport,
  features: number,
): ReadonlyMap<string, Float32Array> {
  if (inside) {
    if (scaler === undefined) return new Map();
    throw new ParameterError(
      `${where}: --scaler: the model has a Normalization layer of its own; leave the option out`,
    );
  }
  if (scaler === "none") return new Map();
  if (scaler === undefined) {
    throw new ParameterError(
      `${where}: the model has no Normalization layer: give the scaler that stood before it, --scaler scaler.json or ` +
        `--scaler mean.npy scale.npy (mean_ and scale_ of scikit-learn's StandardScaler), or --no-scaler where there was none`,
    );
  }
  for (const [name, values] of Object.entries(scaler)) {
    if (values.length === features) continue;
    throw new InputError(
      "model_mismatch",
      `${where}: the scaler's ${name} has ${values.length} values, one for each of the ${features} columns is needed`,
    );
  }
  return new Map([
    ["standardizer/mean", Float32Array.from(scaler.mean)],
    ["standardizer/scale", Float32Array.from(scaler.scale, (deviation) => 1 / deviation)],
  ]);
}
