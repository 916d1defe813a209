/** The library in Node: load a model, read audio, get an emotion. */
export { decodeAudio, decodeStream, resample, type DecodedAudio, type Waveform } from "./audio/index.ts";
export { readAudio, streamAudio } from "./audio/read-audio.node.ts";
export * from "./common.ts";
export { readModelFile, writeModelFile } from "./model/files.node.ts";
export { loadRecognizer, pipeline } from "./recognize/load.node.ts";
export { readVoiceProfile, writeVoiceProfile } from "./recognize/voice-files.node.ts";
