/** Milliseconds without anything new until workers are looked for. */
const LONELY_MS = 5000;

/** Tells a submitter, once, that nobody works for it. */
export class Loneliness {
  readonly #queue: { getWorkersCount(): Promise<number> };
  readonly #tell: () => void;
  #since = 0;

  /** @param queue of BullMQ, that workers should take from @param submitter the queue as users call it, and who is told */
  constructor(
    queue: { getWorkersCount(): Promise<number> },
    submitter: { readonly queue: string; readonly onNote: (text: string) => void },
  ) {
    this.#queue = queue;
    this.#tell = () =>
      submitter.onNote(`no worker is there; start some: ser worker --redis … --queue ${submitter.queue}\n`);
  }

  /** Called whenever there is nothing new: looks once, some seconds after the first call. */
  async notice(): Promise<void> {
    const now = performance.now();
    if (this.#since === 0) this.#since = now;
    if (now - this.#since < LONELY_MS) return;
    this.#since = Infinity;
    if ((await this.#queue.getWorkersCount()) === 0) this.#tell();
  }
}
