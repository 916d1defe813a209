import { fromBase64 } from "./bytes.ts";
import { KERNELS } from "./kernels.wasm.ts";

/** The loops in wasm/, by their names there. Every number is an integer or a byte offset into the memory, unless said so. */
interface Loops {
  readonly memory: WebAssembly.Memory;
  bandSums(x: number, columns: number, frames: number, table: number, bands: number, out: number): void;
  complexFft(
    xr: number,
    xi: number,
    yr: number,
    yi: number,
    br: number,
    bi: number,
    size: number,
    twiddles: number,
  ): void;
  powerRows(
    x: number,
    hop: number,
    frames: number,
    window: number,
    scratch: number,
    half: number,
    twiddles: number,
    turns: number,
    out: number,
    stride: number,
    exactFrom: number,
    exactTo: number,
  ): void;
  melRows(
    power: number,
    stride: number,
    frames: number,
    bank: number,
    weights: number,
    bands: number,
    out: number,
  ): void;
  /** `least` and the result, a power, are real numbers. */
  decibels(x: number, count: number, least: number): number;
  /** `floor` is a real number. */
  cepstra(
    x: number,
    frames: number,
    bands: number,
    floor: number,
    even: number,
    odd: number,
    coefficients: number,
    scratch: number,
    out: number,
    outStride: number,
  ): void;
  chromaRows(power: number, stride: number, frames: number, filters: number, bins: number, out: number): void;
  /** `part`, `sampleRate` and `nFft` are real numbers. */
  peakRows(
    power: number,
    stride: number,
    frames: number,
    from: number,
    to: number,
    part: number,
    sampleRate: number,
    nFft: number,
    hertz: number,
    heights: number,
  ): number;
  squareSums(x: number, block: number, blocks: number, out: number): void;
  /** `threshold` is a real number. */
  crossingSums(x: number, block: number, blocks: number, threshold: number, out: number): void;
  chances(a: number, b: number, first: number, words: number, threshold: number, out: number): void;
  /** The result, a sum of squares, is a real number. */
  levels(x: number, count: number, peak: number): number;
  /** `part` and `least` are real numbers. */
  centre(x: number, count: number, part: number, least: number): number;
  /** The result, a power, is a real number. */
  correlate(work: number, size: number, stretch: number, twiddles: number, real: number, imaginary: number): number;
  /** `scale` and `silence` are real numbers. */
  differences(
    x: number,
    correlation: number,
    stretch: number,
    shortest: number,
    longest: number,
    scale: number,
    silence: number,
    out: number,
  ): void;
  /** `scale` is a real number. */
  hannPower(real: number, imaginary: number, bins: number, scale: number, out: number): void;
  bandPowers(power: number, bank: number, weights: number, bands: number, out: number): void;
  /** `step` and `least` are real numbers. */
  moments(power: number, first: number, count: number, step: number, least: number, out: number): void;
  lagProducts(x: number, count: number, lags: number, out: number): void;
  widen(x: number, out: number, count: number): void;
  narrow(x: number, out: number, count: number): void;
  filter(xr: number, xi: number, response: number, yr: number, yi: number, count: number): void;
  interpolate(
    x: number,
    table: number,
    taps: number,
    phases: number,
    step: number,
    phaseStep: number,
    phase: number,
    out: number,
    count: number,
  ): void;
}

const PAGE = 65536;
/** Nothing of ours lies below: a null pointer stays recognisable, and loops may look a vector before their first. */
const FIRST = 1024;

/** The owner that stands for all streams. */
const SHARED = {};

/**
 * The package's vector loops and their memory. It exists because V8 runs plain loops one number at a time: measured on one
 * core, the same transform is 2 to 3 times faster in 128-bit vectors.
 *
 * The memory has one owner at a time. An owner begins with {@link claim}; what it lays out stays until another owner
 * claims, so tables need not be copied again for the next clip. Nothing in here waits, so owners never interleave.
 */
class Kernels {
  readonly loops: Loops;
  #owner: object | undefined;
  #top = FIRST;
  #generation = 0;

