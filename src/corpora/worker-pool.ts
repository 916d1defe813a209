import type { Worker } from "node:worker_threads";
import { SpeechEmotionError } from "../errors.ts";
import { endWorker } from "../worker.node.ts";

/** What a worker posts: once that it is loaded, then an answer to each task. */
export type WorkerMessage<Result> = { readonly ready: true } | { readonly index: number; readonly result: Result };

/** What a worker is posted. */
export interface WorkerTask<Task> {
  /** Its place among the tasks, from 0. */
  readonly index: number;
  /** What the worker is asked for. */
  readonly task: Task;
}

interface PoolOptions<Task, Result> {
  readonly threads: number;
  readonly start: () => Worker;
  /** The result of a task whose worker died of it. */
  readonly died: (task: Task, cause: unknown) => Result;
  /** Called once a result, in the order in which they are computed. */
  readonly onResult?: (result: Result) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A worker and the task that it has at the moment. */
interface Seat {
  readonly worker: Worker;
  busyWith: number | undefined;
  ready: boolean;
}

/**
 * Runs every task on one of a few worker threads and yields the results in the tasks' order. At most a few results wait
 * for a slow consumer or for a slow earlier task, so memory is bounded. A worker that dies costs its task alone; one that
 * dies before it was loaded, or an abort, ends everything with an error. All workers are gone when this returns.
 */
export async function* runInOrder<Task, Result>(
  tasks: readonly Task[],
  { threads, start, died, onResult, signal }: PoolOptions<Task, Result>,
): AsyncGenerator<Result, void, undefined> {
  const finished = new Map<number, Result>();
  const seats = new Set<Seat>();
  const size = Math.min(threads, tasks.length);
  const ahead = size * 8;
  let sent = 0;
  let yielded = 0;
  let failure: unknown;
  let wake = (): void => {};

  const fail = (cause: unknown): void => {
    failure ??= cause;
    wake();
  };
  const onAbort = (): void =>
    fail(new SpeechEmotionError("aborted", "aborted by the caller", { cause: signal?.reason }));

  const send = (): void => {
    for (const seat of seats) {
      if (!seat.ready || seat.busyWith !== undefined) continue;
      if (sent >= tasks.length || sent - yielded >= ahead) return;
      seat.busyWith = sent++;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
      seat.worker.postMessage({ index: seat.busyWith, task: tasks[seat.busyWith]! } satisfies WorkerTask<Task>);
    }
  };
  const finish = (index: number, result: Result): void => {
    finished.set(index, result);
    try {
      onResult?.(result);
    } catch (cause) {
      fail(cause);
    }
    send();
    wake();
  };
  const seatWorker = (): void => {
    const seat: Seat = { worker: start(), busyWith: undefined, ready: false };
    seats.add(seat);
    let cause: unknown;
    seat.worker.on("message", (message: WorkerMessage<Result>) => {
      if ("ready" in message) {
        seat.ready = true;
        send();
      } else {
        seat.busyWith = undefined;
        finish(message.index, message.result);
      }
    });
    seat.worker.on("error", (error) => {
      cause = error;
    });
    // After an "error" there is always an "exit".
    seat.worker.on("exit", (code) => {
      seats.delete(seat);
      cause ??= new Error(`a worker thread ended with code ${code}`);
      if (!seat.ready) return fail(cause);
      const lost = seat.busyWith;
      if (sent < tasks.length && failure === undefined) seatWorker();
      if (lost !== undefined) finish(lost, died(tasks[lost]!, cause));
    });
  };

  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    if (signal?.aborted) onAbort();
    else for (let i = 0; i < size; i++) seatWorker();
    while (yielded < tasks.length) {
      if (failure !== undefined) throw failure;
      if (finished.has(yielded)) {
        const result = finished.get(yielded)!;
        finished.delete(yielded++);
        send();
        yield result;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    // From here on an ended worker is no failure and has no successor.
    failure ??= "closed";
    await Promise.all(
      [...seats].map(({ worker }) => {
        worker.removeAllListeners("exit");
        return endWorker(worker);
      }),
    );
  }
}
