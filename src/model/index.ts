/** The networks, their parameters, and the model file that describes itself. Runs in browsers. */
export { cnnBiLstm, frameMultiple } from "./cnn-bilstm.ts";
export type { CnnBiLstmConfig, ConvolutionConfig } from "./cnn-bilstm.ts";
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
  probabilities,
  weightCount,
  type Model,
} from "./model-file.ts";
export { caution, roomDistance, type KnownRoom } from "./rooms.ts";
export {
  foreignness,
  HEAD,
  measureGraph,
  statisticsOfVoice,
  voiceLayout,
  voiceNetwork,
  voiceOffset,
  voiceShare,
  voiceTemperature,
  weightsOfVoice,
  withVoices,
} from "./voices.ts";
export type { VoiceBranch, VoiceReference, WithVoices } from "./voices.ts";
export { preset, PRESETS, type Preset } from "./presets.ts";
