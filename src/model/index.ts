/** The networks, their parameters, and the model file that describes itself. Runs in browsers. */
export { cnnBiLstm, frameMultiple } from "./cnn-bilstm.ts";
export type { CnnBiLstmConfig, ConvolutionConfig, PlainClips } from "./cnn-bilstm.ts";
export { functionalsCount } from "./functionals.ts";
export { Layers, type DropoutMask, type ParameterSource, type ParameterSpec } from "./layers.ts";
export {
  fromVectors,
  layoutOf,
  network,
  ParameterLayout,
  type NetworkConfig,
  type NetworkLayout,
} from "./parameters.ts";
export { MODEL_FORMAT, toProperties, type Calibration, type ModelMetadata, type NeutralReference } from "./metadata.ts";
export {
  decodeModel,
  encodeHidden,
  encodeModel,
  fingerprint,
  HEAD,
  probabilities,
  weightCount,
  type Model,
} from "./model-file.ts";
export { measureCount, measureGraph, statisticsOfVoice, voiceOffset, type VoiceReference } from "./voice-measures.ts";
export { preset, PRESETS, type Preset } from "./presets.ts";
