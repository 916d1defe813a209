/** A model that listens: a clip, or a stream of which a clip is a short one. Runs in browsers. */
export { Recognizer, type Recognition, type RecognizeOptions, type RecognizerOptions } from "./recognizer.ts";
export {
  audioClassifier,
  requireTask,
  type AudioClassifier,
  type ClassifyOptions,
  type LabelScore,
  type PipelineTask,
} from "./pipeline.ts";
export {
  EmotionStream,
  type Measurement,
  type StreamEvent,
  type StreamModel,
  type StreamOptions,
  type UtteranceEnd,
  type UtteranceStart,
} from "./stream.ts";
export {
  calibrateVoice,
  recordedVoice,
  requireKnowledgeOfVoices,
  type CalibrateVoiceOptions,
  type LabelledClip,
  type VoiceRecording,
  type VoiceRecordings,
} from "./calibrate-voice.ts";
export { toSubRip, toWebVtt, WEB_VTT_HEADER } from "./subtitles.ts";
export type { Segment } from "./stretches.ts";
export { roundedSegment, timeline, type TimelineModel, type TimelineOptions } from "./timeline.ts";
export { LEAST_CLIPS, LEAST_NEUTRAL_SECONDS } from "./voice-limits.ts";
export { formatVoiceProfile, parseVoiceProfile, type VoiceProfile } from "./voice-profile.ts";
export type { Trigger } from "./windows.ts";
