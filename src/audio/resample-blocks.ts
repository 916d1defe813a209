import { type Kernels, SharedPart, twiddlesOf, vectorKernels } from "../kernels.ts";
import type { ResampleFilter } from "./resample-filter.ts";

/** Middle samples before the first one's place where the first block begins: the filter rings there, too. */
const LEAD = 32;

/** Where the tables and the work arrays lie, in bytes. */
interface Layout {
  readonly inTwiddles: number;
  readonly midTwiddles: number;
  readonly response: number;
  readonly table: number;
  readonly raw: number;
  /** Two parts each: what is transformed, its transform, scratch. */
  readonly xr: number;
  readonly xi: number;
  readonly yr: number;
  readonly yi: number;
  readonly br: number;
  readonly bi: number;
  readonly middle: number;
  readonly out: number;
}

/** The same as arrays. */
interface Views {
  readonly raw: Float32Array;
  /** Spectra at the middle rate, both parts. */
  readonly spectrum: Float64Array;
  readonly middle: Float32Array;
  /** The end of `middle`, which is carried over. */
  readonly tail: Float32Array;
  readonly out: Float32Array;
}

/** The two blocks of an input array, which share what lies between them. */
export interface Blocks {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

const made = new WeakMap<ResampleFilter, BlockResampler>();

/**
 * A {@link ResampleFilter} on two neighbouring blocks of a signal, in the vector loops. It has no state of its own, so all
 * streams of a thread share one of each filter.
 *
 * The low-pass is symmetric, so its spectrum is real: two blocks of the signal go through one complex transform, one as
 * its real part and one as its imaginary part, and never mix.
 */
export class BlockResampler {
  /** Middle samples an output sample, as a fraction step / phases. */
  readonly step: number;
  readonly phases: number;
  /** Middle samples that two blocks make. */
  readonly held: number;
  /** Input samples that two blocks use up, and that they need, with what the filter wants around them. */
  readonly advance: number;
  readonly inputSize: number;
  /** Zeros before the first input sample. */
  readonly lead: number;
  /** Middle samples that are carried over. */
  readonly carriedSize: number;
  /** Of the first output sample, in middle samples after the first block's first. */
  readonly firstPosition: number;
  /** The longest that an input sample waits, in input samples. */
  readonly delay: number;
  readonly #filter: ResampleFilter;
  readonly #inTwiddles: Float64Array;
  readonly #midTwiddles: Float64Array;
  /** The low-pass's spectrum over the bins that both transforms have: those from 0 up, then those below 0. */
  readonly #response: Float64Array;
  readonly #part: SharedPart<Layout, Views>;

  /** The one of a filter. */
  static of(filter: ResampleFilter): BlockResampler {
    const found = made.get(filter) ?? new BlockResampler(filter);
    made.set(filter, found);
    return found;
  }

  private constructor(filter: ResampleFilter) {
    const { inSize, midSize, inHop, inPad, midHop, response, phases, step, taps, left } = filter;
    this.#filter = filter;
    const rise = midSize / inSize;
    this.#inTwiddles = twiddlesOf(inSize);
    this.#midTwiddles = rise === 1 ? this.#inTwiddles : twiddlesOf(midSize);
    // The inverse by the vector loops is not scaled.
    const shared = 2 * (response.length - 1);
    this.#response = Float64Array.from({ length: shared }, (_, k) => response[Math.min(k, shared - k)]! / midSize);

    this.#part = new SharedPart(
      (kernels) => this.#place(kernels),
      (kernels, layout) => this.#view(kernels, layout),
    );

    this.step = step;
    this.phases = phases;
    this.held = 2 * midHop;
    this.advance = 2 * inHop;
    this.inputSize = 2 * (inHop + inPad);
    this.firstPosition = LEAD * Math.max(1, rise);
    this.lead = this.firstPosition / rise + inPad;
    this.carriedSize = taps;
    this.delay = this.advance + inPad + (taps - left) / rise;
  }

  /** Output samples that two blocks can give from a position and phase on: each needs all its taps. */
  ready(position: number, phase: number): number {
    const { left, taps } = this.#filter;
    const room = (this.held + left - taps + 1 - position) * this.phases - phase;
    return Math.max(0, Math.ceil(room / this.step)) | 0;
  }

