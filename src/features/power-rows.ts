import { turnsOf, twiddlesOf, windowVectors, type Kernels } from "../kernels.ts";

/** A vector of 32-bit floats, in floats. */
const LANES = 4;

/** Frames of a signal that stand in the vector loops' memory. */
export interface PlacedRows {
  /** Where the samples of the first frame begin, in bytes. */
  readonly samples: number;
  /** Where row 0 begins, in bytes; rows are `stride` floats, zeros after the last bin. */
  readonly power: number;
}

/**
 * Power spectra by the vector loops: |rfft(window · frame)|², frame after frame. The transform is in float64, what follows
 * in float32, as librosa has it. Who uses it owns the memory (`Kernels.claim`) and calls {@link place} once, then
 * {@link run} as often as needed.
 */
export class PowerRows {
  readonly nFft: number;
  /** Floats from row to row: the bins, rounded up to whole vectors. */
  readonly stride: number;
  readonly #window: Float64Array;
  readonly #twiddles: Float64Array;
  readonly #turns: Float64Array;
  #at = { window: 0, twiddles: 0, turns: 0, scratch: 0 };

  /** @param window shape (nFft), nFft a power of two of at least 32 */
  constructor(window: Float64Array) {
    this.nFft = window.length;
    this.stride = Math.ceil((this.nFft / 2 + 1) / LANES) * LANES;
    this.#window = windowVectors(window);
    this.#twiddles = twiddlesOf(this.nFft / 2);
    this.#turns = turnsOf(this.nFft / 2);
  }

  /** Lays the tables out. */
  place(kernels: Kernels): void {
    this.#at = {
      window: kernels.place(this.#window),
      twiddles: kernels.place(this.#twiddles),
      turns: kernels.place(this.#turns),
      // Four float64 arrays of half a transform, then real and imaginary part of a row; what pads these must be zero.
      scratch: kernels.zeros(4 * 8 * (this.nFft / 2) + 2 * 4 * this.stride),
    };
  }

  /**
   * Copies the samples of `frames` frames into the memory, zeros beyond the signal's ends, and leaves room for their rows.
   *
   * @param start sample of the signal where the first frame begins; may be negative
   */
  placeSamples(kernels: Kernels, signal: Float32Array, start: number, frames: number, hopLength: number): PlacedRows {
    const length = (frames - 1) * hopLength + this.nFft;
    // A vector before and after, since loops may look at neighbours; an odd last row gets a partner.
    const before = kernels.reserve(4 * (length + 2 * LANES));
    const power = kernels.reserve(4 * this.stride * (frames + (frames & 1)));
    const samples = before + 4 * LANES;
    const view = kernels.float32(before, length + 2 * LANES);
    const first = Math.min(length, Math.max(0, -start));
    const last = Math.max(first, Math.min(length, signal.length - start));
    view.fill(0, 0, LANES + first);
    view.set(signal.subarray(start + first, start + last), LANES + first);
    view.fill(0, LANES + last);
    if (frames & 1) kernels.float32(power + 4 * this.stride * frames, this.stride).fill(0);
    return { samples, power };
  }

  /**
   * Fills the rows of `frames` frames. In bins exactFrom … exactTo - 1 (whole vectors of them) magnitudes are rounded as
   * numpy's, elsewhere to the last bit or two only.
   */
  run(
    kernels: Kernels,
    { samples, power }: PlacedRows,
    frames: number,
    hopLength: number,
    exactFrom = 0,
    exactTo: number = this.stride,
  ): void {
    const { window, twiddles, turns, scratch } = this.#at;
    const [from, to] = [Math.floor(exactFrom / LANES) * LANES, Math.ceil(exactTo / LANES) * LANES];
    kernels.loops.powerRows(
      samples,
      hopLength,
      frames,
      window,
      scratch,
      this.nFft / 2,
      twiddles,
      turns,
      power,
      this.stride,
      from,
      to,
    );
  }
}
