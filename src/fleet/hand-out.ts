import { setTimeout } from "node:timers/promises";
import type { Failure } from "../batch/index.ts";
import { Loneliness, parseFailure, type QueueAddress, withQueue } from "../batch/queue/index.ts";
import { idOfJob, nameOf, type TrainingJob, type TrainingQueue, trainingQueue } from "./training-queue.ts";

/** Who takes what workers bring. */
export interface HandOutHooks<Job> {
  /** Keeps a result; it leaves Redis when this resolves. */
  readonly onDone: (job: Job, result: unknown) => Promise<void>;
  /** A job is in the dead letters. */
  readonly onFailed: (job: Job, failure: Failure) => void;
  /** A job told something new. */
  readonly onProgress?: (job: Job, progress: unknown) => void;
  readonly onNote: (text: string) => void;
  readonly signal: AbortSignal;
  /** Throw away what was done while nobody asked, too; default false. */
  readonly anew?: boolean;
}

/** How it ended. */
export interface HandedOut {
  /** Jobs in the dead letters. */
  readonly failed: number;
  /** Ended by the signal: jobs that workers had begun, and will finish. */
  readonly begun: number;
  /** Ended by the signal: jobs that were waiting, and were taken back. */
  readonly takenBack: number;
}

/** Milliseconds between two looks at a queue that has nothing new. */
const PAUSE_MS = 250;

/**
 * Puts jobs into the training queue and takes their results as workers bring them. Jobs that are there already, or were done while
 * nobody asked, are not done again; dead letters among them are. When the signal fires, jobs that nobody has begun are taken
 * back; a killed submitter leaves all of them.
 *
 * @throws InputError `queue_unusable` when Redis does not answer at the start
 */
export function handOut<Job extends TrainingJob>(
  address: QueueAddress,
  jobs: readonly Job[],
  hooks: HandOutHooks<Job>,
): Promise<HandedOut> {
  return withQueue<TrainingJob, HandedOut>(address, trainingQueue(address.queue), hooks, async (queue) => {
    const submitter = new Submitter(queue, jobs, hooks, new Loneliness(queue, { ...address, ...hooks }));
    try {
      await submitter.run();
    } catch (cause) {
      if (!hooks.signal.aborted) throw cause;
    }
    return submitter;
  });
}

class Submitter<Job extends TrainingJob> implements HandedOut {
  failed = 0;
  begun = 0;
  takenBack = 0;
  readonly #queue: TrainingQueue;
  readonly #hooks: HandOutHooks<Job>;
  readonly #loneliness: Loneliness;
  /** Without result or failure so far. */
  readonly #open: Map<string, Job>;
  /** What each job told last, as text. */
  readonly #told = new Map<string, string>();
  /** Not found anywhere at the last look. */
  #missing = new Set<string>();

  constructor(queue: TrainingQueue, jobs: readonly Job[], hooks: HandOutHooks<Job>, loneliness: Loneliness) {
    this.#queue = queue;
    this.#hooks = hooks;
    this.#loneliness = loneliness;
    this.#open = new Map(jobs.map((job) => [idOfJob(job), job]));
  }

  async run(): Promise<void> {
    const { signal, anew = false } = this.#hooks;
    const old = await this.#queue.getRanges(anew ? ["failed", "completed"] : ["failed"], 0, -1);
    for (const id of this.#ours(old)) await this.#queue.remove(id);
    await this.#submit([...this.#open.keys()]);
    while (this.#open.size > 0 && !signal.aborted) {
      const before = this.#open.size;
      await this.#collect();
      await this.#keepFailures();
      await this.#watch();
      if (this.#open.size < before) continue;
      await this.#submitLost();
      await this.#loneliness.notice();
      await setTimeout(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
    if (this.#open.size > 0) await this.#takeBack();
  }

  #ours(ids: readonly string[]): string[] {
    return ids.filter((id) => this.#open.has(id));
  }

  async #submit(ids: readonly string[]): Promise<void> {
    await this.#queue.addBulk(
      ids.map((id) => {
        const job = this.#open.get(id)!;
        return { name: job.kind, data: job, opts: { jobId: id } };
      }),
    );
  }

  async #collect(): Promise<void> {
    for (const id of this.#ours(await this.#queue.getRanges(["completed"], 0, -1))) {
      const done = await this.#queue.getJob(id);
      if (done === undefined) continue;
      await this.#hooks.onDone(this.#open.get(id)!, done.returnvalue);
      await this.#queue.remove(id);
      this.#open.delete(id);
    }
  }

  /** Dead letters stay in Redis: they can be looked at, and put back. */
  async #keepFailures(): Promise<void> {
    for (const id of this.#ours(await this.#queue.getRanges(["failed"], 0, -1))) {
      const dead = await this.#queue.getJob(id);
      if (dead === undefined) continue;
      const job = this.#open.get(id)!;
      this.#open.delete(id);
      this.failed++;
      this.#hooks.onFailed(job, parseFailure(nameOf(job), dead.failedReason));
    }
  }

  async #watch(): Promise<void> {
    const { onProgress } = this.#hooks;
    if (onProgress === undefined) return;
    for (const { id, progress } of await this.#queue.getActive()) {
      const job = this.#open.get(id!);
      const text = JSON.stringify(progress);
      // BullMQ's word for nothing yet is 0.
      if (job === undefined || typeof progress !== "object" || this.#told.get(id!) === text) continue;
      this.#told.set(id!, text);
      onProgress(job, progress);
    }
  }

  /** Redis may lose its last second; what was not found twice, between whose looks jobs may move, is submitted again. */
  async #submitLost(): Promise<void> {
    const known = new Set(
      await this.#queue.getRanges(["wait", "delayed", "prioritized", "active", "completed", "failed"], 0, -1),
    );
    const missing = [...this.#open.keys()].filter((id) => !known.has(id));
    const lost = missing.filter((id) => this.#missing.has(id));
    this.#missing = new Set(missing);
    if (lost.length === 0) return;
    await this.#submit(lost);
    this.#hooks.onNote(`${lost.length} jobs had been lost in Redis and were submitted again\n`);
  }

  async #takeBack(): Promise<void> {
    const waiting = this.#ours(await this.#queue.getRanges(["wait", "delayed", "prioritized"], 0, -1));
    // One that a worker takes meanwhile is locked, and stays.
    for (const id of waiting) this.takenBack += await this.#queue.remove(id);
    this.begun = this.#ours(await this.#queue.getRanges(["active", "completed"], 0, -1)).length;
  }
}
