import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parseLabelMap } from "../../src/emotions.ts";
import {
  augmentationRecord,
  augmentTraining,
  clipsOf,
  fitStandardizer,
  identityOf,
  loadDataset,
  planTraining,
  renderAugmentation,
  requireOriginalsInTraining,
  trainConfig,
  type Dataset,
  type Example,
  type Plan,
} from "../../src/train/index.ts";
import { epochExamples } from "../../src/dataset/index.ts";
import { sine, wavFile } from "../audio/wav-file.ts";

process.env["SER_CACHE"] = mkdtempSync(path.join(tmpdir(), "ser-cache-"));
const folder = mkdtempSync(path.join(tmpdir(), "ser-augment-"));
const manifest = path.join(folder, "mine.csv");

/** Six speakers with two recordings of "low" and two of "high" each. */
function writeCorpus(): void {
  const rows = ["path,emotion,speaker"];
  for (let i = 0; i < 24; i++) {
    const hertz = (i % 2 === 0 ? 150 : 1200) + 3 * i;
    writeFileSync(path.join(folder, `${i}.wav`), wavFile(sine(hertz, 22_050, 0.3)));
    rows.push(`${i}.wav,${i % 2 === 0 ? "low" : "high"},speaker${Math.floor(i / 4)}`);
  }
  writeFileSync(manifest, `${rows.join("\n")}\n`);
}

const config = (augment: string, seed = 1) =>
  trainConfig({ corpora: [manifest], labels: "low,high", augment, seed, threads: 1 });

let dataset: Dataset;
beforeAll(async () => {
  writeCorpus();
  dataset = await loadDataset({
    sources: [manifest],
    labels: parseLabelMap("low,high"),
    featureSet: "librosa54@1",
    threads: 1,
  });
});

const planOf = async (augment: string, seed = 1): Promise<Plan> =>
  (await augmentTraining(planTraining(config(augment, seed), dataset), { threads: 1 })).plan;
const names = (examples: readonly Example[]): string[] => examples.map(({ utterance }) => utterance.id);

describe("copies for training", () => {
  test("so many of each training recording of the label, features of their own, the label of the original", async () => {
    const bare = await planOf("none");
    const plan = await planOf("low:2,*:1:gain=3..6");
    const low = names(bare.train.filter(({ label }) => label === 0));
    expect(low.length).toBeGreaterThan(4);
    expect(names(plan.copies).sort()).toEqual([...low, ...low, ...names(bare.train)].sort());
    for (const { utterance, label, augmentation, features } of plan.copies) {
      const original = plan.train.find((example) => example.utterance.id === utterance.id)!;
      expect(label).toBe(original.label);
      expect(augmentation).toBeDefined();
      expect(features).not.toEqual(original.features);
    }
    // 3 to 6 dB more on every frame's root mean square, the last column.
    for (const { utterance, features } of plan.copies.filter(
      ({ augmentation }) => augmentation!.operation === "gain",
    )) {
      const original = plan.train.find((example) => example.utterance.id === utterance.id)!;
      const decibels = 20 * Math.log10(features.row(5)[53]! / original.features.row(5)[53]!);
      expect(decibels).toBeGreaterThan(2.99);
      expect(decibels).toBeLessThan(6.01);
    }
  });

  test("the parts themselves are untouched: validation and test are what they are without rules", async () => {
    const bare = await planOf("none");
    const plan = await planOf("*:3");
    expect(bare.copies).toEqual([]);
    for (const part of ["train", "validation", "test"] as const) expect(plan[part]).toEqual(bare[part]);
    const kept = new Set([...names(plan.validation), ...names(plan.test)]);
    expect(names(plan.copies).filter((id) => kept.has(id))).toEqual([]);
    expect(plan.split).toEqual(bare.split);
  });

  test("the same seed, the same copies, bit for bit, from the cache or not; another seed, others", async () => {
    const one = await planOf("*:2");
    const cache = process.env["SER_CACHE"];
    process.env["SER_CACHE"] = mkdtempSync(path.join(tmpdir(), "ser-cache-"));
    const two = await planOf("*:2");
    process.env["SER_CACHE"] = cache;
    expect(two.copies).toEqual(one.copies);
    const other = await planOf("*:2", 2);
    const texts = (plan: Plan): Set<string> =>
      new Set(plan.copies.map(({ augmentation }) => JSON.stringify(augmentation)));
    expect([...texts(other)].filter((text) => texts(one).has(text))).toEqual([]);
  });

  test("a checkpoint of other copies is another training's", async () => {
    const plans = [await planOf("none"), await planOf("*:1"), await planOf("*:2"), await planOf("*:1:noise")];
    expect(new Set(plans.map(identityOf)).size).toBe(4);
    expect(identityOf(plans[1]!)).toBe(identityOf(await planOf("*:1")));
  });

  test("the standardiser sees copies", async () => {
    const plan = await planOf("low:3:gain=20..20");
    const fitted = fitStandardizer(clipsOf([...plan.train, ...plan.copies]), 30, 54);
    // Means over all frames of both, padded with zeros to 30, by hand.
    const both = [...plan.train, ...plan.copies];
    const levels = both.flatMap(({ features }) =>
      Array.from({ length: features.rows }, (_, t) => features.row(t)[53]!),
    );
    expect(fitted.mean[53]).toBeCloseTo(levels.reduce((sum, x) => sum + x, 0) / (both.length * 30), 5);
  });
});

