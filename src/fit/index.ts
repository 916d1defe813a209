export { assemble, bucketOf, dropoutMasks, epochBatches, type Batch, type Clips } from "./batches.ts";
export { EarlyStopping, ReduceLrOnPlateau } from "./callbacks.ts";
export type { EarlyStoppingOptions, EarlyStoppingState, ReduceLrOptions, ReduceLrState } from "./callbacks.ts";
export { Engine, type Scored } from "./engine.ts";
export { fit, type EpochRow, type FitOptions, type FitResult } from "./fit.ts";
export { evaluationGraph, trainingGraph, type BatchSize, type TrainingGraph } from "./graphs.ts";
export { KERAS_ADAM, optimizerStep, scheduleFactor, slotNames, stepRates } from "./optimizer.ts";
export type { AdamConfig, OptimizerConfig, OptimizerVectors, ScheduleConfig, SgdConfig } from "./optimizer.ts";
export { initialState, weightsInUse, type FitState } from "./state.ts";
