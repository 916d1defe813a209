export { assemble, bucketOf, dropoutMasks, epochBatches, type Batch, type Clips } from "./batches.ts";
export { EarlyStopping, ReduceLrOnPlateau } from "./callbacks.ts";
export type { EarlyStoppingOptions, EarlyStoppingState, ReduceLrOptions, ReduceLrState } from "./callbacks.ts";
export { Engine, type Scored } from "./engine.ts";
export { fit, type EpochRow, type FitOptions, type FitResult } from "./fit.ts";
export { evaluationGraph, trainingGraph, type BatchSize, type TrainingGraph } from "./graphs.ts";
export { adam, adamRate, KERAS_ADAM, type AdamConfig, type AdamVectors } from "./optimizer.ts";
export { initialState, type FitState } from "./state.ts";
