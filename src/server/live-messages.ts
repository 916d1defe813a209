import { z } from "zod";
import { namedObject } from "./schema.ts";

/** Settings of a live session: the first message, before any sound. */
export interface SessionUpdate {
  readonly type: "session.update";
  /** Of the frames that follow, in hertz. */
  readonly sample_rate: number;
  /** From one measurement to the next while somebody speaks; default 500. */
  readonly interval_ms?: number;
  /** Of the frames: 16-bit little-endian integers, one channel; there is no other yet. */
  readonly encoding?: "s16le";
}

/** The sound is over: the server tells the last events and closes. */
export interface SessionEnd {
  readonly type: "session.end";
}

/** What a client says; sound comes in binary messages. */
export type ClientMessage = SessionUpdate | SessionEnd;

/** The settings are taken. */
export interface SessionUpdated {
  readonly type: "session.updated";
  /** A name for this session, as it stands in the log. */
  readonly session_id: string;
  /** Of the frames that are expected, in hertz. */
  readonly sample_rate: number;
  /** From one measurement to the next, in milliseconds. */
  readonly interval_ms: number;
  readonly encoding: "s16le";
  readonly labels: readonly string[];
}

/** Somebody began to speak. */
export interface UtteranceStartMessage {
  readonly type: "utterance.start";
  readonly audio_start_ms: number;
}

/** What a stretch of speech sounds like. Times are of sound, from the first sample. */
export interface MeasurementMessage {
  readonly type: "measurement.result";
  /** `interval`: in the course of the utterance; `speech_ended`: at its end. */
  readonly trigger: "interval" | "speech_ended";
  readonly audio_start_ms: number;
  readonly audio_end_ms: number;
  readonly emotion: string;
  readonly confidence: number;
  readonly probabilities: Readonly<Record<string, number>>;
}

/** Somebody has stopped speaking. */
export interface UtteranceEndMessage {
  readonly type: "utterance.end";
  readonly audio_start_ms: number;
  readonly audio_end_ms: number;
}

/** Why a session ended: the client said so, its sound reached the limit, or the server stops. */
export type EndReason = "client" | "session_limit" | "stopping";

/** Everything has been told; the server closes the connection. */
export interface SessionEnded {
  readonly type: "session.ended";
  /** Why it ended. */
  readonly reason: EndReason;
  /** How much sound was taken. */
  readonly audio_ms: number;
}

/** What can be wrong in a session. */
export type LiveErrorCode =
  | "config_invalid"
  | "invalid_audio_frame"
  | "message_invalid"
  | "message_too_large"
  | "rate_limited"
  | "idle_timeout"
  | "client_too_slow"
  | "internal";

/** Whether an error ends the session, and with which close code. */
export const LIVE_ERRORS: Readonly<Record<LiveErrorCode, { readonly fatal: boolean; readonly close: number }>> = {
  config_invalid: { fatal: false, close: 1008 },
  invalid_audio_frame: { fatal: false, close: 1007 },
  message_invalid: { fatal: false, close: 1007 },
  message_too_large: { fatal: false, close: 1009 },
  rate_limited: { fatal: true, close: 1008 },
  idle_timeout: { fatal: true, close: 1001 },
  client_too_slow: { fatal: true, close: 1008 },
  internal: { fatal: true, close: 1011 },
};

/** A message was not taken; after a fatal error the server closes the connection. */
export interface ErrorMessage {
  readonly type: "error";
  readonly code: LiveErrorCode;
  readonly message: string;
  /** Whether the server now closes the connection. */
  readonly fatal: boolean;
}

/** What the server says. */
export type ServerMessage =
  | SessionUpdated
  | UtteranceStartMessage
  | MeasurementMessage
  | UtteranceEndMessage
  | SessionEnded
  | ErrorMessage;

const ms = z.int().min(0).describe("milliseconds of sound from the first sample");

/** Schema of {@link ClientMessage}. */
export const clientMessage: z.ZodType<ClientMessage> = z.union([
  namedObject<SessionUpdate>("SessionUpdate", "The settings of a live session; the first message.", {
    type: z.literal("session.update"),
    sample_rate: z.int().min(8000).max(96_000).describe("of the frames that follow, in hertz"),
    interval_ms: z.int().min(100).max(60_000).exactOptional().describe("between measurements; default 500"),
    encoding: z.literal("s16le").exactOptional(),
  }),
  namedObject<SessionEnd>("SessionEnd", "The sound is over.", { type: z.literal("session.end") }),
]);
const probability = z.number().min(0).max(1);

/** Schema of {@link ServerMessage}. */
export const serverMessage: z.ZodType<ServerMessage> = z.union([
  namedObject<SessionUpdated>("SessionUpdated", "The settings are taken.", {
    type: z.literal("session.updated"),
    session_id: z.string(),
    sample_rate: z.int(),
    interval_ms: z.int(),
    encoding: z.literal("s16le"),
    labels: z.array(z.string()),
  }),
  namedObject<UtteranceStartMessage>("UtteranceStart", "Somebody began to speak.", {
    type: z.literal("utterance.start"),
    audio_start_ms: ms,
  }),
  namedObject<MeasurementMessage>("MeasurementResult", "What a stretch of speech sounds like.", {
    type: z.literal("measurement.result"),
    trigger: z.enum(["interval", "speech_ended"]),
    audio_start_ms: ms,
    audio_end_ms: ms,
    emotion: z.string(),
    confidence: probability,
    probabilities: z.record(z.string(), probability),
  }),
  namedObject<UtteranceEndMessage>("UtteranceEnd", "Somebody has stopped speaking.", {
    type: z.literal("utterance.end"),
    audio_start_ms: ms,
    audio_end_ms: ms,
  }),
  namedObject<SessionEnded>("SessionEnded", "Everything has been told.", {
    type: z.literal("session.ended"),
    reason: z.enum(["client", "session_limit", "stopping"]),
    audio_ms: ms,
  }),
  namedObject<ErrorMessage>("LiveError", "A message was not taken.", {
    type: z.literal("error"),
    code: z.enum(Object.keys(LIVE_ERRORS) as LiveErrorCode[]),
    message: z.string(),
    fatal: z.boolean(),
  }),
]);
