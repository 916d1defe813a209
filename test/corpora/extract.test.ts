import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { decodeAudio } from "../../src/audio/index.ts";
import {
  decibels,
  extractFacts,
  extractFeatures,
  FeatureCache,
  inspectRecordings,
  renderCorpora,
  scanCorpora,
  summarizeCorpora,
  type ExtractedFacts,
  type ExtractFailure,
  type Utterance,
} from "../../src/corpora/index.ts";
import { runInOrder } from "../../src/corpora/worker-pool.ts";
import { featureSet } from "../../src/features/index.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";
import { temporaryFolder, tone, tree, wav } from "./trees.ts";

const utterance = (root: string, name: string): Utterance => ({
  id: `own/${name}`,
  corpus: "own",
  path: path.join(root, name),
  emotion: name.slice(0, 3),
  speaker: "own/me",
});
const all = async <T>(results: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const result of results) list.push(result);
  return list;
};
const SET = "librosa54@1";

describe("extractFeatures", () => {
  test("in the order given, failures in their places; the second time from the cache, bit for bit", async () => {
    const root = tree({
      "long.wav": tone(300, 2),
      "short.wav": tone(500),
      "empty.wav": "",
      "text.wav": "this is no audio",
      "same.wav": tone(500),
    });
    const utterances = ["long.wav", "empty.wav", "short.wav", "none.wav", "text.wav", "same.wav"].map((n) =>
      utterance(root, n),
    );
    const cache = new FeatureCache({ folder: temporaryFolder() });
    const progress: number[][] = [];
    const onProgress = (...step: number[]): void => void progress.push(step);
    const first = await all(extractFeatures(utterances, { featureSetId: SET, cache, threads: 2, onProgress }));
    expect(first.map((r) => r.utterance)).toEqual(utterances);
    expect(first.map((r) => ("error" in r ? r.error.code : "cached" in r))).toEqual([
      true,
      "audio_empty",
      true,
      "file_missing",
      "audio_undecodable",
      true,
    ]);
    for (const r of first) if ("error" in r) expect(r.error.message).toContain(r.utterance.path);
    expect(progress.map(([done]) => done)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(progress.at(-1)).toEqual([6, 6, 3]);

    // The oracle: the same, one after the other, in this thread.
    const audio = await decodeAudio(tone(300, 2));
    const expected = featureSet(SET).extract(audio);
    expect(first[0]).toMatchObject({
      features: expected,
      facts: { seconds: 2, sampleRate: 16000, channels: 1, silent: false },
    });

    const second = await all(extractFeatures(utterances, { featureSetId: SET, cache, threads: 1 }));
    expect(second.filter((r) => "cached" in r && r.cached)).toHaveLength(3);
    const strip = (r: object): object => ({ ...r, cached: null });
    expect(second.map(strip)).toEqual(first.map(strip));
    // long.wav and the content that short.wav and same.wav share.
    expect(cache.stats().kinds).toMatchObject({ "facts@1": { entries: 2 }, [SET]: { entries: 2 } });
  });

  test("a renamed file is a hit, a changed one a miss", async () => {
    const root = tree({ "a.wav": tone(300) });
    const options = { featureSetId: SET, cache: new FeatureCache({ folder: temporaryFolder() }), threads: 1 };
    await all(extractFeatures([utterance(root, "a.wav")], options));
    writeFileSync(path.join(root, "b.wav"), tone(300));
    writeFileSync(path.join(root, "a.wav"), tone(301));
    const results = await all(
      extractFeatures(
        ["a.wav", "b.wav"].map((n) => utterance(root, n)),
        options,
      ),
    );
    expect(results.map((r) => "cached" in r && r.cached)).toEqual([false, true]);
  });

  test("facts alone do not compute features, and serve a later extraction", async () => {
    const root = tree({ "a.wav": tone(300) });
    const cache = new FeatureCache({ folder: temporaryFolder() });
    const [facts] = await all(extractFacts([utterance(root, "a.wav")], { cache, threads: 1 }));
    expect(Object.keys(cache.stats().kinds)).toEqual(["facts@1"]);
    const [features] = await all(extractFeatures([utterance(root, "a.wav")], { cache, threads: 1, featureSetId: SET }));
    expect(features).toMatchObject({ cached: false, facts: (facts as ExtractedFacts).facts });
  });

  test("a cache that cannot be written costs nothing but the cache", async () => {
    const root = tree({ "a.wav": tone(300), "file-in-the-way": "x" });
    const cache = new FeatureCache({ folder: path.join(root, "file-in-the-way") });
    const [result] = await all(extractFacts([utterance(root, "a.wav")], { cache, threads: 1 }));
    expect(result).toMatchObject({
      facts: { seconds: 0.25 },
      cacheFault: expect.stringContaining("file-in-the-way") as unknown,
    });
  });

  test("the limit holds after an extraction", async () => {
    const root = tree(Object.fromEntries([1, 2, 3, 4, 5, 6].map((i) => [`${i}.wav`, tone(100 * i, 1)])));
    const cache = new FeatureCache({ folder: temporaryFolder(), limit: 20_000 });
    const utterances = [1, 2, 3, 4, 5, 6].map((i) => utterance(root, `${i}.wav`));
    const results = await all(extractFeatures(utterances, { cache, threads: 1, featureSetId: SET }));
    expect(results.every((r) => "features" in r)).toBe(true);
    // 44 frames × 54 columns × 4 bytes each.
    expect(cache.stats().bytes).toBeLessThanOrEqual(20_000);
    expect(cache.stats().entries).toBeGreaterThan(0);
  });

  test("an abort ends it with a typed error; a consumer that stops early leaves no threads", async () => {
    const root = tree(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}.wav`, tone(50 + i)])));
    const utterances = Array.from({ length: 30 }, (_, i) => utterance(root, `${i}.wav`));
    const stop = new AbortController();
    const run = all(
      extractFacts(utterances, { threads: 1, signal: stop.signal, onProgress: (n) => n === 3 && stop.abort() }),
    );
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    await expect(all(extractFacts(utterances, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: "aborted",
    });
    for await (const result of extractFacts(utterances, { threads: 1 })) {
      expect("facts" in result).toBe(true);
      break;
    }
  });

  test("refuses an unknown feature set and a thread count of none, and takes an empty list", async () => {
    await expect(all(extractFeatures([], { featureSetId: "no@1" }))).rejects.toMatchObject({
      code: "parameter_invalid",
    });
    await expect(all(extractFacts([], { threads: 0 }))).rejects.toThrow(
      "extract: threads=0 must be a whole number, at least 1",
    );
    expect(await all(extractFacts([]))).toEqual([]);
  });
});

describe("runInOrder", () => {
  // Waits as many milliseconds as the task says, dies of a negative one.
  const program = `const { parentPort } = require("node:worker_threads");
    parentPort.on("message", ({ index, task }) =>
      task < 0 ? process.exit(3) : setTimeout(() => parentPort.postMessage({ index, result: String(task) }), task));
    parentPort.postMessage({ ready: true });`;
  const start = (): Worker => new Worker(program, { eval: true });
  const died = (task: number, cause: unknown): string => `${task}: ${(cause as Error).message}`;

  test("a thread that dies costs its own task only", async () => {
    const results = await all(runInOrder<number, string>([5, -1, 1, -2, -3, 2], { threads: 2, start, died }));
    const ended = "a worker thread ended with code 3";
    expect(results).toEqual(["5", `-1: ${ended}`, "1", `-2: ${ended}`, `-3: ${ended}`, "2"]);
  });

  test("works a bounded way ahead of its consumer", async () => {
    let computed = 0;
    const results = runInOrder<number, string>(
      Array.from({ length: 200 }, () => 0),
      { threads: 2, start, died, onResult: () => computed++ },
    );
    await results.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(computed).toBeLessThanOrEqual(17);
    expect(await all(results)).toHaveLength(199);
  });

  test("a thread that cannot even start is an error, not two hundred", async () => {
    const broken = (): Worker => new Worker("throw new Error('not installed')", { eval: true });
    await expect(all(runInOrder<number, string>([1, 2, 3], { threads: 2, start: broken, died }))).rejects.toThrow(
      "not installed",
    );
  });
});

describe("inspection and summary", () => {
  test("silent, identical and broken recordings; counts with durations", async () => {
    const root = tree({
      "savee/DC/a01.wav": tone(300, 1),
      "savee/DC/d01.wav": tone(300, 1),
      "savee/DC/f01.wav": wav(Array.from({ length: 8000 }, () => 0)),
      "savee/KL/f01.wav": wav(Array.from({ length: 8000 }, () => 0)),
      "savee/KL/n01.wav": "",
      "Actor_02/03-01-02-01-01-01-02.wav": tone(200, 3600 / 16000),
    });
    const scan = await scanCorpora([root]);
    const results: (ExtractedFacts | ExtractFailure)[] = await all(extractFacts(scan.utterances, { threads: 1 }));
    expect(inspectRecordings(results).map(({ code, message }) => [code, message.replaceAll(root, "")])).toEqual([
      ["silent", "savee/DC/f01 is silent (/savee/DC/f01.wav)"],
      ["silent", "savee/KL/f01 is silent (/savee/KL/f01.wav)"],
      ["undecodable", "savee/KL/n01: /savee/KL/n01.wav: empty: no bytes at all"],
      ["duplicate_audio", "the same audio under 2 names, labelled angry and disgust: savee/DC/a01, savee/DC/d01"],
    ]);
    const summary = summarizeCorpora(scan, results);
    expect(summary).toMatchObject({
      recordings: 6,
      seconds: 3.225,
      emotions: { angry: 1, calm: 1, disgust: 1, fear: 2, neutral: 1 },
      sexes: { female: 1, male: 5 },
      speakers: { "ravdess/02": 1, "savee/DC": 3, "savee/KL": 2 },
    });
    expect(summary.corpora[1]).toMatchObject({ corpus: "savee", official: 480, recordings: 5, seconds: 3 });
    expect(summarizeCorpora(scan)).not.toHaveProperty("seconds");
    expect(renderCorpora(summary).replaceAll(root, "")).toMatchInlineSnapshot(`
      "corpus   recordings  official  speakers  female  male  duration  licence
      ravdess           1  1,440            1       1     0  0:00:00   CC BY-NC-SA 4.0
      savee             5  480              2       0     5  0:00:03   research use only
      all               6                   3       1     5  0:00:03

      corpus   angry  calm  disgust  fear  neutral
      ravdess      0     1        0     0        0
      savee        1     0        1     2        1
      all          1     1        1     2        1

      recordings a speaker
        ravdess: 02 1
        savee: DC 3, KL 2

      incomplete: 2
        RAVDESS: 1 of the official 1440 recordings; only of speaker 02; incomplete: 02 (1 of 60)
        SAVEE: 5 of the official 480 recordings; none of speakers JE JK; incomplete: DC (3 of 120), KL (2 of 120)

      undecodable: 1
        savee/KL/n01: /savee/KL/n01.wav: empty: no bytes at all

      silent: 2
        savee/DC/f01 is silent (/savee/DC/f01.wav)
        savee/KL/f01 is silent (/savee/KL/f01.wav)

      identical audio under several names: 1
        the same audio under 2 names, labelled angry and disgust: savee/DC/a01, savee/DC/d01"
    `);
  });
});

describe.skipIf(!HAS_DATA)("real recordings", () => {
  test.each(["ravdess", "crema-d", "tess", "savee"])("%s: durations and levels as in the manifest", async (name) => {
    const rows = readFileSync(`${DATA_FOLDER}/${name}/manifest.csv`, "utf8").trim().split("\n").slice(1);
    const stated = new Map(rows.map((row) => [row.slice(0, row.indexOf(".")), row.split(",").slice(4).map(Number)]));
    // The levels in the manifest are the originals': Opus drops what SAVEE has below the audible, up to 3 dB of it.
    for (const folder of [`${DATA_FOLDER}/originals/${name}`, `${DATA_FOLDER}/${name}`]) {
      const { utterances } = await scanCorpora([folder]);
      const some = utterances.filter((_, i) => i % Math.ceil(utterances.length / 8) === 0);
      for (const result of await all(extractFacts(some, { threads: 2 }))) {
        if ("error" in result) throw new Error(result.error.message);
        const file = path.relative(folder, result.utterance.path);
        const [seconds, rate, channels, level] = stated.get(file.slice(0, file.indexOf(".")))!;
        expect(Math.abs(result.facts.seconds - seconds!)).toBeLessThan(0.001);
        if (!folder.includes("originals")) continue;
        expect([result.facts.sampleRate, result.facts.channels]).toEqual([rate, channels]);
        expect(Math.abs(decibels(result.facts.rms) - level!)).toBeLessThan(0.06);
      }
    }
  });

  test("the known bad: digital silence, identical audio", async () => {
    const { utterances } = await scanCorpora([DATA_FOLDER]);
    const known = /1076_MTI_SAD|1076_MTI_ANG|1006_TIE_(HAP|NEU|SAD)|1013_WSI_(DIS|SAD|ANG)|03-01-03-01-02-0[12]-07/;
    const results = await all(
      extractFacts(
        utterances.filter(({ id }) => known.test(id)),
        { threads: 2 },
      ),
    );
    expect(results).toHaveLength(10);
    expect(
      inspectRecordings(results).map(({ code, message }) => [code, message.split(": ")[1] ?? message.split(" ")[0]]),
    ).toEqual([
      ["silent", "crema-d/1076_MTI_SAD_XX"],
      ["duplicate_audio", "ravdess/03-01-03-01-02-01-07, ravdess/03-01-03-01-02-02-07"],
      ["duplicate_audio", "crema-d/1006_TIE_HAP_XX, crema-d/1006_TIE_NEU_XX"],
      ["duplicate_audio", "crema-d/1013_WSI_DIS_XX, crema-d/1013_WSI_SAD_XX"],
    ]);
  });
});
