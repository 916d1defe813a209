import type { ResourceLimits } from "node:worker_threads";
import { InputError, SpeechEmotionError, type ErrorCode } from "../errors.ts";
import { Problem, PROBLEMS, type ProblemCode } from "./problems.ts";
import { type Network, RecognitionThread } from "./recognition-thread.node.ts";
import type { ClipAnswer, ClipJob, FromWorker, PlainError } from "./worker-messages.ts";

/** Options of {@link ClipPool}. */
export interface ClipPoolOptions {
  readonly threads: number;
  /** Jobs that may wait for a thread. */
  readonly queue: number;
  /** The longest that one job may take; its thread is ended then. */
  readonly jobSeconds: number;
  /** Resident memory of the process above which the job that has run longest is ended. */
  readonly memoryBytes: number;
  /** Told when a thread that had been ready is gone. */
  readonly onReplaced?: (cause: unknown) => void;
}

interface Waiting {
  readonly job: ClipJob;
  readonly signal: AbortSignal;
  resolve(answer: ClipAnswer): void;
  reject(error: Error): void;
}

interface Seat {
  readonly thread: RecognitionThread;
  ready: boolean;
  busy: (Waiting & { readonly id: number; readonly since: number; readonly timer: NodeJS.Timeout }) | null;
  /** Why the thread is being ended by us. */
  verdict: Problem | null;
}

/** Between two looks at the memory, and after a job was ended for it. */
const LOOK_MS = 50;
const RELIEF_MS = 1000;
/** Before a thread that never became ready has a successor. */
const RESTART_MS = 500;
/** Of a thread's heap; beyond it V8 ends the thread. */
const LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 512 };

/** An error of a job as it comes from a thread. */
export function jobError({ code, message }: PlainError): Error {
  if (code === "aborted") return new SpeechEmotionError("aborted", message);
  // An audio error of the library, or a problem of the server: both are known by their codes.
  if (code in PROBLEMS && code !== "internal") {
    return code.startsWith("audio_") && code !== "audio_too_long"
      ? new InputError(code as ErrorCode, message)
      : new Problem(code as ProblemCode, message);
  }
  return new Error(message);
}

/**
 * Threads that work on recordings, one each at a time. A job that takes too long, or for which the process grows too
 * large, is ended with its thread, which has a successor; no other job notices.
 */
export class ClipPool {
  readonly #network: Network;
  readonly #options: ClipPoolOptions;
  readonly #seats = new Set<Seat>();
  readonly #waiting: Waiting[] = [];
  readonly #watch: NodeJS.Timeout;
  #relievedAt = -Infinity;
  #next = 0;
  #closed = false;
  #onReady: () => void = () => {};

  constructor(network: Network, options: ClipPoolOptions) {
    this.#network = network;
    this.#options = options;
    for (let i = 0; i < options.threads; i++) this.#sit();
    this.#watch = setInterval(() => this.#lookAtMemory(), LOOK_MS);
    this.#watch.unref();
  }

  /** Jobs at work and waiting. */
  get jobs(): number {
    return this.#waiting.length + [...this.#seats].filter(({ busy }) => busy).length;
  }

  get ready(): boolean {
    return [...this.#seats].some((seat) => seat.ready);
  }

  /** Resolves when a thread can work. */
  async whenReady(): Promise<void> {
    while (!this.ready) {
      await new Promise<void>((resolve) => {
        this.#onReady = resolve;
      });
    }
  }

  /**
   * @throws Problem `overloaded` when too many wait, `audio_too_costly`, `audio_too_long`; InputError for what cannot be
   *   decoded; SpeechEmotionError `aborted`
   */
  run(job: ClipJob, signal: AbortSignal): Promise<ClipAnswer> {
    if (this.#waiting.length >= this.#options.queue + this.#idle) {
      const problem = new Problem("overloaded", `${this.#waiting.length} recordings wait already; try again later`, {
        retryAfter: 1,
      });
      return Promise.reject(problem);
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { job, signal, resolve, reject };
      signal.addEventListener("abort", () => this.#abort(waiting), { once: true });
      this.#waiting.push(waiting);
      this.#send();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const { reject } of this.#waiting.splice(0)) reject(new Problem("stopping", "the server is stopping"));
    await Promise.all([...this.#seats].map(({ thread }) => thread.close()));
  }

  get #idle(): number {
    return [...this.#seats].filter(({ ready, busy }) => ready && !busy).length;
  }

  #sit(): void {
    const thread = new RecognitionThread(this.#network, LIMITS, {
      onReady: () => {
        seat.ready = true;
        this.#onReady();
        this.#send();
      },
      onMessage: (message) => this.#finish(seat, message),
      onGone: (cause) => this.#gone(seat, cause),
    });
    const seat: Seat = { thread, ready: false, busy: null, verdict: null };
    this.#seats.add(seat);
  }

  #send(): void {
    for (const seat of this.#seats) {
      if (!seat.ready || seat.busy || seat.verdict) continue;
      const waiting = this.#waiting.shift();
      if (!waiting) return;
      const id = this.#next++;
      const { jobSeconds } = this.#options;
      const timer = setTimeout(() => {
        this.#end(seat, `decoding and recognising it takes longer than ${jobSeconds} s`);
      }, jobSeconds * 1000);
      seat.busy = { ...waiting, id, since: performance.now(), timer };
      seat.thread.post({ type: "clip", id, ...waiting.job }, [waiting.job.bytes]);
    }
  }

  #finish(seat: Seat, message: FromWorker): void {
    const { busy } = seat;
    if ((message.type !== "clip" && message.type !== "clip.error") || busy?.id !== message.id) return;
    clearTimeout(busy.timer);
    seat.busy = null;
    if (message.type === "clip") busy.resolve(message.answer);
    else busy.reject(jobError(message.error));
    this.#send();
  }

  #abort(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      waiting.reject(new SpeechEmotionError("aborted", "the client is gone"));
    }
    for (const { thread, busy } of this.#seats) {
      if (busy?.signal === waiting.signal) thread.post({ type: "cancel", id: busy.id });
    }
  }

  /** Ends a job with its thread. */
  #end(seat: Seat, why: string): void {
    seat.verdict = new Problem("audio_too_costly", `the recording is given up: ${why}`);
    void seat.thread.terminate();
  }

  #lookAtMemory(): void {
    const now = performance.now();
    if (now - this.#relievedAt < RELIEF_MS || process.memoryUsage.rss() < this.#options.memoryBytes) return;
    const longest = [...this.#seats]
      .filter(({ busy, verdict }) => busy && !verdict)
      .sort((a, b) => a.busy!.since - b.busy!.since)[0];
    if (!longest) return;
    this.#relievedAt = now;
    this.#end(longest, `the server needs more than ${this.#options.memoryBytes} bytes of memory with it`);
  }

  #gone(seat: Seat, cause: unknown): void {
    this.#seats.delete(seat);
    const { busy, verdict, ready } = seat;
    if (busy) {
      clearTimeout(busy.timer);
      busy.reject(verdict ?? new Problem("audio_too_costly", "the recording is given up: its thread ended", { cause }));
    }
    if (this.#closed) return;
    this.#options.onReplaced?.(verdict ?? cause);
    if (ready) this.#sit();
    else setTimeout(() => this.#closed || this.#sit(), RESTART_MS).unref();
  }
}
