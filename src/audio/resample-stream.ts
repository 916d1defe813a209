import { ParameterError } from "../errors.ts";
import { type ResampleFilter, resampleFilter } from "./resample-filter.ts";
import { VectorFft } from "./vector-fft.ts";

/** Length of the transforms in half lengths of the low-pass: long ones are fast, but their samples come in as late. */
const STREAM_BLOCK = 4;

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
  readonly #filter: ResampleFilter;
  /** Input samples of the block to come, from `inPad` before it to `inPad` after it. */
  readonly #block: Float64Array;
  readonly #inFft: VectorFft;
  readonly #midFft: VectorFft;
  /** The last `taps` middle samples of the block before, then those of this block. */
  readonly #middle: Float64Array;
  /** Samples that are in the block already. */
  #filled = 0;
  /** Of the next output sample: its place after the block's first middle sample, as position + phase / phases. */
  #position = 0;
  #phase = 0;
  #received = 0;
  #emitted = 0;
  #written = 0;

  /**
   * @param from rate of the pieces, in hertz, a positive integer
   * @param to rate of the output, in hertz, a positive integer
   * @param capacity samples that {@link output} can hold at first
   * @param blockTaps length of a transform in half lengths of the low-pass, at least 4: how much is computed at a time
   * @throws ParameterError for a rate that is no positive integer
   */
  constructor(from: number, to: number, capacity: number = 0, blockTaps: number = STREAM_BLOCK) {
    requireRate("from", from);
    requireRate("to", to);
    this.from = from;
    this.to = to;
    const filter = resampleFilter(from, to, blockTaps);
    this.#filter = filter;
    this.#block = new Float64Array(filter.inFft.size);
    this.#inFft = new VectorFft(filter.inFft.size);
    this.#midFft = filter.midFft === filter.inFft ? this.#inFft : new VectorFft(filter.midFft.size);
    this.#middle = new Float64Array(filter.taps + filter.midHop);
    this.output = new Float32Array(capacity);
    this.reset();
  }

  /** The longest that a sample waits until it comes out, in seconds: the block, and the filters' look-ahead. */
  get delaySeconds(): number {
    if (this.from === this.to) return 0;
    const { inHop, inPad, midHop, taps } = this.#filter;
    return (inHop + inPad + (taps / 2) * (inHop / midHop)) / this.from;
  }

  /** Back to before the first sample. */
  reset(): void {
    const { taps, inHop, inPad, midHop } = this.#filter;
    this.#block.fill(0);
    this.#middle.fill(0);
    // The filter rings before the first sample, too: one block of lead when the interpolation looks there.
    this.#filled = taps === 1 ? inPad : inHop + inPad;
    this.#position = taps === 1 ? 0 : midHop;
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
    if (this.from === this.to) {
      this.#reserve(chunk.length);
      this.output.set(chunk);
      this.#written = chunk.length;
      return;
    }
    const block = this.#block;
    this.#received += chunk.length;
    for (let i = 0; i < chunk.length;) {
      const start = this.#filled;
      const stop = Math.min(block.length, start + chunk.length - i);
      for (let b = start; b < stop; b++, i++) block[b] = chunk[i]!;
      this.#filled = stop;
      if (stop === block.length) this.#convert(Infinity);
    }
  }

  #end(): void {
    const total = Math.ceil((this.#received * this.to) / this.from);
    while (this.#emitted < total) {
      this.#block.fill(0, this.#filled);
      this.#convert(total);
    }
  }

  #reserve(samples: number): void {
    if (samples <= this.output.length) return;
    const larger = new Float32Array(Math.max(samples, 2 * this.output.length));
    larger.set(this.output);
    this.output = larger;
  }

  /** One full block of input → what it makes, up to output sample `limit` of the stream. */
  #convert(limit: number): void {
    const { inHop, midHop, midPad, taps } = this.#filter;
    const block = this.#block;
    const middle = this.#middle;
    middle.copyWithin(0, midHop);
    this.#lowPass();
    const filtered = this.#midFft.outRe;
    const scale = 1 / this.#midFft.size;
    for (let i = 0; i < midHop; i++) middle[taps + i] = scale * filtered[midPad + i]!;
    block.copyWithin(0, inHop);
    this.#filled = block.length - inHop;
    if (taps === 1) this.#copy(limit);
    else this.#interpolate(limit);
  }

  /** The block through the sharp filter, at the middle rate and times its transform's size, into that transform's outRe. */
  #lowPass(): void {
    const { response } = this.#filter;
    const inFft = this.#inFft;
    const midFft = this.#midFft;
    const block = this.#block;
    // Either may move the other's arrays the first time.
    inFft.begin();
    midFft.begin();
    inFft.begin();
    const { re: x, im: nothing, outRe, outIm } = inFft;
    for (let i = 0; i < block.length; i++) {
      x[i] = block[i]!;
      nothing[i] = 0;
    }
    inFft.forward();
    const { re, im, size } = midFft;
    // Bins that the input's rate does not have.
    for (let k = response.length; k <= size - response.length; k++) {
      re[k] = 0;
      im[k] = 0;
    }
    for (let k = 0; k < response.length; k++) {
      const mirror = (size - k) & (size - 1);
      const real = outRe[k]! * response[k]!;
      // Its own mirror is real, as all of a real signal's spectrum at 0 and at the middle.
      const imaginary = mirror === k ? 0 : outIm[k]! * response[k]!;
      re[k] = real;
      im[k] = imaginary;
      re[mirror] = real;
      im[mirror] = -imaginary;
    }
    midFft.inverse();
  }

  /** The middle rate is the output's. */
  #copy(limit: number): void {
    const middle = this.#middle;
    const count = Math.min(this.#filter.midHop, limit - this.#emitted);
    this.#reserve(this.#written + count);
    const out = this.output;
    for (let i = 0, m = this.#written; i < count; i++, m++) out[m] = middle[1 + i]!;
    this.#written += count;
    this.#emitted += count;
  }

  #interpolate(limit: number): void {
    const { taps, phases, table, midHop } = this.#filter;
    const step = Math.floor(this.#filter.step / phases);
    const phaseStep = this.#filter.step % phases;
    const middle = this.#middle;
    // middle[i] is i - taps samples after the block's first; the last taps / 2 wait for the next block.
    const first = taps - (taps / 2 - 1);
    let position = this.#position;
    let phase = this.#phase;
    const before = (midHop - taps / 2 - position) * phases - phase;
    const count = Math.min(Math.max(0, Math.ceil(before / this.#filter.step)), limit - this.#emitted);
    this.#reserve(this.#written + count);
    const out = this.output;
    let m = this.#written;
    const last = m + count;
    while (m < last) {
      let at = (position + first) | 0;
      let t = (phase * taps) | 0;
      const stop = t + taps;
      // Two sums, so that one addition need not wait for the last; the number of taps is even.
      let even = 0;
      let odd = 0;
      for (; t < stop; t += 2, at += 2) {
        even += middle[at]! * table[t]!;
        odd += middle[at + 1]! * table[t + 1]!;
      }
      out[m++] = even + odd;
      position += step;
      phase += phaseStep;
      if (phase >= phases) {
        phase -= phases;
        position++;
      }
    }
    this.#position = position - midHop;
    this.#phase = phase;
    this.#emitted += count;
    this.#written = last;
  }
}

function requireRate(name: string, rate: number): void {
  if (!Number.isInteger(rate) || rate < 1) {
    throw new ParameterError(`StreamResampler: ${name}=${rate} must be a positive integer, in hertz`);
  }
}
