import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import path from "node:path";
import { addNoise, Random, timeStretch, type Augmentation } from "../../src/augment/index.ts";
import { decodeAudio, resample } from "../../src/audio/index.ts";
import { extractFeatures, FeatureCache, type ExtractedFeatures, type Utterance } from "../../src/corpora/index.ts";
import { featureSet } from "../../src/features/index.ts";
import { temporaryFolder, tone, tree } from "./trees.ts";

const SET = "librosa54@1";
const stretch: Augmentation = { operation: "stretch", value: 0.8, seed: 1 };
const noise: Augmentation = { operation: "noise", value: 20, seed: 2 };

async function all(results: ReturnType<typeof extractFeatures>): Promise<ExtractedFeatures[]> {
  const list: ExtractedFeatures[] = [];
  for await (const result of results) {
    if ("error" in result) throw new Error(result.error.message);
    list.push(result);
  }
  return list;
}

function recording(): Utterance {
  const root = tree({ "a.wav": tone(300, 1) });
  return { id: "own/a", corpus: "own", path: path.join(root, "a.wav"), emotion: "high", speaker: "own/me" };
}

test("copies are those of the waveform at the set's rate, in their places among recordings as they are", async () => {
  const utterance = recording();
  const wanted = [{ utterance, augmentation: stretch }, utterance, { utterance, augmentation: noise }];
  const results = await all(extractFeatures(wanted, { featureSetId: SET, threads: 2 }));

  const set = featureSet(SET);
  const waveform = resample(await decodeAudio(readFileSync(utterance.path)), set.sampleRate);
  const expected = [
    timeStretch(waveform, { rate: 0.8 }),
    waveform,
    // The stream of an augmentation's randomness, as documented in operations.ts.
    addNoise(waveform, { snr: 20 }, new Random(2, "augmentation")),
  ].map((each) => set.extract(each));
  expect(results.map(({ features }) => features)).toEqual(expected);
  expect(results.map(({ augmentation }) => augmentation)).toEqual([stretch, undefined, noise]);
  // The facts stay the recording's.
  expect(results.map(({ facts }) => facts.seconds)).toEqual([1, 1, 1]);
});

test("nothing is computed twice; another value, seed or kind is another entry; all share one kind", async () => {
  const utterance = recording();
  const cache = new FeatureCache({ folder: temporaryFolder() });
  const run = (...augmentations: Augmentation[]): Promise<ExtractedFeatures[]> => {
    const wanted = augmentations.map((augmentation) => ({ utterance, augmentation }));
    return all(extractFeatures(wanted, { featureSetId: SET, cache, threads: 1 }));
  };
  const first = await run(stretch, noise);
  expect(first.map(({ cached }) => cached)).toEqual([false, false]);
  const second = await run(noise, stretch);
  expect(second.map(({ cached }) => cached)).toEqual([true, true]);
  expect(second.map(({ features }) => features)).toEqual(first.map(({ features }) => features).toReversed());

  const others: Augmentation[] = [
    { ...noise, value: 20.5 },
    { ...noise, seed: 3 },
    { ...noise, operation: "gain", value: 5 },
  ];
  expect((await run(...others)).map(({ cached }) => cached)).toEqual([false, false, false]);
  // A copy is no answer to who asks for the recording.
  const [plain] = await all(extractFeatures([utterance], { featureSetId: SET, cache, threads: 1 }));
  expect(plain!.cached).toBe(false);
  expect(cache.stats().kinds).toMatchObject({ [SET]: { entries: 1 }, [`${SET}+augmented`]: { entries: 5 } });
});
