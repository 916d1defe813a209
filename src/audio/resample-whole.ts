import { twiddlesOf, vectorKernels, type Kernels } from "../kernels.ts";
import { type ResampleFilter, resampleFilter } from "./resample-filter.ts";

/**
 * Length of a transform in half lengths of the low-pass: nobody waits for the first block of a whole waveform, and longer
 * transforms leave the cache.
 */
const BLOCK_TAPS = 8;
/** Middle samples before the first one's place where the first block begins: the filter rings there, too. */
const LEAD = 32;
/** 32-bit floats in a vector. The interpolation's taps are padded with zeros to whole vectors. */
const LANES = 4;

/** Where the tables and the work arrays lie, in bytes. */
interface Layout {
  readonly inTwiddles: number;
  readonly midTwiddles: number;
  readonly response: number;
  readonly table: number;
  readonly raw: number;
  readonly buffers: readonly [xr: number, xi: number, yr: number, yi: number, br: number, bi: number];
  readonly middle: number;
  readonly out: number;
}

/**
 * A {@link ResampleFilter} over a whole waveform, in the vector loops. `StreamResampler` is the same block by block, with
 * plain loops around the transforms and in float64, and its oracle in tests.
 *
 * The low-pass is symmetric, so its spectrum is real: two blocks of the signal go through one complex transform, one as
 * its real part and one as its imaginary part, and never mix.
 */
class WholeResampler {
  readonly #filter: ResampleFilter;
  readonly #inSize: number;
  readonly #midSize: number;
  readonly #inTwiddles: Float64Array;
  readonly #midTwiddles: Float64Array;
  /** Middle rate / input rate. */
  readonly #rise: number;
  /** The low-pass's spectrum over the bins that both transforms have: those from 0 up, then those below 0. */
  readonly #response: Float64Array;
  /** Taps left of the place to interpolate, its own sample not counted. */
  readonly #left: number;
  readonly #taps: number;
  /** Shape (phases, taps). */
  readonly #table: Float32Array;
  #layout: Layout | undefined;

