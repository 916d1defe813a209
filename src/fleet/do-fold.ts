import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathOf } from "../batch/sources/index.ts";
import { FeatureCache } from "../corpora/index.ts";
import { InputError } from "../errors.ts";
import { modelFileOf, type Provenance, renderAnswers, runApart, WorkFolder } from "../evaluate/index.ts";
import { type FoldJob, type FoldProgress, type FoldResult, idOfJob } from "./training-queue.ts";

/** What a worker is, to the jobs that it takes. */
export interface TrainingSetting {
  /** Where the submitter's root lies on this machine. */
  readonly root?: string | undefined;
  /** 0 for all cores. */
  readonly threads: number;
  /** What the worker runs: stands with the figures. */
  readonly provenance: Provenance;
}

/** Milliseconds after which the folder of a run that nobody went on with is removed. */
const ABANDONED_AFTER = 30 * 24 * 3_600_000;

/** Where runs are done: a folder for each, in the cache's, so that a worker which is started again finds its checkpoint. */
const runsFolder = (): string => path.join(new FeatureCache().folder, "training");

/** The folder of a run; removed with {@link forgetFold}. */
const folderOf = (job: FoldJob): string => path.join(runsFolder(), idOfJob(job));

/** Where `runApart` would write the result of a run; its work folder lies beside it. */
const outOf = (job: FoldJob): string => path.join(folderOf(job), "run.json");

/** Whether an earlier try, of whichever worker with this cache, left a checkpoint. */
export function hasCheckpoint(job: FoldJob): boolean {
  return existsSync(new WorkFolder(outOf(job)).checkpoint(job));
}

/**
 * One run of a protocol, in a process of its own: the worker's own stays free to tell Redis that it lives. Goes on from the
 * checkpoint that an earlier try left.
 *
 * @returns null when the signal ended it
 * @throws InputError `run_mismatch` when the recordings here are others, and what the process failed with
 */
export async function doFold(
  job: FoldJob,
  { root, threads, provenance }: TrainingSetting,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: FoldProgress) => void },
): Promise<FoldResult | null> {
  const { protocol, fold, seed, identity, model } = job;
  const config = { ...job.config, corpora: job.config.corpora.map((each) => pathOf(each, root)), threads };
  const out = outOf(job);
  const models = path.join(folderOf(job), "models");
  const work = new WorkFolder(out);
  mkdirSync(work.path, { recursive: true });
  mkdirSync(models, { recursive: true });
  const run = { fold, seed, identity };
  try {
    if ((await work.finished(run, identity)) === undefined) {
      const setting = { protocol, config, out, provenance, ...(model && { keepModels: models }) };
      const whole = await runApart(setting, [run], 1, {
        signal,
        onProgress: (_, epochs, note) => onProgress({ epochs, note }),
      });
      if (!whole) return null;
    }
    const { run: finished } = (await work.finished(run, identity))!;
    const bytes = model ? await readFile(path.join(models, modelFileOf(protocol, config.preset, run))) : undefined;
    return {
      run: finished,
      answers: renderAnswers(await work.answers(run)),
      ...(bytes && { model: bytes.toString("base64") }),
    };
  } catch (cause) {
    // The next try begins anew.
    if (cause instanceof InputError && cause.code === "checkpoint_invalid") forgetFold(job);
    throw cause;
  }
}

/** Removes what a run left on the disk: it was handed in. */
export function forgetFold(job: FoldJob): void {
  rmSync(folderOf(job), { recursive: true, force: true });
}

/** Removes runs that were begun long ago and that nobody wants any more. */
export function forgetAbandonedFolds(): void {
  const folder = runsFolder();
  try {
    for (const name of readdirSync(folder)) {
      const run = path.join(folder, name);
      // Every checkpoint is renamed into this folder, which changes its time.
      const touched = statSync(path.join(run, "run.work"), { throwIfNoEntry: false })?.mtimeMs;
      if (touched !== undefined && touched < Date.now() - ABANDONED_AFTER) rmSync(run, { recursive: true });
    }
  } catch {
    // There is none yet, or another worker does the same.
  }
}
