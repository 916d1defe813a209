import { SharedPart, vectorKernels } from "../kernels.ts";

const made = new Map<string, LagProducts>();

/**
 * Sums of the products of a stretch of sound with the equally long stretches before it, in the vector loops. It keeps nothing from
 * call to call, so all gates of a thread share one of each size.
 */
export class LagProducts {
  readonly #window: number;
  readonly #lags: number;
  readonly #part: SharedPart<{ readonly at: number }, { readonly samples: Float32Array; readonly out: Float32Array }>;

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
    const length = lags + window;
    this.#part = new SharedPart(
      (kernels) => ({ at: kernels.reserve(4 * (length + lags + 1)) }),
      (kernels, { at }) => ({
        samples: kernels.float32(at, length),
        out: kernels.float32(at + 4 * length, lags + 1),
      }),
    );
  }

  /**
   * @param samples the stretch begins at index `start`, at least `lags`
   * @returns shape (lags + 1): at index 0 the stretch's own energy; valid until the next call
   */
  compute(samples: Float32Array, start: number): Float32Array {
    const kernels = vectorKernels();
    this.#part.open(kernels);
    const { at } = this.#part.layout;
    const { samples: own, out } = this.#part.views;
    for (let i = 0, k = start - this.#lags; i < own.length; i++, k++) own[i] = samples[k]!;
    kernels.loops.lagProducts(at + 4 * this.#lags, this.#window, this.#lags, at + 4 * own.length);
    return out;
  }
}
