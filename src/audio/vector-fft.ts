import { type Kernels, twiddlesOf, vectorKernels } from "../kernels.ts";

/** Streams alternate between transforms of several sizes: one owner of the vector loops' memory holds them all. */
const owner = {};
/** Counts how often the memory went to others and came back: then it is empty. */
let generation = 0;

const twiddles = new Map<number, Float64Array>();

/**
 * Complex Fourier transforms of one size in the vector loops, for sound that comes piece by piece. {@link RealFft} is the
 * same in plain loops, and its oracle in tests; one of these costs a third of it, and takes two real signals at a time.
 *
 * All objects of a thread share one memory. Call {@link begin}, fill {@link re} and {@link im}, transform, and read
 * {@link outRe} and {@link outIm}, before anything else uses the vector loops; nothing is kept from one time to the next.
 */
export class VectorFft {
  /** A power of two of at least 16. */
  readonly size: number;
  /** The signal, shape (size): contents are undefined after {@link begin}. */
  re: Float64Array = new Float64Array(0);
  /** Its imaginary part, shape (size). */
  im: Float64Array = new Float64Array(0);
  /** What the last transform gave, shape (size). */
  outRe: Float64Array = new Float64Array(0);
  /** Its imaginary part, shape (size). */
  outIm: Float64Array = new Float64Array(0);
  #generation = -1;
  #twiddles = 0;
  /** Offset of six arrays in memory: re, im, outRe, outIm and two for the loops. */
  #arrays = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** Makes the memory ours, and {@link re} … {@link outIm} views of it: to be taken after this. */
  begin(): void {
    const kernels = vectorKernels();
    if (!kernels.claim(owner)) generation++;
    if (this.#generation !== generation) this.#place(kernels);
    // Memory that grew has moved.
    if (this.re.buffer !== kernels.loops.memory.buffer) this.#view(kernels);
  }

  /** X[k] = Σ x[n]·e^(-2πikn/size), unscaled. */
  forward(): void {
    this.#transform(0, 1);
  }

  /** x[n] = Σ X[k]·e^(2πikn/size), unscaled: `size` times what {@link forward} was given. */
  inverse(): void {
    this.#transform(1, 0);
  }

  /** Exchanging the parts of input and output makes the inverse of the forward transform. */
  #transform(real: number, imaginary: number): void {
    const part = 8 * this.size;
    const at = this.#arrays;
    vectorKernels().loops.complexFft(
      at + real * part,
      at + imaginary * part,
      at + (2 + real) * part,
      at + (2 + imaginary) * part,
      at + 4 * part,
      at + 5 * part,
      this.size,
      this.#twiddles,
    );
  }

  #place(kernels: Kernels): void {
    let table = twiddles.get(this.size);
    if (!table) twiddles.set(this.size, (table = twiddlesOf(this.size)));
    this.#twiddles = kernels.place(table);
    this.#arrays = kernels.reserve(6 * 8 * this.size);
    this.#generation = generation;
    this.#view(kernels);
  }

  #view(kernels: Kernels): void {
    const part = 8 * this.size;
    this.re = kernels.float64(this.#arrays, this.size);
    this.im = kernels.float64(this.#arrays + part, this.size);
    this.outRe = kernels.float64(this.#arrays + 2 * part, this.size);
    this.outIm = kernels.float64(this.#arrays + 3 * part, this.size);
  }
}
