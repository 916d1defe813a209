import { ParameterError } from "../errors.ts";
import { BlockResampler, type Blocks } from "./resample-blocks.ts";
import { resampleFilter } from "./resample-filter.ts";

/** Length of the transforms in half lengths of the low-pass: long ones are fast, but their samples come in as late. */
const STREAM_BLOCK = 3;

/**
 * `resample` for sound that is still coming in. It exists so that a live stream and a file of the same sound give the
 * same samples: to 1e-6 those of `resample` over everything pushed, wherever the pieces are cut.
 *
 * Nothing is allocated after construction but when a piece is larger than any before.
 */
export class StreamResampler {
  /** Holds what the last {@link push} or {@link finish} gave, from index 0 on; may be replaced when a larger piece comes. */
  output: Float32Array;
  /** In hertz. */
  readonly from: number;
  /** Rate of what comes out, in hertz. */
  readonly to: number;
  /** None where the rates are equal. */
  readonly #blocks: BlockResampler | null;
  /** Input samples of the blocks to come, with what the filter needs around them. */
  readonly #input: Float32Array;
  readonly #pair: Blocks | undefined;
  #filled = 0;
  /** The last middle samples of the blocks before. */
  readonly #carried: Float32Array;
  /** Of the next output sample: its place after the blocks' first middle sample, as position + phase / phases. */
  #position = 0;
  #phase = 0;
  #received = 0;
  #emitted = 0;
  #written = 0;

  /**
   * @param from rate of the pieces, in hertz, a positive integer
   * @param to rate of the output, in hertz, a positive integer
   * @param capacity samples that {@link output} can hold at first
   * @param blockTaps length of a transform in half lengths of the low-pass, at least 3: how much is computed at a time
   * @throws ParameterError for a rate that is no positive integer
   */
  constructor(from: number, to: number, capacity: number = 0, blockTaps: number = STREAM_BLOCK) {
    requireRate("from", from);
    requireRate("to", to);
    this.from = from;
    this.to = to;
    this.output = new Float32Array(capacity);
    this.#blocks = from === to ? null : BlockResampler.of(resampleFilter(from, to, blockTaps));
    this.#input = new Float32Array(this.#blocks?.inputSize ?? 0);
    this.#pair = this.#blocks?.blocksOf(this.#input);
    this.#carried = new Float32Array(this.#blocks?.carriedSize ?? 0);
    this.reset();
  }

  /** The longest that a sample waits until it comes out, in seconds: two blocks, and the filters' look-ahead. */
  get delaySeconds(): number {
    return (this.#blocks?.delay ?? 0) / this.from;
  }

  /** Back to before the first sample. */
  reset(): void {
    this.#input.fill(0);
    this.#carried.fill(0);
    this.#filled = this.#blocks?.lead ?? 0;
    this.#position = this.#blocks?.firstPosition ?? 0;
    this.#phase = 0;
    this.#received = 0;
    this.#emitted = 0;
  }

  /**
   * Takes samples in.
   *
   * @param chunk of any length, also 0; not kept
   * @returns how many samples are new, at the front of {@link output}; they stay until the next call
   */
  push(chunk: Float32Array): number {
    this.#written = 0;
    this.#take(chunk);
    return this.#written;
  }

  /**
   * Ends the stream: silence follows. Call {@link reset} before the next one.
   *
   * @returns as {@link push}; all calls together have then given ceil(received · to / from) samples
   */
  finish(): number {
    this.#written = 0;
    this.#end();
    return this.#written;
  }

  /** A whole sound at once. @returns ceil(n · to / from) samples, in {@link output} itself when that was made so long */
  convert(samples: Float32Array): Float32Array {
    this.reset();
    this.#written = 0;
    this.#take(samples);
    this.#end();
    return this.#written === this.output.length ? this.output : this.output.slice(0, this.#written);
  }

  #take(chunk: Float32Array): void {
    if (!this.#blocks) {
      this.#reserve(chunk.length);
      this.output.set(chunk);
      this.#written = chunk.length;
      return;
    }
    this.#received += chunk.length;
    const input = this.#input;
    for (let i = 0; i < chunk.length;) {
      const start = this.#filled;
      const stop = Math.min(input.length, start + chunk.length - i);
      for (let k = start; k < stop; k++, i++) input[k] = chunk[i]!;
      this.#filled = stop;
      if (stop === input.length) this.#convert(this.#blocks, Infinity);
    }
  }

  #end(): void {
    const total = Math.ceil((this.#received * this.to) / this.from);
    while (this.#blocks && this.#emitted < total) {
      this.#input.fill(0, this.#filled);
      this.#convert(this.#blocks, total);
    }
  }

  #reserve(samples: number): void {
    if (samples <= this.output.length) return;
    const larger = new Float32Array(Math.max(samples, 2 * this.output.length));
    larger.set(this.output);
    this.output = larger;
  }

  /** Two full blocks of input → what they make, up to output sample `limit` of the stream. */
  #convert(blocks: BlockResampler, limit: number): void {
    const { step, phases, held, advance } = blocks;
    // `| 0` keeps whole numbers whole: a double in a field would have to be allocated.
    const count = Math.min(blocks.ready(this.#position, this.#phase), limit - this.#emitted) | 0;
    this.#reserve(this.#written + count);
    blocks.process(this.#pair!, this.#carried, this.#position, this.#phase, count, this.output, this.#written);
    const phase = this.#phase + count * step;
    this.#position = (this.#position + Math.floor(phase / phases) - held) | 0;
    this.#phase = (phase % phases) | 0;
    this.#written += count;
    this.#emitted += count;
    this.#input.copyWithin(0, advance);
    this.#filled = this.#input.length - advance;
  }
}

function requireRate(name: string, rate: number): void {
  if (!Number.isInteger(rate) || rate < 1) {
    throw new ParameterError(`StreamResampler: ${name}=${rate} must be a positive integer, in hertz`);
  }
}
