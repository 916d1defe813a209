import type { NetworkLayout } from "../model/index.ts";
import type { EarlyStoppingState, ReduceLrState } from "./callbacks.ts";
import { KERAS_ADAM, slotNames, type OptimizerConfig } from "./optimizer.ts";

/** One line of the learning curve. Losses are cross-entropies in nats, accuracies shares in 0 … 1. */
export interface EpochRow {
  /** From 1. */
  readonly epoch: number;
  /** Mean of the training part over the epoch, nats. */
  readonly loss: number;
  /** Share of the training part that was right, as it was seen: changed, mixed, with dropout. */
  readonly accuracy: number;
  /** Of the validation part at the end of the epoch, nats; absent where there is none. */
  readonly val_loss?: number;
  /** Share of the validation part that is right at the end of the epoch. */
  readonly val_accuracy?: number;
  /** Unweighted average recall on the validation part. */
  readonly val_uar?: number;
  /** Of the last step, ≥ 0. */
  readonly learning_rate: number;
  readonly seconds: number;
}

/**
 * Everything that the training loop needs to go on as if it had never stopped. Random numbers are functions of the seed
 * and of positions in here, so no generator has a state of its own.
 */
export interface FitState {
  /** Optimiser steps done. */
  step: number;
  /** Epochs done. */
  epoch: number;
  /** Steps done of the epoch at hand. */
  stepInEpoch: number;
  /** Clips seen in the epoch at hand. */
  clips: number;
  /** Sum of the losses of the clips seen in the epoch at hand. */
  lossSum: number;
  /** Clips of the epoch at hand that were right. */
  correct: number;
  /** Time spent in the epoch at hand. */
  epochSeconds: number;
  learningRate: number;
  /** True once early stopping has ended the training. */
  stopped: boolean;
  earlyStopping: EarlyStoppingState | undefined;
  reduceLr: ReduceLrState | undefined;
  history: EpochRow[];
  /** Trainable parameters (P). */
  weights: Float32Array;
  /** Standardiser and batch norm's running statistics (S). */
  statistics: Float32Array;
  /** What the optimiser keeps, by the names of `slotNames`: vectors as long as the weights. */
  slots: Record<string, Float32Array>;
  /** Weights and statistics of the best epoch so far. */
  best: { weights: Float32Array; statistics: Float32Array } | undefined;
}

/** The weights to use: their running average where the optimiser keeps one. */
export function weightsInUse(state: FitState): Float32Array {
  return state.slots["average"] ?? state.weights;
}

/** The state before the first step; without `statistics`, those that the network starts with. */
export function initialState(
  layout: NetworkLayout,
  seed: number,
  learningRate: number,
  { statistics, optimizer = KERAS_ADAM }: { statistics?: Float32Array; optimizer?: OptimizerConfig } = {},
): FitState {
  return {
    step: 0,
    epoch: 0,
    stepInEpoch: 0,
    clips: 0,
    lossSum: 0,
    correct: 0,
    epochSeconds: 0,
    learningRate,
    stopped: false,
    earlyStopping: undefined,
    reduceLr: undefined,
    history: [],
    weights: layout.weights.initialize(seed),
    statistics: statistics ?? layout.statistics.initialize(seed),
    slots: Object.fromEntries(slotNames(optimizer).map((name) => [name, new Float32Array(layout.weights.size)])),
    best: undefined,
  };
}
