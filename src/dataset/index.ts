/** Which recordings train, validate and test, as clips with labels; and the guards that no answer leaks. In Node only. */
export {
  augmentationRecord,
  augmentTraining,
  epochExamples,
  renderAugmentation,
  type AugmentationRecord,
  type AugmentedPlan,
} from "./augmentation.ts";
export { clipsOf, loadDataset, renderLeftOut, type Dataset, type DatasetOptions, type Example } from "./dataset.ts";
export { fitWithin, requireNoLeaks, requireOriginalsInTraining, type PlannedParts } from "./leaks.ts";
export type { Plan } from "./plan.ts";
export { softLabel } from "./soft-labels.ts";
