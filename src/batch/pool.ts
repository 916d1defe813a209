import type { Worker } from "node:worker_threads";
import { endWorker, startWorker } from "../worker.node.ts";
import type { JobOptions, Outcome } from "./job.ts";

/** What a thread is told when it is started. */
export interface PoolSetup {
  /** A model file. */
  readonly model: Uint8Array;
  /** What messages call it. */
  readonly name: string;
}

/** A recording for a thread. */
export interface PoolTask {
  /** What messages call it. */
  readonly file: string;
  readonly source: { readonly path: string } | { readonly bytes: Uint8Array };
  readonly options: JobOptions;
}

/** What a thread sends: once that it is loaded, then an outcome for each task. */
export type PoolMessage = { readonly ready: true } | { readonly outcome: Outcome };

interface Waiting {
  readonly task: PoolTask;
  readonly settle: (outcome: Outcome) => void;
}

interface Seat {
  readonly worker: Worker;
  current: Waiting | undefined;
}

/**
 * Threads with a recogniser each. It exists so that one bad recording costs itself alone: a thread that dies is replaced,
 * and the recording that it had fails with `worker_died`.
 */
export class RecognizerPool {
  readonly threads: number;
  readonly #setup: PoolSetup;
  readonly #seats = new Set<Seat>();
  readonly #queue: Waiting[] = [];
  #closed = false;
  #failure: Error | undefined;

  private constructor(setup: PoolSetup, threads: number) {
    this.#setup = setup;
    this.threads = threads;
  }

  /** Starts the threads; resolves when all are loaded. @throws what the first one that cannot load the model throws */
  static async start(setup: PoolSetup, threads: number): Promise<RecognizerPool> {
    const pool = new RecognizerPool(setup, threads);
    try {
      await Promise.all(Array.from({ length: threads }, () => pool.#seat()));
    } catch (cause) {
      await pool.close();
      throw cause;
    }
    return pool;
  }

  /** Recognises one recording on the next free thread; never rejects but when no thread can be started any more. */
  run(task: PoolTask): Promise<Outcome> {
    return new Promise((settle, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#queue.push({ task, settle });
      this.#send();
    });
  }

  #send(): void {
    for (const seat of this.#seats) {
      if (this.#queue.length === 0) return;
      if (seat.current !== undefined) continue;
      seat.current = this.#queue.shift()!;
      const { task } = seat.current;
      seat.worker.postMessage(task, "bytes" in task.source ? movable(task.source.bytes) : []);
    }
  }

  #seat(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = startWorker(new URL("./recognize-worker.js", import.meta.url), this.#setup);
      const seat: Seat = { worker, current: undefined };
      let cause: Error | undefined;
      worker.on("message", (message: PoolMessage) => {
        if ("ready" in message) {
          // Closed while it was loading.
          if (this.#closed) return void endWorker(worker);
          this.#seats.add(seat);
          resolve();
        } else {
          const { current } = seat;
          seat.current = undefined;
          current?.settle(message.outcome);
        }
        this.#send();
      });
      worker.on("error", (error) => {
        cause = error;
      });
      // After an "error" there is always an "exit".
      worker.on("exit", (code) => {
        cause ??= new Error(`the thread ended with code ${code}`);
        if (!this.#seats.delete(seat)) return reject(cause);
        if (!this.#closed) this.#replace(cause);
        if (seat.current) seat.current.settle(died(seat.current.task, cause));
      });
    });
  }

  #replace(cause: Error): void {
    this.#seat().catch(() => {
      if (this.#closed || this.#seats.size > 0) return;
      // The last thread is gone and no other can be had.
      this.#failure = cause;
      for (const { task, settle } of this.#queue.splice(0)) settle(died(task, cause));
    });
  }

  /** Ends all threads; what they work on is lost. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#seats].map(({ worker }) => endWorker(worker)));
  }
}

/** The buffer, when nothing else lies in it: it then goes to another thread without a copy. */
function movable({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}

function died({ file }: PoolTask, { message }: Error): Outcome {
  return { error: { code: "worker_died", message: `${file}: the thread died of it (${message})`, transient: true } };
}
