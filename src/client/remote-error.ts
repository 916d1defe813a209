import type { LiveErrorCode, ProblemCode, ProblemDetails } from "../server/index.ts";

/** What a server refused. Branch on `code`. */
export class RemoteError extends Error {
  override readonly name: string = "RemoteError";
  /** One of the server's codes; "unreachable" when it did not answer, or not as this server does. */
  readonly code: ProblemCode | LiveErrorCode | "unreachable";
  /** HTTP status, 400 … 599; null where there was none. */
  readonly status: number | null;
  /** The request's id in the server's log; null where there was none. */
  readonly requestId: string | null;
  /** Seconds after which to try again; null where the server did not say. */
  readonly retryAfter: number | null;

  constructor(
    code: RemoteError["code"],
    message: string,
    options: { status?: number; requestId?: string | null; retryAfter?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? null;
    this.requestId = options.requestId ?? null;
    this.retryAfter = options.retryAfter ?? null;
  }
}

/** The error that a response means which is not ok. */
export async function errorOf(response: Response): Promise<RemoteError> {
  const { status, headers } = response;
  const wait = Number(headers.get("retry-after") ?? Number.NaN);
  const known = { status, requestId: headers.get("x-request-id"), retryAfter: Number.isNaN(wait) ? null : wait };
  if (!headers.get("content-type")?.startsWith("application/problem+json")) {
    return new RemoteError(
      "unreachable",
      `the answer is ${status} and none of speech-emotion's: is the address right?`,
      known,
    );
  }
  const problem = (await response.json()) as ProblemDetails;
  return new RemoteError(problem.code, problem.detail, known);
}
