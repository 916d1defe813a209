import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SpeechEmotionError, InputError, type ErrorCode } from "../../errors.ts";
import type { TrainConfig } from "../../train/index.ts";
import type { Provenance } from "./result.ts";
import type { RunsHooks } from "./run-all.ts";
import type { PendingRun, RunKey } from "./work-folder.ts";

/** What a process of its own is told before it works. */
export interface ProcessSetting {
  readonly protocol: string;
  readonly config: TrainConfig;
  readonly out: string;
  readonly keepModels?: string;
  readonly provenance: Provenance;
}

/** What it is sent. */
export type ToProcess = { readonly setting: ProcessSetting } | { readonly run: PendingRun } | { readonly stop: true };

/** What it sends. */
export type FromProcess =
  | { readonly ready: true }
  | { readonly progress: readonly [run: RunKey, epochs: number | null, note: string] }
  | { readonly finished: RunKey }
  | { readonly interrupted: true }
  | { readonly failed: { readonly code?: ErrorCode; readonly message: string } };

/**
 * A step's results are 9 MB of new arrays, for which V8 looks through its heap four times a second, on four threads more: with a
 * process for every core these took a third of the time (127 ms a step of `default`, 87 with these).
 */
const GARBAGE_ON_ONE_THREAD: readonly string[] = ["--single-threaded-gc", "--no-incremental-marking"];

/**
 * Runs in `jobs` processes at once, each with the threads that `setting.config` says. Every process loads the recordings
 * once and takes one run after the other. When one fails, or the signal fires, all stop at their checkpoints.
 *
 * @returns false when the signal ended it.
 * @throws what a process failed with
 */
export async function runApart(
  setting: ProcessSetting,
  runs: readonly PendingRun[],
  jobs: number,
  { signal, onProgress, onFinished }: RunsHooks,
): Promise<boolean> {
  const open = [...runs];
  const left = new Set(runs);
  const children = new Set<ChildProcess>();
  let failure: unknown;
  const stopAll = (): void => {
    for (const child of children) if (child.connected) tell(child, { stop: true });
  };
  const fail = (cause: unknown): void => {
    failure ??= cause;
    stopAll();
  };

  const work = (): Promise<void> =>
    new Promise((resolve) => {
      const child = fork(processFile(), { execArgv: [...process.execArgv, ...GARBAGE_ON_ONE_THREAD] });
      children.add(child);
      let current: PendingRun | undefined;
      const next = (): void => {
        current = failure === undefined && signal?.aborted !== true ? open.shift() : undefined;
        tell(child, current ? { run: current } : { stop: true });
      };
      child.on("message", (message: FromProcess) => {
        if ("ready" in message) next();
        else if ("progress" in message) onProgress?.(...message.progress);
        else if ("failed" in message) fail(errorOf(message.failed));
        else if ("finished" in message) {
          left.delete(current!);
          const { finished } = message;
          void Promise.resolve(onFinished?.(finished)).catch(fail).then(next);
        }
      });
      child.on("error", fail);
      child.on("exit", (code, killed) => {
        children.delete(child);
        if (current !== undefined && left.has(current) && signal?.aborted !== true && failure === undefined) {
          const how = killed === null ? `with code ${code}` : `by ${killed}`;
          fail(new Error(`the process of fold ${current.fold}, seed ${current.seed} ended ${how}`));
        }
        resolve();
      });
      tell(child, { setting });
    });

  signal?.addEventListener("abort", stopAll, { once: true });
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, work));
  } finally {
    signal?.removeEventListener("abort", stopAll);
  }
  if (failure !== undefined) throw failure;
  return left.size === 0;
}

/** The program beside this file, built or from source as this one is. */
function processFile(): string {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return fileURLToPath(new URL(`./protocol-process.${ending}`, import.meta.url));
}

function tell(child: ChildProcess, message: ToProcess): void {
  // One that has just ended hears nothing; its exit tells the rest.
  child.send(message, () => undefined);
}

function errorOf({ code, message }: { readonly code?: ErrorCode; readonly message: string }): Error {
  if (code === undefined) return new Error(message);
  return code === "aborted" ? new SpeechEmotionError(code, message) : new InputError(code, message);
}
