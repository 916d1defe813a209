import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { fit, preparation, type Clips, type FitOptions } from "../../src/fit/index.ts";
import { parseLabelMap } from "../../src/emotions.ts";
import { Random } from "../../src/random.ts";
import { augmentTraining, CheckpointFile, identityOf, loadDataset } from "../../src/train/index.ts";
import { planTraining, train, trainConfig, type Example, type Plan } from "../../src/train/index.ts";
import { FreshCopies } from "../../src/train/fresh-copies.ts";
import { Prefetch } from "../../src/train/prefetch.ts";
import { sine, wavFile } from "../audio/wav-file.ts";
import { tinyNetwork } from "../tiny-model.ts";

const network = tinyNetwork({ frames: 16, features: 3, labels: 2, masked: true });
const recipe = { mixup: 0.3, labelSmoothing: 0.1, specAugment: { timeMasks: 1, timeWidth: 3, frequencyMasks: 1 } };

function noise(length: number, seed: number): Clips {
  const random = new Random(seed);
  const made = Array.from({ length }, () =>
    Float32Array.from({ length: 3 * (8 + random.integer(12)) }, () => random.normal()),
  );
  const soft = Float32Array.of(0.25, 0.75);
  return {
    length,
    features: (i) => made[i]!,
    label: (i) => i % 2,
    target: (i) => (i === 3 ? soft : undefined),
    weight: (i) => 1 + (i % 3),
  };
}

describe("batches made on a thread of their own", () => {
  test("are those made here, to the bit, in the order asked for, also after other clips", async () => {
    const prefetch = new Prefetch(network, recipe, 5);
    const here = preparation(network, recipe, 5);
    const [a, b] = [noise(20, 1), noise(9, 2)];
    const jobs = [a, a, b, a].map((clips, k) => ({ clips, indices: [k, 3, 7, 8], step: k + 1 }));
    const made = await Promise.all(jobs.map((job) => prefetch.prepare(job)));
    expect(made).toEqual(jobs.map((job) => here(job)));
    await prefetch.close();
  });

  test("train to the same weights", async () => {
    const options: FitOptions = {
      network,
      train: noise(40, 1),
      validation: noise(10, 2),
      epochs: 2,
      batchSize: 8,
      learningRate: 5e-3,
      seed: 7,
      recipe,
      session: { threads: 1 },
    };
    const prefetch = new Prefetch(network, recipe, 7);
    const ahead = await fit({ ...options, prepare: prefetch.prepare });
    await prefetch.close();
    expect(ahead.weights).toEqual((await fit(options)).weights);
  });

  test("a failure on the thread is an error of the batch and of all after it, and closing still ends", async () => {
    const prefetch = new Prefetch(network, recipe, 5);
    // There is no clip 50.
    const job = { clips: noise(20, 1), indices: [50], step: 1 };
    const [first, second] = [prefetch.prepare(job), prefetch.prepare({ ...job, indices: [1] })];
    await expect(first).rejects.toThrow("undefined");
    await expect(second).rejects.toThrow("undefined");
    await expect(prefetch.prepare(job)).rejects.toThrow("undefined");
    await prefetch.close();
  });

  test("closing refuses what is still awaited", async () => {
    const prefetch = new Prefetch(network, recipe, 5);
    const awaited = prefetch.prepare({ clips: noise(20, 1), indices: [1], step: 1 });
    const outcome = expect(awaited).rejects.toThrow("prefetch: closed");
    await prefetch.close();
    await outcome;
  });
});

