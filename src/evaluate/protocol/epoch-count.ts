/**
 * How much of several trainings is done, in epochs, so that the time left can be told. What was done before this process
 * began (a resumed run) does not count; a training that ends early counts as whole.
 */
export class EpochCount {
  readonly #epochs: number;
  readonly #offsets = new Map<string, number>();
  readonly #done = new Map<string, number>();
  #total: number;

  /** @param epochs at most so many a run */
  constructor(runs: number, epochs: number) {
    this.#epochs = epochs;
    this.#total = runs * epochs;
  }

  /**
   * A run stands at `epochs`, with the share of the one at hand; null while it prepares.
   *
   * @returns epochs done in all, to a tenth, and their total
   */
  update(run: string, epochs: number | null): readonly [done: number, total: number] {
    if (epochs !== null) {
      const offset = this.#offsets.get(run) ?? Math.floor(epochs);
      if (!this.#offsets.has(run)) this.#total -= offset;
      this.#offsets.set(run, offset);
      // One that was taken over may begin anew.
      this.#done.set(run, Math.max(0, epochs - offset));
    }
    const sum = [...this.#done.values()].reduce((a, b) => a + b, 0);
    return [Math.floor(10 * sum) / 10, this.#total];
  }

  /** A run is finished, whether or not it used all its epochs. */
  finish(run: string): void {
    this.#done.set(run, this.#epochs - (this.#offsets.get(run) ?? 0));
  }
}
