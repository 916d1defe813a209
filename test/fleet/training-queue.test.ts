import { describe, expect, test } from "vitest";
import { type FeaturesJob, type FoldJob, idOfJob, nameOf, trainingQueue } from "../../src/fleet/training-queue.ts";
import { trainConfig } from "../../src/train/index.ts";

const fold: FoldJob = {
  kind: "fold",
  version: "1.2.3",
  protocol: "savee-loso",
  config: trainConfig({ corpora: ["/data/savee"] }),
  fold: 1,
  seed: 5,
  identity: "ab".repeat(32),
  model: false,
};
const features: FeaturesJob = {
  kind: "features",
  version: "1.2.3",
  set: "librosa54@1",
  locations: ["a.wav", "b.wav"],
  cache: "mark",
};

describe("the id of a training job", () => {
  test("is the work's: the same wherever the corpora lie, since the identity tells the recordings", () => {
    expect(idOfJob(fold)).toMatch(/^[0-9a-f]{32}$/);
    const elsewhere = { ...fold, config: { ...fold.config, corpora: ["/mnt/savee"], threads: 3 } };
    expect(idOfJob(elsewhere)).toBe(idOfJob(fold));
  });

  test("is another for other work, and no two kinds share one", () => {
    const others = [
      fold,
      { ...fold, version: "1.2.4" },
      { ...fold, protocol: "four-corpora" },
      { ...fold, identity: "cd".repeat(32) },
      { ...fold, model: true },
      features,
      { ...features, version: "1.2.4" },
      { ...features, set: "logmel72@1" },
      { ...features, locations: ["a.wav"] },
      { ...features, locations: ["b.wav", "a.wav"] },
      { ...features, cache: "another" },
    ];
    expect(new Set(others.map(idOfJob)).size).toBe(others.length);
  });
});

test("names for people, and a queue whose name no user can give", () => {
  expect(nameOf(fold)).toBe("savee-loso fold 1 seed 5");
  expect(nameOf(features)).toBe("librosa54@1 of 2 recordings from a.wav");
  // The rule for --queue: letters, digits, dots and dashes.
  expect(trainingQueue("nightly")).not.toMatch(/^[\w.-]+$/);
});
