import { runFold, type RunHooks, type RunSetting } from "./run-fold.ts";
import type { PendingRun, RunKey } from "./work-folder.ts";

/** Who watches several runs. */
export interface RunsHooks {
  readonly signal?: AbortSignal;
  /** As that of a single run, with the run that it is about. */
  readonly onProgress?: (run: RunKey, ...progress: Parameters<NonNullable<RunHooks["onProgress"]>>) => void;
  /** When a run is finished and kept. */
  readonly onFinished?: (run: RunKey) => void | Promise<void>;
}

/** Runs one after the other in this process. @returns false when the signal ended it. */
export async function runHere(setting: RunSetting, runs: readonly PendingRun[], hooks: RunsHooks): Promise<boolean> {
  const { signal, onProgress, onFinished } = hooks;
  for (const run of runs) {
    if (signal?.aborted === true) return false;
    const done = await runFold(setting, run, {
      ...(signal && { signal }),
      onProgress: (epochs, note) => onProgress?.(run, epochs, note),
    });
    if (!done) return false;
    await onFinished?.(run);
  }
  return true;
}