  constructor(filter: ResampleFilter) {
    const { inFft, midFft, response, phases, taps, table } = filter;
    this.#filter = filter;
    this.#inSize = inFft.size;
    this.#midSize = midFft.size;
    this.#rise = midFft.size / inFft.size;
    this.#inTwiddles = twiddlesOf(this.#inSize);
    this.#midTwiddles = this.#rise === 1 ? this.#inTwiddles : twiddlesOf(this.#midSize);
    // The inverse by the vector loops is not scaled.
    const shared = 2 * (response.length - 1);
    this.#response = Float64Array.from(
      { length: shared },
      (_, k) => response[Math.min(k, shared - k)]! / this.#midSize,
    );
    this.#left = taps === 1 ? 0 : taps / 2 - 1;
    this.#taps = Math.ceil(taps / LANES) * LANES;
    this.#table = new Float32Array(phases * this.#taps);
    for (let p = 0; p < phases; p++) this.#table.set(table.subarray(p * taps, (p + 1) * taps), p * this.#taps);
  }

  /** Output samples that the middle samples of two blocks give, at most. */
  get #most(): number {
    return Math.ceil((2 * this.#filter.midHop * this.#filter.phases) / this.#filter.step) + 1;
  }

  #place(kernels: Kernels): Layout {
    const part = 8 * Math.max(this.#inSize, this.#midSize);
    const inTwiddles = kernels.place(this.#inTwiddles);
    const midTwiddles = this.#rise === 1 ? inTwiddles : kernels.place(this.#midTwiddles);
    const response = kernels.place(this.#response);
    const table = kernels.place(this.#table);
    const raw = kernels.reserve(4 * this.#inSize);
    const work = kernels.reserve(6 * part);
    return {
      inTwiddles,
      midTwiddles,
      response,
      table,
      raw,
      buffers: [work, work + part, work + 2 * part, work + 3 * part, work + 4 * part, work + 5 * part],
      middle: kernels.reserve(4 * (this.#taps + 2 * this.#filter.midHop)),
      out: kernels.reserve(4 * this.#most),
    };
  }

  /** @returns shape (length) */
  process(x: Float32Array, length: number): Float32Array {
    const kernels = vectorKernels();
    if (!kernels.claim(this) || !this.#layout) this.#layout = this.#place(kernels);
    const layout = this.#layout;
    const { midHop, step, phases } = this.#filter;
    const taps = this.#taps;
    const held = 2 * midHop;
    const out = new Float32Array(length);
    // The last `taps` middle samples of the blocks before, then those of these two.
    const middle = kernels.float32(layout.middle, taps + held);
    middle.fill(0);
    const results = kernels.float32(layout.out, this.#most);
    let position = 0;
    let phase = 0;
    for (let m = 0, start = -LEAD * Math.max(1, this.#rise); m < length; start += held) {
      middle.copyWithin(0, held);
      this.#filterBlocks(kernels, layout, x, start / this.#rise);
      // Middle sample `start` stands at index `taps`; an output needs `taps` samples from position - left on.
      const limit = start + held + this.#left - taps;
      const count = Math.min(length - m, Math.max(0, Math.ceil(((limit + 1 - position) * phases - phase) / step)));
      kernels.loops.interpolate(
        layout.middle + 4 * (position - this.#left - start + taps),
        layout.table,
        taps,
        phases,
        Math.floor(step / phases),
        step % phases,
        phase,
        layout.out,
        count,
      );
      out.set(results.subarray(0, count), m);
      m += count;
      phase += count * step;
      position += Math.floor(phase / phases);
      phase %= phases;
    }
    return out;
  }

  /** Two blocks of the signal, the first from input sample `start` on, through the low-pass: 2·midHop middle samples. */
  #filterBlocks(kernels: Kernels, layout: Layout, x: Float32Array, start: number): void {
    const { loops } = kernels;
    const [xr, xi, yr, yi, br, bi] = layout.buffers;
    const { inHop, inPad, midHop, midPad } = this.#filter;
    const [inSize, midSize] = [this.#inSize, this.#midSize];
    const block = kernels.float32(layout.raw, inSize);
    for (const [part, to] of [xr, xi].entries()) {
      const from = start + part * inHop - inPad;
      const first = Math.min(inSize, Math.max(0, -from));
      const last = Math.max(first, Math.min(inSize, x.length - from));
      block.fill(0, 0, first);
      block.set(x.subarray(from + first, from + last), first);
      block.fill(0, last);
      loops.widen(layout.raw, to, inSize);
    }
    loops.complexFft(xr, xi, yr, yi, br, bi, inSize, layout.inTwiddles);
    if (midSize > inSize) {
      kernels.float64(xr, midSize).fill(0);
      kernels.float64(xi, midSize).fill(0);
    }
    // Frequencies from 0 up, then those below 0: the upper end of either transform.
    const half = this.#response.length / 2;
    const [highIn, highMid] = [8 * (inSize - half), 8 * (midSize - half)];
    loops.filter(yr, yi, layout.response, xr, xi, half);
    loops.filter(yr + highIn, yi + highIn, layout.response + 8 * half, xr + highMid, xi + highMid, half);
    // With the parts exchanged the forward transform is the inverse.
    loops.complexFft(xi, xr, yi, yr, br, bi, midSize, layout.midTwiddles);
    const to = layout.middle + 4 * this.#taps;
    loops.narrow(yr + 8 * midPad, to, midHop);
    loops.narrow(yi + 8 * midPad, to + 4 * midHop, midHop);
  }
}

const resamplers = new WeakMap<ResampleFilter, WholeResampler>();

/**
 * A whole waveform's samples at another rate.
 *
 * @returns shape (length): what lies beyond the signal's end is its ringing, then silence
 */
export function resampleWhole(x: Float32Array, from: number, to: number, length: number): Float32Array {
  const filter = resampleFilter(from, to, BLOCK_TAPS);
  let resampler = resamplers.get(filter);
  if (!resampler) resamplers.set(filter, (resampler = new WholeResampler(filter)));
  return resampler.process(x, length);
}
