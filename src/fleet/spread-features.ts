import { locationOf } from "../batch/sources/index.ts";
import { FeatureCache, type Utterance } from "../corpora/index.ts";
import { SpeechEmotionError } from "../errors.ts";
import { frontEnd } from "../gate/index.ts";
import { handOut } from "./hand-out.ts";
import type { FeaturesJob, FeaturesResult, FleetAddress } from "./training-queue.ts";

/** What became of a recording whose features were wanted in the cache. */
export type BuiltRecording =
  | { readonly facts: { readonly seconds: number }; readonly cached: boolean; readonly cacheFault?: string }
  | { readonly error: { readonly code: string; readonly message: string } };

/** What {@link spreadFeatures} is asked for. */
export interface SpreadFeaturesOptions extends FleetAddress {
  /** A feature set, with or without a gate: see `frontEnd`. */
  readonly set: string;
  /** Lies in a folder that workers share. */
  readonly cache: FeatureCache;
  /** Of this package. */
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onNote: (text: string) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Recordings in a job: some seconds of work for a core, so that starting threads costs little. */
const CHUNK = 200;

/**
 * Has the features of recordings computed by workers, which put them into the cache that all share.
 *
 * @returns an entry for each recording, in their order
 * @throws SpeechEmotionError `aborted`; ParameterError for an unknown feature set or a recording outside the root; InputError
 *   `queue_unusable`
 */
export async function spreadFeatures(
  utterances: readonly Utterance[],
  { set, cache, version, signal, onNote, onProgress, ...address }: SpreadFeaturesOptions,
): Promise<BuiltRecording[]> {
  // Refused here, once, and not by every worker.
  frontEnd(set);
  const locations = utterances.map(({ path }) => locationOf(path, address.root));
  const mark = cache.mark();
  const jobs: FeaturesJob[] = [];
  for (let start = 0; start < locations.length; start += CHUNK) {
    jobs.push({ kind: "features", version, set, locations: locations.slice(start, start + CHUNK), cache: mark });
  }
  const results = new Map<FeaturesJob, readonly BuiltRecording[]>();
  let done = 0;
  const keep = (job: FeaturesJob, built: readonly BuiltRecording[]): void => {
    results.set(job, built);
    done += built.length;
    onProgress?.(done, utterances.length);
  };
  await handOut(address, jobs, {
    signal,
    onNote,
    onDone: async (job, result) => keep(job, (result as FeaturesResult).map(builtOf)),
    onFailed: (job, { code, message }) =>
      keep(
        job,
        job.locations.map((file) => ({ error: { code, message: `${file}: ${message}` } })),
      ),
  });
  if (signal.aborted) {
    throw new SpeechEmotionError("aborted", "interrupted: what is in the cache stays; the same command goes on");
  }
  return jobs.flatMap((job) => results.get(job)!);
}

function builtOf(entry: FeaturesResult[number]): BuiltRecording {
  if ("error" in entry) return entry;
  const { seconds, ...rest } = entry;
  return { facts: { seconds }, ...rest };
}
