/** Bytes in, samples at a known rate out. Runs in browsers too, all but {@link file://./read-audio.node.ts}. */
export { decodeRaw, decodeStream, RAW_FORMATS, type RawFormat } from "./decode-stream.ts";
export { AUDIO_FILE_NAME } from "./file-names.ts";
export { decodeAudio, SAMPLE_RATE_RANGE } from "./decode.ts";
export { levelsOf, type Levels } from "./levels.ts";
export { RealFft } from "./fft.ts";
export { resample } from "./resample.ts";
export { StreamResampler } from "./resample-stream.ts";
export { resampleBy } from "./resample-by.ts";
export type { DecodedAudio, Waveform } from "./waveform.ts";
