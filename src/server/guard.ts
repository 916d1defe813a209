import { Problem } from "./problems.ts";
import { RateLimit } from "./rate-limit.ts";

/** Who holds a key. */
export interface Keys {
  /** The name of a key's owner, or null. */
  ownerOf(key: string): string | null;
}

/** Options of {@link Guard}: those of `ServerSettings`. */
export interface GuardOptions {
  readonly rate: number;
  readonly burst: number;
  readonly trustProxy: boolean;
  readonly openMetrics: boolean;
  readonly corsOrigins: readonly string[];
}

/** The subprotocol of live sessions, and how a browser, which cannot set headers, gives its key beside it. */
export const LIVE_PROTOCOL = "speech-emotion.v1";
const KEY_PROTOCOL = "key.";

function keyIn(headers: Headers): string | null {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (bearer !== undefined) return bearer;
  const protocols = (headers.get("sec-websocket-protocol") ?? "").split(",").map((protocol) => protocol.trim());
  return protocols.find((protocol) => protocol.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length) ?? null;
}

/** Who may come in, and how often. */
export class Guard {
  readonly #keys: Keys | null;
  readonly #options: GuardOptions;
  readonly #rate: RateLimit;

  /** @param keys null: everybody may */
  constructor(keys: Keys | null, options: GuardOptions) {
    this.#keys = keys;
    this.#options = options;
    this.#rate = new RateLimit(options.rate, options.burst);
  }

  /** The address that a request comes from: the connection's, or what a trusted proxy says. */
  addressOf(headers: Headers, remote: string | undefined): string {
    const forwarded = this.#options.trustProxy ? headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
    return forwarded || remote || "unknown";
  }

  /**
   * @returns the key's owner, or "anonymous"
   * @throws Problem `unauthorized`, `rate_limited`: guesses of keys count as their address's requests
   */
  admit(headers: Headers, address: string, path: string): string {
    const key = keyIn(headers);
    const owner = key !== null && this.#keys ? this.#keys.ownerOf(key) : null;
    const wait = this.#rate.take(owner === null ? `address ${address}` : `key ${owner}`);
    if (wait > 0) {
      throw new Problem("rate_limited", `more than ${this.#options.rate} requests a second`, { retryAfter: wait });
    }
    const open = !this.#keys || (path === "/metrics" && this.#options.openMetrics);
    if (owner === null && !open) throw new Problem("unauthorized", "send Authorization: Bearer <key>");
    return owner ?? "anonymous";
  }

  /** Pages of other origins may only open live sessions where they may call the server. @throws Problem `origin_forbidden` */
  checkOrigin(headers: Headers): void {
    const origin = headers.get("origin");
    if (origin === null || this.#options.corsOrigins.includes(origin)) return;
    const host = headers.get("host");
    if (host !== null && URL.canParse(origin) && new URL(origin).host === host) return;
    throw new Problem("origin_forbidden", "pages of this origin may not open live sessions");
  }
}
