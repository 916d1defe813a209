import path from "node:path";
import { locationOf } from "../batch/sources/index.ts";
import { modelFileOf, parseAnswers, type SpreadRuns } from "../evaluate/index.ts";
import { writeAtomically } from "../files.node.ts";
import { handOut } from "./hand-out.ts";
import { type FleetAddress, type FoldJob, type FoldProgress, type FoldResult, nameOf } from "./training-queue.ts";

/** What {@link spreadRuns} may be told. */
export interface SpreadRunsOptions {
  /** Runs that workers finished while nobody asked are thrown away. */
  readonly anew: boolean;
  /** Is told, in whole lines, what becomes of Redis and of runs that fail. */
  readonly onNote: (text: string) => void;
}

/**
 * What `runProtocol` needs to have its runs done by workers. Each run is kept in the work folder as it comes, so a submitter
 * that was killed goes on, and finds what was finished meanwhile.
 */
export function spreadRuns(address: FleetAddress, { anew, onNote }: SpreadRunsOptions): SpreadRuns {
  return async ({ protocol, config, runs, work, keepModels, provenance }, hooks) => {
    const corpora = config.corpora.map((folder) => locationOf(folder, address.root));
    const jobs = runs.map(({ fold, seed, identity }): FoldJob => ({
      kind: "fold",
      version: provenance.version,
      protocol,
      config: { ...config, corpora },
      fold,
      seed,
      identity,
      model: keepModels !== undefined,
    }));
    const { failed, begun, takenBack } = await handOut(address, jobs, {
      signal: hooks.signal ?? new AbortController().signal,
      anew,
      onNote,
      onProgress: ({ fold, seed }, progress) => {
        const { epochs, note } = progress as FoldProgress;
        hooks.onProgress?.({ fold, seed }, epochs, note);
      },
      onDone: async (job, result) => {
        const { fold, seed, identity } = job;
        const { run, answers, model } = result as FoldResult;
        // The model first: a run that is kept is whole.
        if (keepModels !== undefined && model !== undefined) {
          const file = path.join(keepModels, modelFileOf(protocol, config.preset, { fold, seed }));
          await writeAtomically(file, Buffer.from(model, "base64"));
        }
        await work.finish({ fold, seed }, identity, run, parseAnswers(answers, nameOf(job)));
        await hooks.onFinished?.({ fold, seed });
      },
      onFailed: (job, { message }) => onNote(`${nameOf(job)} failed: ${message}\n`),
    });
    if (hooks.signal?.aborted === true) {
      onNote(`${takenBack} waiting runs were taken back; ${begun} are left to the workers that have begun them\n`);
    } else if (failed > 0) {
      onNote(`${failed} of ${runs.length} runs are in the dead letters; the same command tries them again\n`);
    }
    return hooks.signal?.aborted !== true && failed === 0;
  };
}
