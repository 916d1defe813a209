/** Models in the formats of others. */
export { exportKeras } from "./keras/export.ts";
export { importKeras, type KerasImport } from "./keras/import.ts";
export { parseScaler, scalerFromNpy, type Scaler } from "./keras/scaler.ts";
export { exportWaveform, type WaveformOptions } from "./waveform/export.ts";
