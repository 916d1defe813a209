/** Quantiles of the last so many numbers, which are kept in sorted order: some hundred, so shifting them is quick. */
export class SlidingQuantiles {
  readonly #ring: Float32Array;
  readonly #sorted: Float32Array;
  #count = 0;
  #oldest = 0;

  /** @param capacity how many numbers count; the oldest leaves when another comes */
  constructor(capacity: number) {
    this.#ring = new Float32Array(capacity);
    this.#sorted = new Float32Array(capacity);
  }

  push(value: number): void {
    const sorted = this.#sorted;
    const capacity = sorted.length;
    if (this.#count === capacity) {
      const gone = this.#place(this.#ring[this.#oldest]!);
      sorted.copyWithin(gone, gone + 1, this.#count--);
      this.#ring[this.#oldest] = value;
      this.#oldest = (this.#oldest + 1) % capacity;
    } else this.#ring[this.#count] = value;
    const stored = Math.fround(value);
    const at = this.#place(stored);
    sorted.copyWithin(at + 1, at, this.#count++);
    sorted[at] = stored;
  }

  /** The number below which the part `p` (0 … 1) of them lies: the one at ⌊p · (count − 1)⌋; −Infinity of none. */
  quantile(p: number): number {
    return this.#count === 0 ? -Infinity : this.#sorted[Math.floor(p * (this.#count - 1))]!;
  }

  /** Index of the first number that is not below `value`. */
  #place(value: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
