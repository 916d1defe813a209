/** A model that listens: a clip, or a stream of which a clip is a short one. Runs in browsers. */
export { Recognizer, type Recognition, type RecognizeOptions, type RecognizerOptions } from "./recognizer.ts";
export {
  EmotionStream,
  type Measurement,
  type StreamEvent,
  type StreamModel,
  type StreamOptions,
  type UtteranceEnd,
  type UtteranceStart,
} from "./stream.ts";
export type { Trigger } from "./windows.ts";
