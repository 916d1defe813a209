/** What a feature set does with one frame of samples. */
export interface FrameKernel {
  /** Samples a frame. */
  readonly frameLength: number;
  /** Values a frame. */
  readonly columns: number;
  /**
   * @param frame shape (frameLength); the kernel may change it
   * @param out gets the frame's values from index `at` on
   */
  compute(frame: Float64Array, out: Float32Array, at: number): void;
}

/**
 * Cuts samples that come in pieces of any length into overlapping frames: frame t is centred on sample t·hopLength, with
 * zeros before the first and after the last sample, 1 + ⌊n / hopLength⌋ of them as librosa has it. The frames of a stream
 * are exactly those of the whole, since nothing but a frame's own samples reaches the kernel.
 *
 * Nothing is allocated after construction but when a piece gives more frames than any before.
 */
export class FrameStream {
  /** Values of the frames that the last call gave, row after row from index 0 on; replaced when more room is needed. */
  output: Float32Array;
  readonly #kernel: FrameKernel;
  readonly #hopLength: number;
  /** The samples of the frame to come. */
  readonly #buffer: Float64Array;
  readonly #frame: Float64Array;
  #filled = 0;
  #received = 0;
  #emitted = 0;
  #written = 0;

  /**
   * @param hopLength at most the kernel's frame length
   * @param capacity frames that {@link output} can hold at first
   */
  constructor(kernel: FrameKernel, hopLength: number, capacity: number = 0) {
    this.#kernel = kernel;
    this.#hopLength = hopLength;
    this.#buffer = new Float64Array(kernel.frameLength);
    this.#frame = new Float64Array(kernel.frameLength);
    this.output = new Float32Array(capacity * kernel.columns);
    this.reset();
  }

  /** Back to before the first sample. */
  reset(): void {
    this.#buffer.fill(0);
    this.#filled = this.#buffer.length / 2;
    this.#received = 0;
    this.#emitted = 0;
  }

  /**
   * Takes samples[0 … count - 1] in.
   *
   * @returns how many frames are new, at the front of {@link output}; they stay until the next call
   */
  push(samples: Float32Array, count: number): number {
    this.#written = 0;
    this.#take(samples, count);
    return this.#written;
  }

  /** {@link push} of the last samples, and the stream's end; a stream of no samples has no frames. {@link reset} begins the next. */
  finish(samples: Float32Array, count: number): number {
    this.#written = 0;
    this.#take(samples, count);
    this.#end();
    return this.#written;
  }

  #take(samples: Float32Array, count: number): void {
    const buffer = this.#buffer;
    this.#received += count;
    for (let i = 0; i < count;) {
      const start = this.#filled;
      const stop = Math.min(buffer.length, start + count - i);
      for (let b = start; b < stop; b++, i++) buffer[b] = samples[i]!;
      this.#filled = stop;
      if (stop === buffer.length) this.#emit();
    }
  }

  #end(): void {
    const total = this.#received === 0 ? 0 : 1 + Math.floor(this.#received / this.#hopLength);
    while (this.#emitted < total) {
      this.#buffer.fill(0, this.#filled);
      this.#emit();
    }
  }

  #emit(): void {
    const { columns } = this.#kernel;
    const at = this.#written * columns;
    if (at + columns > this.output.length) {
      const larger = new Float32Array(Math.max(at + columns, 2 * this.output.length));
      larger.set(this.output);
      this.output = larger;
    }
    this.#frame.set(this.#buffer);
    this.#kernel.compute(this.#frame, this.output, at);
    this.#written++;
    this.#emitted++;
    this.#buffer.copyWithin(0, this.#hopLength);
    this.#filled = this.#buffer.length - this.#hopLength;
  }
}
