/** What the doors of Node and of browsers have in common. */
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
export {
  calibrateVoice,
  EmotionStream,
  formatVoiceProfile,
  parseVoiceProfile,
  Recognizer,
  timeline,
  toSubRip,
  toWebVtt,
  WEB_VTT_HEADER,
  type AudioClassifier,
  type CalibrateVoiceOptions,
  type ClassifyOptions,
  type LabelledClip,
  type LabelScore,
  type Measurement,
  type PipelineTask,
  type Recognition,
  type RecognizeOptions,
  type RecognizerOptions,
  type Segment,
  type StreamEvent,
  type StreamOptions,
  type TimelineOptions,
  type UtteranceEnd,
  type UtteranceStart,
  type VoiceProfile,
  type VoiceRecording,
  type VoiceRecordings,
} from "./recognize/index.ts";
