/** The library in Node: load a model, read audio, get an emotion. */
export { decodeAudio, resample, type DecodedAudio, type Waveform } from "./audio/index.ts";
export { readAudio } from "./audio/read-audio.node.ts";
export {
  EIGHT_EMOTIONS,
  EMOTIONS,
  EMOTIONS_WITH_CALM,
  SEVEN_EMOTIONS,
  type Emotion,
  type LabelMap,
} from "./emotions.ts";
export { InputError, ParameterError, SpeechEmotionError, type ErrorCode } from "./errors.ts";
export { Matrix } from "./matrix.ts";
export type { ModelMetadata } from "./model/index.ts";
export { Recognizer, type Recognition, type RecognizeOptions, type RecognizerOptions } from "./recognize/index.ts";
export { loadRecognizer } from "./recognize/load.node.ts";