  constructor() {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fromBase64(KERNELS)));
    this.loops = exports as unknown as Loops;
  }

  /** True: the memory is as this owner left it. False: it is now this owner's, and empty. */
  claim(owner: object): boolean {
    if (this.#owner === owner) return true;
    this.#owner = owner;
    this.#top = FIRST;
    return false;
  }

  /**
   * {@link claim} for all who work on sound piece by piece: since they take turns, what each lays out stays beside the
   * others'.
   *
   * @returns a number that is another one when all of it is gone
   */
  share(): number {
    if (!this.claim(SHARED)) this.#generation++;
    return this.#generation;
  }

  /** Room for so many bytes, aligned to a cache line; contents are what was there before. */
  reserve(bytes: number): number {
    const at = this.#top;
    this.#top = Math.ceil((at + bytes) / 64) * 64;
    const missing = this.#top + PAGE - this.loops.memory.buffer.byteLength;
    if (missing > 0) this.loops.memory.grow(Math.ceil(missing / PAGE));
    return at;
  }

  /** Room for zeros. */
  zeros(bytes: number): number {
    const at = this.reserve(bytes);
    new Uint8Array(this.loops.memory.buffer, at, bytes).fill(0);
    return at;
  }

  /** A copy of an array. */
  place(array: Float32Array | Float64Array | Uint32Array): number {
    const at = this.reserve(array.byteLength);
    new Uint8Array(this.loops.memory.buffer, at, array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    );
    return at;
  }

  /** All that was reserved after `at` is free again. */
  release(at: number): void {
    this.#top = at;
  }

  /** Views into the memory: to be made anew after every {@link reserve}, which may move it. */
  float32(at: number, length: number): Float32Array {
    return new Float32Array(this.loops.memory.buffer, at, length);
  }

  float64(at: number, length: number): Float64Array {
    return new Float64Array(this.loops.memory.buffer, at, length);
  }

  uint32(at: number, length: number): Uint32Array {
    return new Uint32Array(this.loops.memory.buffer, at, length);
  }
}

/**
 * One user's part of the memory that streams share: where its tables and arrays lie, and views of them. Both are made anew where
 * the memory was somebody else's meanwhile, the views also where it grew and has moved.
 */
export class SharedPart<Layout extends object, Views extends object> {
  layout!: Layout;
  views!: Views;
  readonly #place: (kernels: Kernels) => Layout;
  readonly #view: (kernels: Kernels, layout: Layout) => Views;
  #generation = -1;
  #buffer: ArrayBufferLike | undefined;

  constructor(place: (kernels: Kernels) => Layout, view: (kernels: Kernels, layout: Layout) => Views) {
    this.#place = place;
    this.#view = view;
  }

  /** To be called before every use: {@link layout} and {@link views} hold until another part is opened. */
  open(kernels: Kernels): void {
    const generation = kernels.share();
    if (generation !== this.#generation) {
      this.layout = this.#place(kernels);
      this.#buffer = undefined;
    }
    this.#generation = generation;
    const { buffer } = kernels.loops.memory;
    if (this.#buffer === buffer) return;
    this.views = this.#view(kernels, this.layout);
    this.#buffer = buffer;
  }
}

let kernels: Kernels | undefined;

/** The one instance of a thread, made at first use. */
export function vectorKernels(): Kernels {
  return (kernels ??= new Kernels());
}

export type { Kernels };

/**
 * The twiddles of a complex transform of `size` (a power of two of at least 16) in the order of use: the first pass's as
 * vectors for two neighbouring butterflies, then one set of (cos, sin) of p, 2p and 3p a butterfly.
 */
export function twiddlesOf(size: number): Float64Array {
  const out: number[] = [];
  const at = (p: number, power: number, n: number): [number, number] => {
    const angle = (-2 * Math.PI * p * power) / n;
    return [Math.cos(angle), Math.sin(angle)];
  };
  for (let p = 0; p < size / 4; p += 2) {
    for (const power of [1, 2, 3]) {
      const [re, im] = at(p, power, size);
      const [nextRe, nextIm] = at(p + 1, power, size);
      out.push(re, nextRe, im, nextIm);
    }
  }
  for (let n = size / 4; n > 4; n /= 4) {
    for (let p = 0; p < n / 4; p++) for (const power of [1, 2, 3]) out.push(...at(p, power, n));
  }
  return Float64Array.from(out);
}

/** (cos, sin) of πk/half as `realFft` wants them: k and k + 1 a vector, from k = 1 to the middle. */
export function turnsOf(half: number): Float64Array {
  const out: number[] = [];
  for (let k = 1; k <= half / 2; k += 2) {
    const [a, b] = [(Math.PI * k) / half, (Math.PI * (k + 1)) / half];
    out.push(Math.cos(a), Math.cos(b), Math.sin(a), Math.sin(b));
  }
  return Float64Array.from(out);
}

/** A window of 2·half numbers as `realFft` wants it: halved, even and odd samples' as vectors of two neighbours. */
export function windowVectors(window: Float64Array): Float64Array {
  const out = new Float64Array(window.length);
  for (let n = 0; n < window.length; n += 4) {
    for (let lane = 0; lane < 4; lane++) out[n + lane] = window[n + ((lane & 1) << 1) + (lane >> 1)]! / 2;
  }
  return out;
}
