import * as ops from "../graph/index.ts";
import type { Graph, Shape, Value } from "../graph/index.ts";
import { each, glorotUniform, ones, orthogonal, unitForgetBias, zeros, type Initializer } from "./initializers.ts";

/** A tensor that a network owns: learnt by gradients (`trainable`), or gathered from data (the statistics). */
export interface ParameterSpec {
  /** Layer and role, e.g. "conv1/kernel". */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether gradients move it. */
  readonly trainable: boolean;
  /** Gives its first values. */
  readonly initializer: Initializer;
}

/** A dropout mask that the training step wants as an input, one byte an element. */
export interface DropoutMask {
  /** The layer, e.g. "dropout1"; the name of the graph's input. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Share of elements that are dropped, in [0, 1). */
  readonly rate: number;
}

/** Gives the tensor of a parameter in the graph at hand: a slice of a fed vector, or a stored weight. */
export type ParameterSource = (spec: ParameterSpec) => Value;

/** Keras's defaults for batch normalisation. */
const BATCH_NORM = { momentum: 0.99, epsilon: 1e-3 };

/**
 * The layers that networks are made of, each named and owning its parameters, with the definitions and initialisers of
 * Keras. A network is a function of `Layers`, so the one description serves training, evaluation, the model file and
 * the count of parameters.
 */
export class Layers {
  /** Whether the network is to be trained: dropout, and statistics of the batch. */
  readonly training: boolean;
  /** Every parameter in the order in which the network asked for it. */
  readonly specs: ParameterSpec[] = [];
  /** Every dropout mask that the network wants, in order; empty outside of training. */
  readonly masks: DropoutMask[] = [];
  /** What each fully connected layer is given, by its name. */
  readonly denseInputs: Map<string, Value> = new Map<string, Value>();
  /** What the network measures of whole clips, shape (B, N); undefined where it does not. */
  measures: Value | undefined;
  /** What the parts of a {@link committee} say alone; empty outside of training and without one. */
  voices: readonly Value[] = [];
  /** New values of statistics after this batch, by parameter name; empty outside of training. */
  readonly updates: Map<string, Value> = new Map<string, Value>();
  readonly #graph: Graph;
  readonly #source: ParameterSource;

  constructor(graph: Graph, source: ParameterSource, training: boolean) {
    this.#graph = graph;
    this.#source = source;
    this.training = training;
  }

  #parameter(name: string, shape: readonly number[], initializer: Initializer, trainable = true): Value {
    const spec = { name, shape, initializer, trainable };
    this.specs.push(spec);
    return this.#source(spec);
  }

  /**
   * `(x − mean) / deviation` per column, with statistics of the training part: x (…, F) → (…, F). The scale is stored
   * as 1 / deviation.
   *
   * Source: scikit-learn `StandardScaler`.
   */
  standardize(name: string, x: Value): Value {
    const shape = [x.size(-1)];
    const mean = this.#parameter(`${name}/mean`, shape, zeros, false);
    const scale = this.#parameter(`${name}/scale`, shape, ones, false);
    return ops.mul(ops.sub(x, ops.overFrames(mean, x)), ops.overFrames(scale, x));
  }

  /** Convolution over `width` frames, "same" padding: x (B, T, C) → (B, T, filters). */
  conv1d(name: string, x: Value, filters: number, width: number): Value {
    const kernel = this.#parameter(`${name}/kernel`, [width, x.size(2), filters], glorotUniform);
    const bias = this.#parameter(`${name}/bias`, [filters], zeros);
    return ops.conv1d(x, kernel, bias);
  }

  /**
   * Batch normalisation per channel; in training it also moves the running statistics: x (B, T, C) → (B, T, C). With a
   * mask (B, T, 1), of the real frames alone; what comes out in the padding means nothing.
   */
  batchNorm(name: string, x: Value, mask?: Value): Value {
    const shape = [x.size(-1)];
    const gamma = this.#parameter(`${name}/gamma`, shape, ones);
    const beta = this.#parameter(`${name}/beta`, shape, zeros);
    const mean = this.#parameter(`${name}/moving_mean`, shape, zeros, false);
    const variance = this.#parameter(`${name}/moving_variance`, shape, ones, false);
    if (!this.training) return ops.batchNormInference(x, gamma, beta, mean, variance, BATCH_NORM.epsilon);
    const batch = ops.batchNorm(x, gamma, beta, BATCH_NORM.epsilon, mask);
    const move = (old: Value, now: Value): Value =>
      ops.add(
        ops.mul(old, this.#graph.scalar(BATCH_NORM.momentum)),
        ops.mul(now, this.#graph.scalar(1 - BATCH_NORM.momentum)),
      );
    this.updates.set(`${name}/moving_mean`, move(mean, batch.mean));
    this.updates.set(`${name}/moving_variance`, move(variance, batch.variance));
    return batch.y;
  }

  /** Drops a share `rate` of the elements of x in training, nothing otherwise; the shape stays. */
  dropout(name: string, x: Value, rate: number): Value {
    if (!this.training || rate === 0) return x;
    const shape = x.shape as Shape & readonly number[];
    this.masks.push({ name, shape, rate });
    return ops.dropout(x, this.#graph.input(name, shape, "uint8"), rate);
  }

  /** LSTM in both directions over the real frames, states side by side: x (B, T, C) → last (B, 2·units), all (B, T, 2·units). */
  bilstm(name: string, x: Value, units: number, lengths?: Value): ops.RecurrentResult {
    const kernel = this.#parameter(`${name}/kernel`, [2, x.size(2), 4 * units], each(glorotUniform));
    const recurrent = this.#parameter(`${name}/recurrent_kernel`, [2, units, 4 * units], each(orthogonal));
    const bias = this.#parameter(`${name}/bias`, [2, 4 * units], each(unitForgetBias));
    return ops.lstm(x, { kernel, recurrent, bias }, lengths);
  }

  /**
   * Fully connected on several parts side by side: n × (B, Kᵢ) → (B, units). In training, `voices` are what each part says
   * alone, (B, units): n times its products and the bias, so that the result is the mean of the voices.
   */
  committee(name: string, parts: readonly Value[], units: number): Value {
    const { y, kernel, bias } = this.#dense(name, ops.concat(parts, 1), units);
    if (this.training) {
      const rows = ops.split(
        kernel,
        parts.map((part) => part.size(1)),
        0,
      );
      const all = this.#graph.scalar(parts.length);
      this.voices = parts.map((part, i) => ops.add(ops.mul(ops.matmul(part, rows[i]!), all), bias));
    }
    return y;
  }

  /** Fully connected: x (…, K) → (…, units). */
  dense(name: string, x: Value, units: number): Value {
    return this.#dense(name, x, units).y;
  }

  #dense(name: string, x: Value, units: number): Readonly<Record<"y" | "kernel" | "bias", Value>> {
    const kernel = this.#parameter(`${name}/kernel`, [x.size(-1), units], glorotUniform);
    const bias = this.#parameter(`${name}/bias`, [units], zeros);
    this.denseInputs.set(name, x);
    return { y: ops.dense(x, kernel, bias), kernel, bias };
  }
}
