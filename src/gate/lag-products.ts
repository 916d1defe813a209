import { type Kernels, vectorKernels } from "../kernels.ts";

const made = new Map<string, LagProducts>();

/**
 * Sums of the products of a stretch of sound with the equally long stretches before it, in the vector loops. It keeps nothing from
 * call to call, so all gates of a thread share one of each size.
 */
export class LagProducts {
  readonly #window: number;
  readonly #lags: number;
  #generation = -1;
  #at = 0;
  #samples: Float32Array = new Float32Array(0);
  #out: Float32Array = new Float32Array(0);

  /** @param window samples of the stretch @param lags the largest distance, in samples */
  static of(window: number, lags: number): LagProducts {
    const key = `${window}:${lags}`;
    const found = made.get(key) ?? new LagProducts(window, lags);
    made.set(key, found);
    return found;
  }

  private constructor(window: number, lags: number) {
    this.#window = window;
    this.#lags = lags;
  }

  /**
   * @param samples the stretch begins at index `start`, at least `lags`
   * @returns shape (lags + 1): at index 0 the stretch's own energy; valid until the next call
   */
  compute(samples: Float32Array, start: number): Float32Array {
    const kernels = vectorKernels();
    this.#begin(kernels);
    const own = this.#samples;
    for (let i = 0, k = start - this.#lags; i < own.length; i++, k++) own[i] = samples[k]!;
    kernels.loops.lagProducts(
      this.#at + 4 * this.#lags,
      this.#window,
      this.#lags,
      this.#at + 4 * (this.#lags + this.#window),
    );
    return this.#out;
  }

  #begin(kernels: Kernels): void {
    const generation = kernels.share();
    const length = this.#lags + this.#window;
    const moved = this.#samples.buffer !== kernels.loops.memory.buffer;
    if (generation !== this.#generation) this.#at = kernels.reserve(4 * (length + this.#lags + 1));
    else if (!moved) return;
    this.#generation = generation;
    this.#samples = kernels.float32(this.#at, length);
    this.#out = kernels.float32(this.#at + 4 * length, this.#lags + 1);
  }
}