describe("the guard against leaks", () => {
  test.each(["validation", "test"] as const)("a copy of a %s recording is refused", async (part) => {
    const plan = await planOf("*:1");
    const [stray] = plan[part];
    const copies = [...plan.copies, { ...stray!, augmentation: { operation: "gain", value: 3, seed: 1 } }];
    expect(() => requireOriginalsInTraining({ ...plan, copies })).toThrow(
      `leak: a copy of ${stray!.utterance.id} is for training, but the recording itself is in the ${part} part`,
    );
    requireOriginalsInTraining(plan);
  });

  test("a copy of a recording that is nowhere is refused", async () => {
    const plan = await planOf("*:1");
    const without = { ...plan, train: plan.train.slice(1) };
    expect(() => requireOriginalsInTraining(without)).toThrow(
      `leak: a copy of ${plan.train[0]!.utterance.id} is for training, but the recording itself is in no part`,
    );
  });
});

describe("what is recorded", () => {
  test("the rules with their ranges, and counts that add up", async () => {
    const plan = await planOf("low:3");
    const low = plan.train.filter(({ label }) => label === 0).length;
    const record = {
      rules: "low:3:pitch=-2..2+stretch=0.8..1.2+noise=15..30",
      copies: 3 * low,
      perOperation: { noise: low, pitch: low, stretch: low },
      perLabel: { low: 3 * low },
    };
    expect(augmentationRecord(plan)).toEqual(record);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(renderAugmentation(plan, [])).toBe(
      `augmentation: ${3 * low} copies added to training (${record.rules})\n` +
        `  copies of low ${3 * low}; by noise ${low}, pitch ${low}, stretch ${low}\n`,
    );
    expect(renderAugmentation(await planOf("none"), [])).toBe("");
    expect(augmentationRecord(await planOf("none"))).toEqual({
      rules: "none",
      copies: 0,
      perOperation: {},
      perLabel: {},
    });
  });

  test("copies beside the recordings, or in the place of a share of them, others in each epoch", async () => {
    const beside = await planOf("low:2:noise+speed");
    const low = beside.train.filter(({ utterance }) => utterance.emotion === "low");
    expect(epochExamples(beside, beside.copies, 0)).toEqual([...beside.train, ...beside.copies]);
    const replacing = (augmentReplace: number): typeof beside => ({
      ...beside,
      config: { ...beside.config, augmentReplace },
    });
    const counted = new Map<unknown, number>();
    const epochs = 600;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const examples = epochExamples(replacing(0.6), beside.copies, epoch);
      expect(examples.map(({ utterance }) => utterance.id)).toEqual(beside.train.map(({ utterance }) => utterance.id));
      for (const example of examples) counted.set(example, (counted.get(example) ?? 0) + 1);
    }
    // Binomial: four standard deviations are 0.08 of 600 draws at most.
    for (const example of low) expect(Math.abs(counted.get(example)! / epochs - 0.4)).toBeLessThan(0.08);
    for (const copy of beside.copies) expect(Math.abs(counted.get(copy)! / epochs - 0.3)).toBeLessThan(0.08);
    for (const example of beside.train) if (!low.includes(example)) expect(counted.get(example)).toBe(epochs);
    const all = epochExamples(replacing(1), beside.copies, 3);
    expect(all.filter(({ augmentation }) => augmentation !== undefined)).toHaveLength(low.length);
    expect(epochExamples(replacing(0.6), beside.copies, 7)).toEqual(epochExamples(replacing(0.6), beside.copies, 7));
  });

  test("a copy that cannot be made is told, with its augmentation", async () => {
    const [example] = dataset.examples;
    const utterance = { ...example!.utterance, path: path.join(folder, "gone.wav") };
    const gone = planTraining(config("*:1"), {
      ...dataset,
      examples: [{ ...example!, utterance }, ...dataset.examples.slice(1)],
    });
    const { plan, failures } = await augmentTraining(gone, { threads: 1 });
    const lost = gone.train.filter(({ utterance: { id } }) => id === utterance.id).length;
    expect(failures).toHaveLength(lost);
    expect(plan.copies).toHaveLength(gone.train.length - lost);
    for (const failure of failures) {
      expect(renderAugmentation(plan, [failure])).toMatch(
        /failed: .*gone\.wav: there is no such file \(augment@1 \w+=/,
      );
    }
  });
});

describe("the configuration", () => {
  const of = (settings: object): string => trainConfig({ corpora: ["a"], ...settings }).augment;

  test("the original's rule is the default of the original's presets, where there is such a class", () => {
    expect(of({})).toBe("surprise:3");
    expect(of({ preset: "seed-300x1", labels: "8" })).toBe("surprise:3");
    expect(of({ labels: "happy,sad" })).toBe("none");
    expect(of({ augment: "none" })).toBe("none");
    expect(of({ augment: "fear:1" })).toBe("fear:1");
  });

  test.each([
    [{ augment: "fear" }, 'augment: "fear" is no rule'],
    [{ augment: "faer:1" }, 'augment: "faer" is no label of this model (did you mean fear?); there are angry, disgust'],
    [{ augment: "fear:1", labels: "happy,sad" }, 'augment: "fear" is no label of this model; there are happy, sad'],
    [{ augment: ["fear:1"] }, 'train: augment=["fear:1"] must be a text of rules such as "surprise:3", or "none"'],
    [{ augment: null }, "train: augment=null must be a text of rules"],
    [{ augment: "none", augmentReplace: 0.5 }, 'train: augmentReplace=0.5 needs copies to take, but augment is "none"'],
    [{ augmentReplace: 1.5 }, "train: augmentReplace=1.5 must be in 0 … 1"],
  ])("%o is refused", (settings, message) => {
    expect(() => of(settings)).toThrow(message);
  });
});