  /** @param input shape (inputSize) */
  blocksOf(input: Float32Array): Blocks {
    const { inHop } = this.#filter;
    return {
      first: input.subarray(0, this.#filter.inSize),
      second: input.subarray(inHop, inHop + this.#filter.inSize),
    };
  }

  /**
   * @param carried shape (carriedSize): the last middle samples before, replaced by the last ones of these blocks
   * @param position of the first output sample, in middle samples after the blocks' first; with `phase` / phases
   * @param count output samples, at most as many as are {@link ready}, to `out` from index `at` on
   */
  process(
    blocks: Blocks,
    carried: Float32Array,
    position: number,
    phase: number,
    count: number,
    out: Float32Array,
    at: number,
  ): void {
    const kernels = vectorKernels();
    this.#part.open(kernels);
    const { layout, views } = this.#part;
    this.#lowPass(kernels, layout, views, blocks);
    views.middle.set(carried);
    const { phases, step, left, taps } = this.#filter;
    kernels.loops.interpolate(
      layout.middle + 4 * (position - left + taps),
      layout.table,
      taps,
      phases,
      (step / phases) | 0,
      step % phases,
      phase,
      layout.out,
      count,
    );
    carried.set(views.tail);
    // A loop and not a view, which would have to be allocated.
    for (let i = 0; i < count; i++) out[at + i] = views.out[i]!;
  }

  #view(kernels: Kernels, { raw, xr, middle, out }: Layout): Views {
    const { held } = this;
    const part = 8 * Math.max(this.#filter.inSize, this.#filter.midSize);
    return {
      raw: kernels.float32(raw, this.#filter.inSize),
      spectrum: kernels.float64(xr, (2 * part) / 8),
      middle: kernels.float32(middle, this.#filter.taps + held),
      tail: kernels.float32(middle + 4 * held, this.#filter.taps),
      out: kernels.float32(out, this.#most),
    };
  }

  /** Output samples that two blocks give, at most. */
  get #most(): number {
    return Math.ceil((this.held * this.phases) / this.step) + 1;
  }

  #place(kernels: Kernels): Layout {
    const part = 8 * Math.max(this.#filter.inSize, this.#filter.midSize);
    const inTwiddles = kernels.place(this.#inTwiddles);
    const midTwiddles = this.#midTwiddles === this.#inTwiddles ? inTwiddles : kernels.place(this.#midTwiddles);
    const response = kernels.place(this.#response);
    const table = kernels.place(this.#filter.table);
    const raw = kernels.reserve(4 * this.#filter.inSize);
    const work = kernels.reserve(6 * part);
    return {
      inTwiddles,
      midTwiddles,
      response,
      table,
      raw,
      xr: work,
      xi: work + part,
      yr: work + 2 * part,
      yi: work + 3 * part,
      br: work + 4 * part,
      bi: work + 5 * part,
      middle: kernels.reserve(4 * (this.#filter.taps + this.held)),
      out: kernels.reserve(4 * this.#most),
    };
  }

  /** Both blocks through the low-pass, to the middle rate, behind the carried samples in `middle`. */
  #lowPass({ loops }: Kernels, layout: Layout, { raw, spectrum }: Views, { first, second }: Blocks): void {
    const { xr, xi, yr, yi, br, bi } = layout;
    const { midHop, midPad, inSize, midSize } = this.#filter;
    raw.set(first);
    loops.widen(layout.raw, xr, inSize);
    raw.set(second);
    loops.widen(layout.raw, xi, inSize);
    loops.complexFft(xr, xi, yr, yi, br, bi, inSize, layout.inTwiddles);
    if (midSize > inSize) spectrum.fill(0);
    // Frequencies from 0 up, then those below 0: the upper end of either transform.
    const half = this.#response.length / 2;
    const highIn = 8 * (inSize - half);
    const highMid = 8 * (midSize - half);
    loops.filter(yr, yi, layout.response, xr, xi, half);
    loops.filter(yr + highIn, yi + highIn, layout.response + 8 * half, xr + highMid, xi + highMid, half);
    // With the parts exchanged the forward transform is the inverse.
    loops.complexFft(xi, xr, yi, yr, br, bi, midSize, layout.midTwiddles);
    const to = layout.middle + 4 * this.#filter.taps;
    loops.narrow(yr + 8 * midPad, to, midHop);
    loops.narrow(yi + 8 * midPad, to + 4 * midHop, midHop);
  }
}
