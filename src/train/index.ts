/** From recordings to a trained model: dataset, split, augmentation, training, model. In Node only. */
export {
  augmentationRecord,
  augmentTraining,
  clipsOf,
  fitWithin,
  loadDataset,
  renderAugmentation,
  renderLeftOut,
  requireNoLeaks,
  requireOriginalsInTraining,
  type AugmentationRecord,
  type AugmentedPlan,
  type Dataset,
  type DatasetOptions,
  type Example,
  type Plan,
  type PlannedParts,
} from "../dataset/index.ts";
export type { EpochRow, FitResult } from "../fit/index.ts";
export { SETTING_CHOICES, TRAIN_DEFAULTS, trainConfig, type NamedSetting, type TrainConfig } from "../recipe/index.ts";
export { CheckpointFile, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
export { roomExamples, roomsOf } from "./known-rooms.ts";
export {
  canTeachVoices,
  teachVoices,
  withTaughtVoices,
  type TaughtVoices,
  type TeachVoicesOptions,
} from "./known-voices.ts";
export { measureExamples, type MeasureOptions, type Measures } from "./measures.ts";
export { neutralReference } from "./neutral-reference.ts";
export { fitStandardizer, type Standardizer } from "./standardizer.ts";
export {
  identityOf,
  modelOf,
  planTraining,
  renderUntaught,
  train,
  type TrainHooks,
  type TrainResult,
} from "./train.ts";
