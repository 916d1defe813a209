import {
  atLeast,
  attentiveStatisticsPool,
  averagePool1d,
  crop,
  frameMask,
  maxPool1d,
  mul,
  pad,
  pooledLengths,
} from "../graph/index.ts";
import { reduceMean, relu, slice, tanh, zeroBeyond, type Value } from "../graph/index.ts";
import { functionals, type FunctionalsConfig } from "./functionals.ts";
import type { Layers } from "./layers.ts";

/** One convolution block. */
export interface ConvolutionConfig {
  /** Channels that come out; at least 1. */
  readonly filters: number;
  /** Frames that a filter sees at once. */
  readonly width: number;
  /** "valid": only frames whose neighbours are all there, so `width − 1` frames fewer; unmasked networks only. Default "same". */
  readonly padding?: "same" | "valid";
}

/** The shape of a CNN-BiLSTM, stored in the model file. */
export interface CnnBiLstmConfig {
  readonly architecture: "cnn-bilstm";
  /** The most frames that the network sees of a clip; unmasked, every clip is padded with zeros to so many. */
  readonly frames: number;
  /** Whether padding is kept out: statistics, convolutions and LSTM see the real frames of each clip alone. */
  readonly masked: boolean;
  /** How many columns the feature matrix has. */
  readonly features: number;
  /** What the first layer sees of a frame: all standardised columns, or their mean alone. */
  readonly frameInput: "columns" | "mean";
  /** Neighbouring frames whose mean the first convolution sees as one; masked networks only. Default 1: each frame alone. */
  readonly inputPool?: number;
  /** Convolution blocks, first to last. */
  readonly convolutions: readonly ConvolutionConfig[];
  /** Frames that max pooling makes one of, after each convolution block. */
  readonly pool: number;
  /** Units of the LSTM in each direction. */
  readonly lstmUnits: number;
  /**
   * What becomes of the LSTM's states: the last one of each direction (as in the original, and where nothing is said), or
   * all frames' mean and deviation, weighted by attention.
   */
  readonly pooling?: "last" | "attention";
  /**
   * A second branch beside the LSTM, masked networks only: two hidden layers on {@link functionals} of the clip, whose
   * halves of the last layer learn to answer alone; the network's answer is the mean of both logits.
   */
  readonly functionals?: FunctionalsConfig & {
    readonly units: readonly [number, number];
    readonly dropout: number;
    /** A third branch like the second, for voices that have been heard before: see `withVoices`. It is taught apart. */
    readonly voices?: boolean;
  };
  /** Units of the hidden fully connected layer. */
  readonly denseUnits: number;
  /** Share of activations dropped after each block and after the LSTM, in training. */
  readonly dropout: number;
  /** Labels of the output. */
  readonly labels: number;
}

/**
 * The network of the original system: x (B, T, F), raw features, and lengths (B), the real frames of each clip → logits
 * (B, labels).
 *
 * Unmasked, padding is as in the original: zeros up to `frames` are standardised like the rest and seen by every layer.
 * Masked, whatever lies beyond a clip's length has no influence, so clips may be padded to any T of at least {@link frameMultiple};
 * a clip of fewer frames goes on with frames of the training part's mean up to so many, since pooling must leave it one. Functionals are measured on
 * `plain` where it is given.
 */
export function cnnBiLstm(
  x: Value,
  lengths: Value,
  layers: Layers,
  config: CnnBiLstmConfig,
  plain: { readonly x: Value; readonly lengths: Value } = { x, lengths },
): Value {
  let h = config.masked ? x : fixFrames(x, config.frames); // (B, T, F)
  let real = config.masked ? atLeast(lengths, frameMultiple(config)) : undefined; // (B)
  h = layers.standardize("standardizer", h);
  if (config.frameInput === "mean") h = reduceMean(h, [2], true); // (B, T, 1)
  if (config.masked) h = zeroBeyond(h, lengths);
  if (config.inputPool !== undefined && real !== undefined) {
    h = averagePool1d(h, config.inputPool); // (B, T / inputPool, F)
    real = pooledLengths(real, config.inputPool);
    h = zeroBeyond(h, real);
  }
  for (const [i, { filters, width, padding }] of config.convolutions.entries()) {
    h = relu(layers.conv1d(`conv${i + 1}`, h, filters, width)); // (B, T, filters)
    if (padding === "valid") h = crop(h, Math.floor((width - 1) / 2), Math.ceil((width - 1) / 2), 1); // (B, T − width + 1, filters)
    h = layers.batchNorm(`batch_norm${i + 1}`, h, real && frameMask(real, h));
    h = maxPool1d(h, config.pool); // (B, T / pool, filters)
    if (real !== undefined) {
      real = pooledLengths(real, config.pool);
      h = mul(h, frameMask(real, h));
    }
    h = layers.dropout(`dropout${i + 1}`, h, config.dropout);
  }
  const states = layers.bilstm("bilstm", h, config.lstmUnits, real);
  h = config.pooling === "attention" ? attend(states.sequence(), layers, real) : states.last; // (B, 4 or 2 · units)
  h = layers.dropout("dropout_bilstm", h, config.dropout);
  h = relu(layers.dense("dense1", h, config.denseUnits)); // (B, denseUnits)
  if (config.functionals === undefined) return layers.dense("dense2", h, config.labels); // (B, labels)
  const measures = functionals(plain.x, plain.lengths, config.functionals); // (B, N)
  layers.measures = measures;
  const parts = [h, measuresBranch("functional", measures, layers, config.functionals)];
  if (config.functionals.voices === true) parts.push(measuresBranch("voice", measures, layers, config.functionals));
  return layers.committee("dense2", parts, config.labels);
}

/** A branch of clip-wide measures: (B, N) → (B, units). */
export function measuresBranch(
  name: "functional" | "voice",
  measures: Value,
  layers: Layers,
  config: NonNullable<CnnBiLstmConfig["functionals"]>,
): Value {
  let h = layers.batchNorm(`${name}_norm`, measures);
  for (const [i, units] of config.units.entries()) {
    h = relu(layers.dense(`${name}${i + 1}`, h, units));
    h = layers.dropout(`dropout_${name}${i + 1}`, h, config.dropout);
  }
  return h;
}

/** Units of the hidden layer that scores frames. */
const ATTENTION_UNITS = 64;

/** Mean and deviation over frames, weighted by a learnt score: (B, T, C) → (B, 2C). Attentive statistics pooling, Okabe et al. 2018. */
function attend(x: Value, layers: Layers, real: Value | undefined): Value {
  const scores = layers.dense("attention2", tanh(layers.dense("attention1", x, ATTENTION_UNITS)), 1); // (B, T, 1)
  return attentiveStatisticsPool(x, scores, real && frameMask(real, x));
}

/** Pads with zeros or truncates along frames, also where their number is known only when the graph runs. */
function fixFrames(x: Value, frames: number): Value {
  if (x.shape[1] === frames) return x;
  return slice(pad(x, 0, frames, 1), 0, frames, 1);
}

/** What the number of frames of a batch must be a multiple of, so that pooling leaves none over. */
export function frameMultiple(config: CnnBiLstmConfig): number {
  return (config.inputPool ?? 1) * config.pool ** config.convolutions.length;
}
