import { pathOf } from "../batch/sources/index.ts";
import { extractFeatures, FeatureCache } from "../corpora/index.ts";
import { ParameterError } from "../errors.ts";
import type { TrainingSetting } from "./do-fold.ts";
import type { FeaturesJob, FeaturesResult } from "./training-queue.ts";

/**
 * Computes the features of some recordings, unless the cache has them, and keeps them there.
 *
 * @throws ParameterError when the cache here is not the submitter's, SpeechEmotionError `aborted`
 */
export async function doFeatures(
  { set, locations, cache: mark }: FeaturesJob,
  { root, threads }: TrainingSetting,
  signal: AbortSignal,
): Promise<FeaturesResult> {
  const cache = new FeatureCache();
  if (cache.mark() !== mark) {
    throw new ParameterError(
      `the cache in ${cache.folder} is not the submitter's; set SER_CACHE to a folder that all machines share`,
    );
  }
  // Only their files count.
  const utterances = locations.map((location) => ({
    id: location,
    corpus: "",
    path: pathOf(location, root),
    emotion: "",
    speaker: "",
  }));
  const results: FeaturesResult[number][] = [];
  const options = { featureSetId: set, cache, signal, ...(threads > 0 && { threads }) };
  for await (const result of extractFeatures(utterances, options)) {
    if ("error" in result) results.push({ error: result.error });
    else {
      const { facts, cached, cacheFault } = result;
      results.push({ seconds: facts.seconds, cached, ...(cacheFault !== undefined && { cacheFault }) });
    }
  }
  return results;
}
