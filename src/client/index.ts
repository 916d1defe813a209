/** A server of `ser serve`, from Node or a browser. */
export { SpeechEmotionClient, type ClientOptions, type RemoteRecognizeOptions } from "./client.ts";
export { type LiveConnection, type LiveEvent, type LiveOptions } from "./live-connection.ts";
export { RemoteError } from "./remote-error.ts";
export type {
  EndReason,
  LiveErrorCode,
  MeasurementMessage,
  ModelDescription,
  ProblemCode,
  RecognizeResponse,
  SessionEnded,
  SessionUpdated,
  UtteranceEndMessage,
  UtteranceStartMessage,
} from "../server/index.ts";
