import { layoutOf, type NetworkConfig } from "../model/index.ts";
import type { SessionOptions } from "../runtime/index.ts";
import type { BatchRecipe } from "./batches.ts";
import type { Clips } from "./clips.ts";
import { EarlyStopping, ReduceLrOnPlateau, type EarlyStoppingOptions, type ReduceLrOptions } from "./callbacks.ts";
import { Engine } from "./engine.ts";
import { KERAS_ADAM, scheduleFactor, type OptimizerConfig, type ScheduleConfig } from "./optimizer.ts";
import { preparation, type Prepare, type PreparedBatch } from "./prepare.ts";
import { epochBatches } from "./sampling.ts";
import { initialState, weightsInUse, type EpochRow, type FitState } from "./state.ts";

/** What EarlyStopping and ReduceLROnPlateau watch: the training loss instead where there is no validation part. */
export type Monitor = "val_loss" | "val_uar";

/** What {@link fit} is asked for. */
export interface FitOptions {
  readonly network: NetworkConfig;
  /** The clips to learn from, or what gives those of an epoch (from 0). */
  readonly train: Clips | ((epoch: number) => Clips | Promise<Clips>);
  /** Watched by the callbacks; when it is empty they watch the training loss. */
  readonly validation: Clips;
  /** At most. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Default: Keras's Adam. */
  readonly optimizer?: OptimizerConfig;
  /** Default: constant. Counts epochs. */
  readonly schedule?: ScheduleConfig;
  /** What is done to the clips of each batch; default nothing. */
  readonly recipe?: BatchRecipe;
  /** Makes the batches of `recipe` and `seed` ahead of the steps, e.g. on another thread; default: each in its turn. */
  readonly prepare?: Prepare;
  /** How far sampling balances the clips' groups, 0 … 1: see `drawBalanced`; default 0. */
  readonly balance?: number;
  readonly seed: number;
  /** What callbacks watch; default the validation loss. Its mode goes with it. */
  readonly monitor?: Monitor;
  readonly earlyStopping?: Omit<EarlyStoppingOptions, "mode">;
  /** Whether the weights of the best epoch are returned, and not the last's; default true. */
  readonly restoreBest?: boolean;
  /** False for none. */
  readonly reduceLr?: Omit<ReduceLrOptions, "mode"> | false;
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
  /** Trainable parameters (P) of the best epoch; the last ones without `restoreBest`, or where there is no best yet. */
  readonly weights: Float32Array;
  /** Standardiser and batch norm's statistics (S) of the same epoch. */
  readonly statistics: Float32Array;
  /** The epoch, from 0, at whose end they were so; null before the first one's. */
  readonly bestEpoch: number | null;
  /** One row for each epoch. */
  readonly history: readonly EpochRow[];
  /** True when the signal ended it. */
  readonly interrupted: boolean;
  /** All that is needed to go on. */
  readonly state: FitState;
}

/** Trains a network: the loop, from top to bottom. */
export async function fit(options: FitOptions): Promise<FitResult> {
  const { network, validation, batchSize, seed, signal, recipe = {}, balance, reduceLr = {} } = options;
  const { statistics, optimizer = KERAS_ADAM, schedule = { kind: "constant" }, restoreBest = true } = options;
  const fresh = { optimizer, ...(statistics && { statistics }) };
  const state = options.resume ?? initialState(layoutOf(network), seed, options.learningRate, fresh);
  const monitor = validation.length === 0 ? "loss" : (options.monitor ?? "val_loss");
  const mode = monitor === "val_uar" ? "max" : "min";
  const early = new EarlyStopping({ ...options.earlyStopping, mode }, state.earlyStopping);
  const plateau = reduceLr === false ? undefined : new ReduceLrOnPlateau({ ...reduceLr, mode }, state.reduceLr);
  const ahead = options.prepare === undefined ? 0 : 2;
  const prepare = options.prepare ?? preparation(network, recipe, seed);
  const engine = new Engine(network, seed, options.session, optimizer);
  let started = performance.now() - state.epochSeconds * 1000;

  while (state.epoch < options.epochs && !state.stopped && !signal?.aborted) {
    const clips = typeof options.train === "function" ? await options.train(state.epoch) : options.train;
    const batches = epochBatches(clips, batchSize, seed, state.epoch, network, balance);
    const coming: Promise<PreparedBatch>[] = [];
    for (; state.stepInEpoch < batches.length && !signal?.aborted; state.stepInEpoch++) {
      for (let n = coming.length; n <= ahead && state.stepInEpoch + n < batches.length; n++) {
        const job = { clips, indices: batches[state.stepInEpoch + n]!, step: state.step + n + 1 };
        coming.push(Promise.resolve(prepare(job)));
        // A step that comes too late to be taken may fail unheard.
        coming[n]!.catch(() => {});
      }
      const { batch, masks } = await coming.shift()!;
      const position = state.epoch * batches.length + state.stepInEpoch + 1;
      const factor = scheduleFactor(schedule, position, options.epochs * batches.length, batches.length);
      const { loss, correct } = await engine.step(batch, state, factor, masks);
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
      loss: state.lossSum / state.clips,
      accuracy: state.correct / state.clips,
      ...(scored && { val_loss: scored.loss, val_accuracy: scored.accuracy, val_uar: scored.uar }),
      learning_rate: state.learningRate,
      seconds: (performance.now() - started) / 1000,
    };
    state.history.push(row);
    const watched = row[monitor]!;
    const { keep, stop } = early.update(state.epoch, watched);
    if (keep && restoreBest) state.best = inUse(state);
    state.learningRate = plateau?.update(watched, state.learningRate) ?? state.learningRate;
    state.stopped = stop;
    state.earlyStopping = early.state;
    state.reduceLr = plateau?.state;
    state.epoch++;
    Object.assign(state, { stepInEpoch: 0, clips: 0, lossSum: 0, correct: 0, epochSeconds: 0 });
    await options.onEpoch?.(row, state);
    started = performance.now();
  }
  await engine.release();
  return {
    ...(state.best ?? inUse(state)),
    bestEpoch: state.best ? state.earlyStopping!.bestEpoch : state.epoch > 0 ? state.epoch - 1 : null,
    history: state.history,
    interrupted: state.epoch < options.epochs && !state.stopped,
    state,
  };
}

function inUse(state: FitState): { weights: Float32Array; statistics: Float32Array } {
  return { weights: weightsInUse(state), statistics: state.statistics };
}
