/** Other versions of a voice to learn from. Everything random comes from a `Random`. Runs in browsers. */
export { Random } from "../random.ts";
export { bandLimit, type BandLimitOptions } from "./band-limit.ts";
export { clip, type ClipOptions } from "./clip.ts";
export { crop, shift, type CropOptions, type ShiftOptions } from "./crop.ts";
export { cut, pad, type CutOptions, type PadOptions } from "./ends.ts";
export { gain, type GainOptions } from "./gain.ts";
export { mixup, mixupWeight, type LabelledFeatures } from "./mixup.ts";
export { addNoise, addSound, type NoiseOptions } from "./noise.ts";
export { augment, augmentationText, OPERATIONS, type Augmentation, type Operation } from "./operations.ts";
export { phaseVocoder } from "./phase-vocoder.ts";
export { pitchShift, type PitchShiftOptions } from "./pitch-shift.ts";
export { reverberate, type ReverberateOptions } from "./reverberate.ts";
export {
  augmentationRulesText,
  augmentationsOf,
  parseAugmentation,
  requireKnownLabels,
  type AugmentationRule,
  type RuleOperation,
} from "./rules.ts";
export { specAugment, type SpecAugmentOptions } from "./spec-augment.ts";
export { speed, type SpeedOptions } from "./speed.ts";
export { telephone } from "./telephone.ts";
export { tilt, type TiltOptions } from "./tilt.ts";
export { timeStretch, type TimeStretchOptions } from "./time-stretch.ts";
