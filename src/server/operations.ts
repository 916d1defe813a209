import type { z } from "zod";
import type { ProblemCode } from "./problems.ts";
import { health, modelsResponse, recognizeQuery, recognizeResponse } from "./resources.ts";

/** One thing that the server does: of this table come its routes' checks and the OpenAPI description. */
export interface Operation {
  readonly method: "get" | "post";
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Whether a key is needed, where there are keys. */
  readonly key: boolean;
  readonly query?: z.ZodType;
  /** Whether it takes audio, raw or as a part of a form. */
  readonly audio?: true;
  /** What a good answer is: its content type, and the schema of JSON. */
  readonly answer: { readonly type: string; readonly schema?: z.ZodType };
  readonly problems: readonly ProblemCode[];
}

/** What may stop any request. */
const ALWAYS: readonly ProblemCode[] = ["internal"];
const GUARDED: readonly ProblemCode[] = ["unauthorized", "rate_limited", "stopping", ...ALWAYS];
const JSON_TYPE = "application/json";

/** The operations by name. */
export const OPERATIONS: Readonly<
  Record<"recognize" | "models" | "live" | "healthz" | "readyz" | "metrics" | "openapi" | "docs" | "home", Operation>
> = {
  recognize: {
    method: "post",
    path: "/v1/recognize",
    summary: "The emotions of a recording",
    description:
      "Any common format: wav, aiff, mp3, flac, ogg, opus, webm, and m4a where the package audio-decode is installed; it is told from the bytes. " +
      "Nothing is stored.",
    key: true,
    query: recognizeQuery,
    audio: true,
    answer: { type: JSON_TYPE, schema: recognizeResponse },
    problems: [
      "parameter_invalid",
      "body_invalid",
      "audio_missing",
      "request_timeout",
      "body_too_large",
      "audio_too_long",
      "audio_too_costly",
      "unsupported_media_type",
      "audio_empty",
      "audio_undecodable",
      "audio_no_samples",
      "audio_not_finite",
      "audio_rate_unsupported",
      "overloaded",
      ...GUARDED,
    ],
  },
  models: {
    method: "get",
    path: "/v1/models",
    summary: "The models that answer",
    key: true,
    answer: { type: JSON_TYPE, schema: modelsResponse },
    problems: GUARDED,
  },
  live: {
    method: "get",
    path: "/v1/live",
    summary: "Live sound (WebSocket)",
    description:
      "Upgrade to WebSocket, say `SessionUpdate`, then send sound in binary messages: 16-bit little-endian samples, " +
      "one channel. The server says `UtteranceStart`, `MeasurementResult`, `UtteranceEnd`, `LiveError`, and after " +
      "`SessionEnd` the last of them and `SessionEnded`. A browser gives its key as the subprotocol `key.<key>` beside " +
      "`speech-emotion.v1`.",
    key: true,
    answer: { type: "101" },
    problems: ["upgrade_required", "origin_forbidden", "too_many_sessions", ...GUARDED],
  },
  healthz: {
    method: "get",
    path: "/healthz",
    summary: "Whether the process is alive",
    key: false,
    answer: { type: JSON_TYPE, schema: health },
    problems: ALWAYS,
  },
  readyz: {
    method: "get",
    path: "/readyz",
    summary: "Whether it takes requests; 503 while it starts and stops",
    key: false,
    answer: { type: JSON_TYPE, schema: health },
    problems: ALWAYS,
  },
  metrics: {
    method: "get",
    path: "/metrics",
    summary: "Figures for Prometheus",
    key: true,
    answer: { type: "text/plain" },
    problems: ["unauthorized", "rate_limited", ...ALWAYS],
  },
  openapi: {
    method: "get",
    path: "/openapi.json",
    summary: "This description",
    key: false,
    answer: { type: JSON_TYPE },
    problems: ALWAYS,
  },
  docs: {
    method: "get",
    path: "/docs",
    summary: "This description as a page",
    key: false,
    answer: { type: "text/html" },
    problems: ALWAYS,
  },
  home: {
    method: "get",
    path: "/",
    summary: "The web page",
    key: false,
    answer: { type: "text/html" },
    problems: ALWAYS,
  },
};

/** Content types of raw audio. What is sent without one is taken for audio as well. */
export const AUDIO_TYPES: readonly string[] = [
  "audio/*",
  "application/octet-stream",
  "application/ogg",
  "video/webm",
  "video/mp4",
];

/** Whether a content type is one of {@link AUDIO_TYPES}. */
export function isAudioType(type: string): boolean {
  return type === "" || type.startsWith("audio/") || AUDIO_TYPES.includes(type);
}
