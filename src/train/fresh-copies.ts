import { augmentTraining, type Example, type Plan } from "../dataset/index.ts";
import { Random } from "../random.ts";

/**
 * Augmented copies that are other ones in every epoch: those of the next are computed while this one trains. They are a
 * function of the plan and the epoch, so a resumed training sees the same. The first epoch's are those of the plan.
 */
export class FreshCopies {
  readonly #plan: Plan;
  readonly #threads: number;
  readonly #ended = new AbortController();
  readonly #coming = new Map<number, Promise<readonly Example[]>>();

  constructor(plan: Plan, threads: number, signal?: AbortSignal) {
    this.#plan = plan;
    this.#threads = threads;
    signal?.addEventListener("abort", () => this.close(), { once: true });
  }

  /** The copies of epoch `epoch` (from 0); begins to make the next one's. None once it has ended: nobody learns from them. */
  async of(epoch: number): Promise<readonly Example[]> {
    const copies = await this.#make(epoch);
    this.#coming.delete(epoch);
    if (epoch + 1 < this.#plan.config.epochs) void this.#make(epoch + 1);
    return copies;
  }

  /** Ends what is being made. */
  close(): void {
    this.#ended.abort();
  }

  #make(epoch: number): Promise<readonly Example[]> {
    if (epoch === 0) return Promise.resolve(this.#plan.copies);
    let made = this.#coming.get(epoch);
    if (made === undefined) {
      const seed = new Random(this.#plan.config.seed, "augment: epoch", epoch).uint32();
      const options = { threads: this.#threads, signal: this.#ended.signal, seed, cached: false };
      made = augmentTraining(this.#plan, options).then(
        ({ plan }) => plan.copies,
        (cause: unknown) => {
          if (this.#ended.signal.aborted) return [];
          throw cause;
        },
      );
      // What fails before it is asked for is told when it is.
      made.catch(() => {});
      this.#coming.set(epoch, made);
    }
    return made;
  }
}