describe("copies that are other ones in every epoch", async () => {
  process.env["SER_CACHE"] = mkdtempSync(path.join(tmpdir(), "ser-cache-"));
  const folder = mkdtempSync(path.join(tmpdir(), "ser-fresh-"));
  const rows = ["path,emotion,speaker"];
  for (let i = 0; i < 12; i++) {
    writeFileSync(path.join(folder, `${i}.wav`), wavFile(sine(i % 2 === 0 ? 150 + i : 1200 + i, 22_050, 0.3)));
    rows.push(`${i}.wav,${i % 2 === 0 ? "low" : "high"},speaker${Math.floor(i / 2)}`);
  }
  writeFileSync(path.join(folder, "mine.csv"), rows.join("\n"));
  const settings = { corpora: [path.join(folder, "mine.csv")], labels: "low,high", augment: "*:1:noise", threads: 1 };
  const config = trainConfig({ ...settings, augmentFresh: true, epochs: 2, batch: 4 });
  const labels = parseLabelMap("low,high");
  const dataset = await loadDataset({ sources: config.corpora, labels, featureSet: "librosa54@1", threads: 1 });
  const { plan } = await augmentTraining(planTraining(config, dataset), { threads: 1 });
  const small: Plan = { ...plan, network: tinyNetwork({ labels: 2, frames: 16 }) };

  test("are those of the plan first, then others, the same for the same epoch; of the same recordings", async () => {
    const [one, two] = [new FreshCopies(plan, 1), new FreshCopies(plan, 1)];
    const epochs = [await one.of(0), await one.of(1)];
    expect(epochs[0]).toBe(plan.copies);
    for (const copies of epochs) {
      expect(copies.map(({ utterance }) => utterance.id)).toEqual(plan.copies.map(({ utterance }) => utterance.id));
    }
    expect(epochs[0]![0]!.augmentation).not.toEqual(epochs[1]![0]!.augmentation);
    expect(epochs[0]![0]!.features).not.toEqual(epochs[1]![0]!.features);
    const again = await two.of(1);
    expect(again.map(({ features }) => features)).toEqual(epochs[1]!.map(({ features }) => features));
    one.close();
    two.close();
  });

  test("a training interrupted in its second epoch goes on with the second epoch's copies", async () => {
    const run = (name: string, resume: boolean, stopAt = Infinity) => {
      const controller = new AbortController();
      let steps = 0;
      const checkpoint = new CheckpointFile(path.join(folder, name), identityOf(small));
      const onStep = (): void => void (++steps === stopAt && controller.abort());
      return train(small, { checkpoint, resume, prefetch: true, signal: controller.signal, onStep });
    };
    const whole = await run("whole", false);
    const perEpoch = Math.ceil((small.train.length + small.copies.length) / 4);
    expect((await run("cut", false, perEpoch + 1)).interrupted).toBe(true);
    const resumed = await run("cut", true);
    expect(resumed.history.map(({ loss }) => loss)).toEqual(whole.history.map(({ loss }) => loss));
    expect(resumed.weights).toEqual(whole.weights);
    // Without a checkpoint nothing is kept, and nothing else changes.
    const still = await train({ ...small, config: { ...config, augmentFresh: false } }, { prefetch: false });
    expect(still.history[0]!.loss).toBe(whole.history[0]!.loss);
    expect(still.history[1]!.loss).not.toBe(whole.history[1]!.loss);
  }, 120_000);

  test("class weights make up for labels that are rare in their corpus, not for others", async () => {
    const weightsOf = async (classWeights: number, apart: boolean): Promise<Float32Array> => {
      // All from one corpus with as many of each label; or two, each with one label more often than the other.
      const seen = [0, 0];
      const examples = small.train.map((example): Example => {
        const corpus = apart && (seen[example.label]!++ === 0) === (example.label === 0) ? "other" : "own";
        return { ...example, utterance: { ...example.utterance, corpus } };
      });
      const once = { ...config, augmentFresh: false, epochs: 1, classWeights };
      const { weights } = await train({ ...small, train: examples, copies: [], config: once }, { prefetch: false });
      return weights;
    };
    expect(await weightsOf(1, false)).toEqual(await weightsOf(0, false));
    expect(await weightsOf(0, true)).toEqual(await weightsOf(0, false));
    expect(await weightsOf(1, true)).not.toEqual(await weightsOf(0, true));
  });

  test("without a checkpoint there is nothing to go on from", async () => {
    await expect(train(small, { resume: true })).rejects.toThrow("train: resume=true needs a checkpoint to go on from");
  });
});
