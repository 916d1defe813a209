// Entry of the build: `node scripts/build-kernels.js` compiles it with AssemblyScript into src/kernels.wasm.ts.
export { bandSums } from "./bands";
export { complexFft } from "./fft";
export { cepstra, chromaRows, crossingSums, decibels, melRows, peakRows, powerRows, squareSums } from "./features";
export { levels } from "./levels";
export { bandPowers, centre, correlate, differences, hannPower, lagProducts, moments } from "./logmel";
export { chances } from "./random";
export { filter, interpolate, narrow, widen } from "./resample";
