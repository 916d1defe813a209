/** How long and how much a source at an address may take. */
export interface SourceLimits {
  /** The largest recording that is taken from an address. */
  readonly maxBytes: number;
  /** Seconds for one recording in all. */
  readonly timeoutSeconds: number;
  /** Seconds without a byte. */
  readonly idleSeconds: number;
  /** Times that a recording is asked for when the server fails (5xx, 429, a broken connection). */
  readonly tries: number;
  /** Seconds before the second try; doubled before each further one. */
  readonly backoffSeconds: number;
}

/** 256 MiB hold four and a half hours of MP3 at 128 kbit/s. */
export const SOURCE_LIMITS: SourceLimits = {
  maxBytes: 256 * 2 ** 20,
  timeoutSeconds: 300,
  idleSeconds: 20,
  tries: 4,
  backoffSeconds: 0.5,
};
