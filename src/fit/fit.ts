import { layoutOf, type NetworkConfig } from "../model/index.ts";
import type { SessionOptions } from "../runtime/index.ts";
import { assemble, epochBatches, type Clips } from "./batches.ts";
import { EarlyStopping, ReduceLrOnPlateau, type EarlyStoppingOptions, type ReduceLrOptions } from "./callbacks.ts";
import { Engine } from "./engine.ts";
import { KERAS_ADAM, scheduleFactor, type OptimizerConfig, type ScheduleConfig } from "./optimizer.ts";
import { initialState, weightsInUse, type FitState } from "./state.ts";

/** One line of the learning curve. Losses are cross-entropies in nats, accuracies shares in 0 … 1. */
export interface EpochRow {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly val_loss?: number;
  readonly val_accuracy?: number;
  readonly learning_rate: number;
  readonly seconds: number;
}

/** What {@link fit} is asked for. */
export interface FitOptions {
  readonly network: NetworkConfig;
  readonly train: Clips;
  /** Watched by the callbacks; when it is empty they watch the training loss. */
  readonly validation: Clips;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Default: Keras's Adam. */
  readonly optimizer?: OptimizerConfig;
  /** Default: constant. */
  readonly schedule?: ScheduleConfig;
  readonly seed: number;
  readonly earlyStopping?: EarlyStoppingOptions;
  readonly reduceLr?: ReduceLrOptions;
  /** What runs the graphs, and on how many threads; default: all cores. */
  readonly session?: SessionOptions;
  /** Standardiser and running statistics to start from, in the network's layout; default: its initialisers. */
  readonly statistics?: Float32Array;
  /** Where an interrupted training stood. */
  readonly resume?: FitState;
  /** When it fires, the loop ends after the step at hand and returns its state with `interrupted`. */
  readonly signal?: AbortSignal;
  readonly onStep?: (epoch: number, step: number, steps: number, meanLoss: number) => void;
  /** Called after every epoch with the state that a checkpoint needs. */
  readonly onEpoch?: (row: EpochRow, state: FitState) => void | Promise<void>;
}

/** What {@link fit} returns: weights to use, and how it went. */
export interface FitResult {
  /** The best epoch's weights (P) and statistics (S), or the last one's when interrupted before one was done. */
  readonly weights: Float32Array;
  readonly statistics: Float32Array;
  readonly bestEpoch: number | null;
  readonly history: readonly EpochRow[];
  /** True when the signal ended it. */
  readonly interrupted: boolean;
  readonly state: FitState;
}

/** Trains a network: the loop, from top to bottom. */
export async function fit(options: FitOptions): Promise<FitResult> {
  const { network, train, validation, batchSize, seed, signal } = options;
  const { statistics, optimizer = KERAS_ADAM, schedule = { kind: "constant" } } = options;
  const fresh = { optimizer, ...(statistics && { statistics }) };
  const state = options.resume ?? initialState(layoutOf(network), seed, options.learningRate, fresh);
  const early = new EarlyStopping(options.earlyStopping, state.earlyStopping);
  const plateau = new ReduceLrOnPlateau(options.reduceLr, state.reduceLr);
  const engine = new Engine(network, seed, options.session, optimizer);
  let started = performance.now() - state.epochSeconds * 1000;

  while (state.epoch < options.epochs && !state.stopped && !signal?.aborted) {
    const batches = epochBatches(train, batchSize, seed, state.epoch, network);
    for (; state.stepInEpoch < batches.length && !signal?.aborted; state.stepInEpoch++) {
      const batch = assemble(train, batches[state.stepInEpoch]!, network);
      const factor = scheduleFactor(schedule, state.step + 1, batches.length * options.epochs);
      const { loss, correct } = await engine.step(batch, state, factor);
      state.clips += batch.indices.length;
      state.lossSum += loss * batch.indices.length;
      state.correct += correct;
      options.onStep?.(state.epoch + 1, state.stepInEpoch + 1, batches.length, state.lossSum / state.clips);
    }
    state.epochSeconds = (performance.now() - started) / 1000;
    if (state.stepInEpoch < batches.length) break; // interrupted; the state says where

    const scored = validation.length > 0 ? await engine.evaluate(validation, inUse(state)) : undefined;
    const row: EpochRow = {
      epoch: state.epoch + 1,
      loss: state.lossSum / train.length,
      accuracy: state.correct / train.length,
      ...(scored === undefined ? {} : { val_loss: scored.loss, val_accuracy: scored.accuracy }),
      learning_rate: state.learningRate,
      seconds: (performance.now() - started) / 1000,
    };
    state.history.push(row);
    const watched = row.val_loss ?? row.loss;
    const { keep, stop } = early.update(state.epoch, watched);
    if (keep) state.best = inUse(state);
    state.learningRate = plateau.update(watched, state.learningRate);
    state.stopped = stop;
    state.earlyStopping = early.state;
    state.reduceLr = plateau.state;
    state.epoch++;
    Object.assign(state, { stepInEpoch: 0, clips: 0, lossSum: 0, correct: 0, epochSeconds: 0 });
    await options.onEpoch?.(row, state);
    started = performance.now();
  }
  await engine.release();
  return {
    ...(state.best ?? inUse(state)),
    bestEpoch: state.earlyStopping?.bestEpoch ?? null,
    history: state.history,
    interrupted: state.epoch < options.epochs && !state.stopped,
    state,
  };
}

function inUse(state: FitState): { weights: Float32Array; statistics: Float32Array } {
  return { weights: weightsInUse(state), statistics: state.statistics };
}
