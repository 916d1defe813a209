import { expect, test } from "vitest";
import { configOfModel } from "../../scripts/plan-of-model.ts";
import { trainConfig } from "../../src/train/index.ts";
import { tinyModel } from "../tiny-model.ts";

const { metadata } = tinyModel();

test("a model's settings are those that its file tells; corpora and threads are the caller's", () => {
  const config = trainConfig({ preset: "default", corpora: ["there"], threads: 4, seed: 7 });
  const { corpora: _, ...training } = config;
  const told = { ...training, recordings: { train: 1 }, epochsRun: 45 };
  expect(configOfModel({ ...metadata, training: told }, ["here"])).toEqual({
    ...config,
    corpora: ["here"],
    threads: 1,
  });
});

test("a setting that an older model does not know is off", () => {
  const old = { preset: "default", seed: 3, epochs: 30, augment: "none" };
  const config = configOfModel({ ...metadata, training: old }, ["here"]);
  expect(config).toMatchObject({ ...old, augmentReplace: 0, classWeights: 0, perturb: 0, softLabels: 0 });
  expect(Object.values(config)).not.toContain(undefined);
});
