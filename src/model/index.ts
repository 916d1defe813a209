export { cnnBiLstm, type CnnBiLstmConfig } from "./cnn-bilstm.ts";
export { Layers, type DropoutMask, type ParameterSource, type ParameterSpec } from "./layers.ts";
export {
  fromVectors,
  layoutOf,
  network,
  ParameterLayout,
  type NetworkConfig,
  type NetworkLayout,
} from "./parameters.ts";
export { preset, PRESETS, type Preset } from "./presets.ts";
