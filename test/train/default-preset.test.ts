import { expect, test } from "vitest";
import { trainConfig } from "../../src/train/index.ts";

test("a preset's own training holds where nothing is said, and gives way to what is", () => {
  const own = trainConfig({ corpora: ["."], preset: "default" });
  expect(own).toMatchObject({
    optimizer: "adamw",
    weightDecay: 0.2,
    schedule: "cosine",
    perturb: 0.35,
    augmentReplace: 0.4,
  });
  expect(own.augment).toMatch(/^\*:3:noise/);
  expect(trainConfig({ corpora: ["."], preset: "default", augment: "none" }).augmentReplace).toBe(0);
  const plain = trainConfig({ corpora: ["."], preset: "default", optimizer: "adam", perturb: 0 });
  expect(plain).toMatchObject({ optimizer: "adam", weightDecay: 0, schedule: "cosine", perturb: 0 });
  expect(trainConfig({ corpora: ["."] })).toMatchObject({
    optimizer: "adam",
    schedule: "plateau",
    perturb: 0,
    augment: "surprise:3",
  });
});
