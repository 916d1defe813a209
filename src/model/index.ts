/** The networks, their parameters, and the model file that describes itself. Runs in browsers. */
export { cnnBiLstm, frameMultiple, type CnnBiLstmConfig, type ConvolutionConfig } from "./cnn-bilstm.ts";
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
export { preset, PRESETS, type Preset } from "./presets.ts";
