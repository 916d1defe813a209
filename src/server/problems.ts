import { z } from "zod";
import { SpeechEmotionError } from "../errors.ts";
import { namedObject } from "./schema.ts";

/** What can be wrong with a request. */
export type ProblemCode =
  | "parameter_invalid"
  | "body_invalid"
  | "audio_missing"
  | "unauthorized"
  | "origin_forbidden"
  | "not_found"
  | "method_not_allowed"
  | "request_timeout"
  | "body_too_large"
  | "audio_too_long"
  | "audio_too_costly"
  | "unsupported_media_type"
  | "audio_empty"
  | "audio_undecodable"
  | "audio_no_samples"
  | "audio_not_finite"
  | "audio_rate_unsupported"
  | "upgrade_required"
  | "rate_limited"
  | "too_many_sessions"
  | "headers_too_large"
  | "internal"
  | "overloaded"
  | "stopping";

/** Status and title of each problem that the server tells. Codes are stable; those of audio are `ErrorCode`s of the library. */
export const PROBLEMS: Readonly<Record<ProblemCode, { readonly status: number; readonly title: string }>> = {
  parameter_invalid: { status: 400, title: "A parameter breaks its rule" },
  body_invalid: { status: 400, title: "The body is not what its content type says" },
  audio_missing: { status: 400, title: "There is no audio in the request" },
  unauthorized: { status: 401, title: "A valid API key is needed" },
  origin_forbidden: { status: 403, title: "Pages of this origin may not call this server" },
  not_found: { status: 404, title: "There is nothing at this path" },
  method_not_allowed: { status: 405, title: "The path does not take this method" },
  request_timeout: { status: 408, title: "The request came too slowly" },
  body_too_large: { status: 413, title: "The upload has too many bytes" },
  audio_too_long: { status: 413, title: "The recording is too long" },
  audio_too_costly: { status: 422, title: "The recording takes too much time or memory to decode" },
  unsupported_media_type: { status: 415, title: "The content type is no audio" },
  audio_empty: { status: 422, title: "The file is empty" },
  audio_undecodable: { status: 422, title: "The file is no audio of a known format, or damaged" },
  audio_no_samples: { status: 422, title: "The audio has no samples" },
  audio_not_finite: { status: 422, title: "The audio holds samples that are no numbers" },
  audio_rate_unsupported: { status: 422, title: "The sampling rate is not supported" },
  upgrade_required: { status: 426, title: "This path speaks WebSocket" },
  rate_limited: { status: 429, title: "Too many requests" },
  too_many_sessions: { status: 429, title: "Too many live sessions" },
  headers_too_large: { status: 431, title: "The request's headers are too large" },
  internal: { status: 500, title: "The server failed" },
  overloaded: { status: 503, title: "The server has too much to do" },
  stopping: { status: 503, title: "The server is stopping" },
};

/** Problem details, RFC 9457. */
export interface ProblemDetails {
  /** Where the problem is described. */
  readonly type: string;
  /** What the code means, always the same words. */
  readonly title: string;
  /** Of HTTP: 400 … 599. */
  readonly status: number;
  /** What was wrong this time. */
  readonly detail: string;
  /** One of a stable list, for programs. */
  readonly code: ProblemCode;
  /** The request's id, also in `x-request-id` and in the server's log. */
  readonly instance: string;
}

const codes = Object.keys(PROBLEMS) as ProblemCode[];

/** Schema of {@link ProblemDetails}. */
export const problemDetails: z.ZodType<ProblemDetails> = namedObject<ProblemDetails>(
  "Problem",
  "Problem details, RFC 9457.",
  {
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(codes),
    instance: z.string(),
  },
);

/** A request that is refused, and why. */
export class Problem extends Error {
  override readonly name: string = "Problem";
  readonly code: ProblemCode;
  /** Seconds after which the request may succeed. */
  readonly retryAfter: number | null;

  constructor(code: ProblemCode, detail: string, { retryAfter, cause }: { retryAfter?: number; cause?: unknown } = {}) {
    super(detail, { cause });
    this.code = code;
    this.retryAfter = retryAfter ?? null;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** As the body of a response. */
  details(requestId: string): ProblemDetails {
    const { status, title } = PROBLEMS[this.code];
    return { type: `/docs#${this.code}`, title, status, detail: this.message, code: this.code, instance: requestId };
  }

  /** @param requestId repeated in the body */
  toResponse(requestId: string): Response {
    return new Response(JSON.stringify(this.details(requestId)), {
      status: this.status,
      headers: {
        "content-type": "application/problem+json",
        ...(this.retryAfter !== null && { "retry-after": String(Math.ceil(this.retryAfter)) }),
        ...(this.code === "unauthorized" && { "www-authenticate": "Bearer" }),
      },
    });
  }
}

/** The problem that an error means; what is no known one is a bug of ours, and its text stays in the log. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = error instanceof SpeechEmotionError ? codes.find((each) => each === error.code) : undefined;
  if (code !== undefined) return new Problem(code, (error as Error).message, { cause: error });
  return new Problem("internal", "an error of the server, which its log tells under this request's id", {
    cause: error,
  });
}
