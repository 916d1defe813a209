/** How many clients are remembered; beyond it, those whose bucket is full again are forgotten. */
const REMEMBERED = 10_000;

interface Bucket {
  tokens: number;
  /** When `tokens` was true, in seconds. */
  at: number;
}

/** A token bucket for each client: `rate` requests a second, and `burst` at once after a pause. */
export class RateLimit {
  readonly #rate: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param now a clock in seconds */
  constructor(rate: number, burst: number, now: () => number = () => performance.now() / 1000) {
    this.#rate = rate;
    this.#burst = burst;
    this.#now = now;
  }

  /** Takes a token. @returns 0, or the seconds until there is one */
  take(client: string): number {
    const bucket = this.#bucketOf(client);
    if (bucket.tokens < 1) return (1 - bucket.tokens) / this.#rate;
    bucket.tokens--;
    return 0;
  }

  /** Takes a token even where there is none. @returns the seconds until the debt is paid */
  owe(client: string): number {
    const bucket = this.#bucketOf(client);
    bucket.tokens--;
    return Math.max(0, -bucket.tokens / this.#rate);
  }

  #bucketOf(client: string): Bucket {
    const now = this.#now();
    const bucket = this.#buckets.get(client) ?? { tokens: this.#burst, at: now };
    bucket.tokens = this.#filled(bucket, now);
    bucket.at = now;
    this.#buckets.set(client, bucket);
    if (this.#buckets.size > REMEMBERED) this.#forget(now);
    return bucket;
  }

  #filled({ tokens, at }: Bucket, now: number): number {
    return Math.min(this.#burst, tokens + (now - at) * this.#rate);
  }

  /** Full buckets say nothing; if all are in use, the longest unused goes, so that memory stays bounded. */
  #forget(now: number): void {
    for (const [client, bucket] of this.#buckets) {
      if (this.#filled(bucket, now) >= this.#burst) this.#buckets.delete(client);
    }
    for (const client of this.#buckets.keys()) {
      if (this.#buckets.size <= REMEMBERED) return;
      this.#buckets.delete(client);
    }
  }
}
