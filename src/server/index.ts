/** The recogniser for other programs, over HTTP and WebSocket. Runs in Node. */
export { createApp, type AppServices, type Connection, type Log } from "./app.ts";
export { startServer, type RunningServer, type StartOptions } from "./listen.ts";
export type {
  ClientMessage,
  EndReason,
  ErrorMessage,
  LiveErrorCode,
  MeasurementMessage,
  ServerMessage,
  SessionEnd,
  SessionEnded,
  SessionUpdate,
  SessionUpdated,
  UtteranceEndMessage,
  UtteranceStartMessage,
} from "./live-messages.ts";
export type { ProblemCode, ProblemDetails } from "./problems.ts";
export type { Health, ModelDescription, ModelsResponse, RecognizeResponse } from "./resources.ts";
export {
  environmentOf,
  flagOf,
  readSettings,
  renderSettings,
  SETTING_NAMES,
  SETTINGS,
  type ServerSettings,
  type Setting,
} from "./settings.ts";
