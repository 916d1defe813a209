import { ParameterError } from "../errors.ts";
import { KERAS_ADAM } from "../fit/index.ts";
import type { BatchRecipe, FitOptions, OptimizerConfig, ScheduleConfig } from "../fit/index.ts";
import { frontEnd } from "../gate/index.ts";
import { preset, type NetworkConfig } from "../model/index.ts";
import type { TrainConfig } from "../recipe/index.ts";
import { parseDevice, type SessionOptions } from "../runtime/index.ts";

type FitSettings = Pick<FitOptions, "epochs" | "batchSize" | "learningRate" | "optimizer" | "schedule" | "recipe"> &
  Pick<FitOptions, "balance" | "monitor" | "earlyStopping" | "restoreBest" | "reduceLr">;

/** What runs a training's networks. @throws ParameterError for a device that there is none of */
export function sessionOptions({ device, threads }: TrainConfig): SessionOptions {
  return { device: parseDevice(device), ...(threads > 0 && { threads }) };
}

/**
 * What a flat configuration means to the loop of `fit/`.
 *
 * @param mean of each column over the training part: what stands after a clip's end in a masked network, where zeros would be a sound
 */
export function fitSettings(config: TrainConfig, network: NetworkConfig, mean: Float32Array): FitSettings {
  return {
    epochs: config.epochs,
    batchSize: config.batch,
    learningRate: config.learningRate,
    optimizer: optimizerOf(config),
    schedule: scheduleOf(config),
    recipe: recipeOf(config, network, mean),
    balance: config.balance,
    monitor: config.monitor,
    earlyStopping: {
      patience: config.stopPatience,
      minDelta: config.stopMinDelta,
      startFromEpoch: config.stopFromEpoch,
      ...(config.stopBaseline !== null && { baseline: config.stopBaseline }),
    },
    restoreBest: config.restoreBest,
    reduceLr: config.schedule === "plateau" && {
      factor: config.reduceFactor,
      patience: config.reducePatience,
      minLr: config.reduceMinLr,
    },
  };
}

function optimizerOf({ optimizer, weightDecay, momentum, clipNorm, averageDecay }: TrainConfig): OptimizerConfig {
  return {
    ...(optimizer === "sgd" ? { kind: "sgd", momentum, nesterov: false } : { ...KERAS_ADAM, weightDecay }),
    ...(clipNorm > 0 && { clipNorm }),
    ...(averageDecay > 0 && { averageDecay }),
  } as OptimizerConfig;
}

function scheduleOf(config: TrainConfig): ScheduleConfig {
  if (config.schedule === "cosine") {
    const floor = Math.min(1, config.reduceMinLr / config.learningRate);
    return { kind: "cosine", warmup: config.warmupEpochs, floor };
  }
  if (config.schedule === "step") return { kind: "step", every: config.stepEpochs, factor: config.reduceFactor };
  return { kind: "constant" };
}

function recipeOf(config: TrainConfig, network: NetworkConfig, mean: Float32Array): BatchRecipe {
  const { labelSmoothing, mixup, perturb, timeMasks, timeWidth, frequencyMasks, frequencyWidth } = config;
  const { id, columns, layout } = frontEnd(preset(config.preset).featureSet).set;
  if (perturb > 0 && !layout) {
    throw new ParameterError(`train: perturb=${perturb} needs mel bands, ${id} has none; use 0 or another preset`);
  }
  const bands = columns.filter(({ name }) => name.startsWith("logmel_")).length;
  const specAugment = {
    timeMasks,
    timeWidth,
    frequencyMasks,
    frequencyWidth,
    // Level, pitch and the like are no neighbours of the bands.
    ...(bands > 0 && { frequencyColumns: bands }),
  };
  return {
    ...(labelSmoothing > 0 && { labelSmoothing }),
    ...(mixup > 0 && { mixup, ...(network.masked && { padding: mean }) }),
    ...(perturb > 0 && layout && { perturb: { layout, strength: perturb, maxFrames: network.frames } }),
    ...((timeMasks > 0 || frequencyMasks > 0) && { specAugment }),
  };
}
