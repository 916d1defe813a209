import { setTimeout } from "node:timers/promises";
import { joinBytes } from "../../bytes.ts";
import { type ErrorCode, InputError, SpeechEmotionError } from "../../errors.ts";
import type { SourceLimits } from "./limits.ts";

/** A source that failed, and whether another try may help. */
export class SourceError extends InputError {
  override readonly name: string = "SourceError";
  readonly transient: boolean;

  constructor(code: ErrorCode, message: string, transient: boolean, options?: ErrorOptions) {
    super(code, message, options);
    this.transient = transient;
  }
}

/** How a recording is asked for: a fetch of it, signed where it must be. */
export type Ask = (signal: AbortSignal) => Promise<Response>;

/**
 * All bytes at an address. A server that fails is asked again after a pause that doubles; one that refuses, sends too much
 * or does not come to an end is not.
 *
 * @param name what messages call it
 * @param signal ends it with `aborted`
 * @throws SourceError `file_missing` (404, 410), `file_unreadable` (401, 403), `source_unreachable`, `source_too_large`
 */
export async function fetchBytes(
  name: string,
  ask: Ask,
  limits: SourceLimits,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(name, ask, limits, signal);
    } catch (cause) {
      if (signal?.aborted === true) throw new SpeechEmotionError("aborted", `${name}: aborted`, { cause });
      if (!(cause instanceof SourceError && cause.transient) || attempt >= limits.tries) throw cause;
      await setTimeout(1000 * limits.backoffSeconds * 2 ** (attempt - 1), undefined, {
        ...(signal && { signal }),
      }).catch(() => undefined);
    }
  }
}

async function once(name: string, ask: Ask, limits: SourceLimits, signal?: AbortSignal): Promise<Uint8Array> {
  const { maxBytes, idleSeconds, timeoutSeconds } = limits;
  const stop = new AbortController();
  const late = new SourceError("source_unreachable", `${name}: did not end within ${timeoutSeconds} s`, false);
  const idle = new SourceError("source_unreachable", `${name}: no answer for ${idleSeconds} s`, true);
  const deadline = globalThis.setTimeout(() => stop.abort(late), 1000 * timeoutSeconds);
  const waiting = globalThis.setTimeout(() => stop.abort(idle), 1000 * idleSeconds);
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const response = await ask(stop.signal);
    if (!response.ok) {
      await response.body?.cancel();
      throw refusal(name, response);
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    const told = Number(response.headers.get("content-length") ?? 0);
    for await (const chunk of told > maxBytes ? [] : (response.body ?? [])) {
      waiting.refresh();
      chunks.push(chunk as Uint8Array);
      length += (chunk as Uint8Array).length;
      if (length > maxBytes) break;
    }
    if (Math.max(told, length) > maxBytes) {
      const size = told > maxBytes ? `${told} bytes` : "more";
      throw new SourceError("source_too_large", `${name}: ${size}; at most ${maxBytes} bytes are taken`, false);
    }
    return joinBytes(chunks);
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    if (stop.signal.reason instanceof SourceError) throw stop.signal.reason;
    throw new SourceError("source_unreachable", `${name}: ${reasonOf(cause)}`, true, { cause });
  } finally {
    clearTimeout(deadline);
    clearTimeout(waiting);
    signal?.removeEventListener("abort", onAbort);
    stop.abort();
  }
}

function refusal(name: string, { status, statusText }: Response): SourceError {
  const text = `${name}: the server answered ${status} ${statusText}`.trim();
  if (status === 404 || status === 410) return new SourceError("file_missing", text, false);
  if (status === 401 || status === 403) return new SourceError("file_unreadable", text, false);
  return new SourceError("source_unreachable", text, status >= 500 || status === 429 || status === 408);
}

/** fetch says only "fetch failed"; its cause says why. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message || String(cause.cause) : cause.message;
}
