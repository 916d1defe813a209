import { pad, reduceMean, relu, maxPool1d, slice, type Value } from "../graph/index.ts";
import type { Layers } from "./layers.ts";

/** The shape of a CNN-BiLSTM, stored in the model file. */
export interface CnnBiLstmConfig {
  readonly architecture: "cnn-bilstm";
  /** Frames that every clip is padded (with zeros, before standardisation) or truncated to. */
  readonly frames: number;
  /** Columns of the feature matrix. */
  readonly features: number;
  /** What the first layer sees of a frame: all standardised columns, or their mean alone. */
  readonly frameInput: "columns" | "mean";
  /** Convolution blocks, first to last. */
  readonly convolutions: readonly { readonly filters: number; readonly width: number }[];
  /** Frames that max pooling makes one of, after each convolution block. */
  readonly pool: number;
  /** Units of the LSTM in each direction. */
  readonly lstmUnits: number;
  /** Units of the hidden fully connected layer. */
  readonly denseUnits: number;
  /** Share of activations dropped after each block and after the LSTM, in training. */
  readonly dropout: number;
  /** Labels of the output. */
  readonly labels: number;
}

/**
 * The network of the original system: x (B, T, F), raw features → logits (B, labels).
 *
 * Padding is not masked, as in the original: zeros up to `frames` are standardised like the rest and seen by every
 * layer.
 */
export function cnnBiLstm(x: Value, layers: Layers, config: CnnBiLstmConfig): Value {
  let h = fixFrames(x, config.frames); // (B, frames, F)
  h = layers.standardize("standardizer", h);
  if (config.frameInput === "mean") h = reduceMean(h, [2], true); // (B, frames, 1)
  for (const [i, { filters, width }] of config.convolutions.entries()) {
    h = relu(layers.conv1d(`conv${i + 1}`, h, filters, width)); // (B, T, filters)
    h = layers.batchNorm(`batch_norm${i + 1}`, h);
    h = maxPool1d(h, config.pool); // (B, T / pool, filters)
    h = layers.dropout(`dropout${i + 1}`, h, config.dropout);
  }
  h = layers.bilstm("bilstm", h, config.lstmUnits); // (B, 2 · units)
  h = layers.dropout("dropout_bilstm", h, config.dropout);
  h = relu(layers.dense("dense1", h, config.denseUnits)); // (B, denseUnits)
  return layers.dense("dense2", h, config.labels); // (B, labels)
}

/** Pads with zeros or truncates along frames, also where their number is known only when the graph runs. */
function fixFrames(x: Value, frames: number): Value {
  if (x.shape[1] === frames) return x;
  return slice(pad(x, 0, frames, 1), 0, frames, 1);
}
