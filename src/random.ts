import { vectorKernels } from "./kernels.ts";

/**
 * The one generator of randomness: counter-based, so that number `i` of stream `(seed, …key)` is a pure function of
 * these and of nothing else. Resuming, reordering, other bucket sizes, Node and browsers all see the same numbers; there
 * is no state to save but a position.
 *
 * The mixer is the 32-bit finaliser `triple32` found by exhaustive search of hash functions (C. Wellons, "Prospecting
 * for Hash Functions", 2018; public domain), applied to a Weyl sequence of the counter and two 32-bit key words.
 */

/** A bijective 32-bit mixer with exact avalanche bias 0.0208 (`triple32`). */
function mix(value: number): number {
  let x = value | 0;
  x ^= x >>> 17;
  x = Math.imul(x, 0xed5ad4bb);
  x ^= x >>> 11;
  x = Math.imul(x, 0xac4c1b51);
  x ^= x >>> 15;
  x = Math.imul(x, 0x31848bab);
  return (x ^ (x >>> 14)) >>> 0;
}

/** A 32-bit hash of text by its UTF-16 code units: FNV-1a, then {@link mix}. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  return mix(h);
}

/** A part of a stream's name: an integer or a text. */
export type RandomKey = number | string;

/** A named stream of random numbers, e.g. `new Random(seed, "dropout", step, layer)`. */
export class Random {
  readonly #a: number;
  readonly #b: number;
  #counter = 0;

  constructor(seed: number, ...key: readonly RandomKey[]) {
    let a = mix(seed | 0);
    let b = mix((seed | 0) ^ 0x9e3779b9);
    for (const part of key) {
      const word = typeof part === "number" ? mix(part | 0) : hashText(part);
      a = mix((a + word) | 0);
      b = mix((b ^ Math.imul(word, 0x85ebca6b)) | 0);
    }
    this.#a = a;
    this.#b = b;
  }

  /** An integer in [0, 2³²). */
  uint32(): number {
    const i = this.#counter++;
    return mix(mix((this.#a + Math.imul(i, 0x9e3779b9)) | 0) ^ this.#b);
  }

  /**
   * `count` events of probability `p` (0 … 1, on a grid of 2⁻¹⁶): 1 where it happens, else 0. Each takes half of a
   * {@link uint32}, the low half first: 1 where it is at least (1 − p)·2¹⁶.
   */
  chances(count: number, p: number): Uint8Array<ArrayBuffer> {
    const threshold = Math.round((1 - p) * 65536);
    const words = Math.ceil(count / 2);
    const first = this.#counter;
    this.#counter += words;
    if (threshold > 65535) return new Uint8Array(count);
    const kernels = vectorKernels();
    kernels.claim(this);
    const whole = Math.ceil(words / 8) * 8;
    const at = kernels.reserve(2 * whole);
    kernels.loops.chances(this.#a | 0, this.#b | 0, first | 0, whole, threshold, at);
    return new Uint8Array(kernels.loops.memory.buffer, at, 2 * whole).slice(0, count);
  }

  /** A number in [0, 1) on a grid of 2⁻³². */
  uniform(): number {
    return this.uint32() / 4294967296;
  }

  /** A number from the standard normal distribution, mean 0 and variance 1 (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** An integer in [0, n), for 1 ≤ n ≤ 2³². */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** A shuffled copy (Fisher–Yates); the argument is left as it is. */
  shuffle<T>(items: readonly T[]): T[] {
    const out = items.slice();
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }
}
