/** What changes features and not waveforms: a door of its own, so that training in a browser brings no decoders along. */
export { mixup, mixupWeight, type LabelledFeatures } from "./mixup.ts";
export { specAugment, type SpecAugmentOptions } from "./spec-augment.ts";
export { addBandNoise, limitBands, perturb, stretchFrames, tiltBands, warpBands } from "./perturb.ts";
export type { PerturbOptions } from "./perturb.ts";
