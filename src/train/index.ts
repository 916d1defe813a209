/** From recordings to a trained model: dataset, split, augmentation, training, model. In Node only. */
export {
  augmentationRecord,
  augmentTraining,
  renderAugmentation,
  type AugmentationRecord,
  type AugmentedPlan,
} from "./augmentation.ts";
export { CheckpointFile, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
export { TRAIN_DEFAULTS, type TrainConfig } from "./config.ts";
export { type NamedSetting, SETTING_CHOICES, trainConfig } from "./config-rules.ts";
export { clipsOf, loadDataset, renderLeftOut, type Dataset, type DatasetOptions, type Example } from "./dataset.ts";
export { fitWithin, requireNoLeaks, requireOriginalsInTraining, type PlannedParts } from "./leaks.ts";
export { neutralReference } from "./neutral-reference.ts";
export type { Plan } from "./plan.ts";
export { fitStandardizer, type Standardizer } from "./standardizer.ts";
export type { EpochRow, FitResult } from "../fit/index.ts";
export { identityOf, modelOf, planTraining, train, type TrainHooks } from "./train.ts";
