import { describe, expect, test } from "vitest";
import { initialState, KERAS_ADAM } from "../../src/fit/index.ts";
import { layoutOf } from "../../src/model/index.ts";
import { decodeCheckpoint, encodeCheckpoint, fitStandardizer, trainConfig } from "../../src/train/index.ts";
import { fitSettings } from "../../src/train/settings.ts";
import { distinct } from "../graph/gradient-check.ts";
import { tinyNetwork } from "../tiny-model.ts";

describe("the standardiser", () => {
  test("is scikit-learn's StandardScaler on the stacked padded matrices", () => {
    // Clips of 2, 5 and 3 frames in 3 columns, padded or cut to 4; the last column never varies but for the padding.
    const clips = [2, 5, 3].map((frames, n) =>
      Float32Array.from(distinct(frames * 3, n), (x, i) => (i % 3 === 2 ? 0 : 100 * x + 40)),
    );
    const rows: number[][] = [];
    for (const clip of clips) {
      for (let t = 0; t < 4; t++) rows.push([0, 1, 2].map((c) => clip[t * 3 + c] ?? 0));
    }
    const mean = [0, 1, 2].map((c) => rows.reduce((sum, row) => sum + row[c]!, 0) / 12);
    const deviation = [0, 1, 2].map((c) =>
      Math.sqrt(rows.reduce((sum, row) => sum + (row[c]! - mean[c]!) ** 2, 0) / 12),
    );
    const fitted = fitStandardizer({ length: 3, features: (i) => clips[i]!, label: () => 0 }, 4, 3);
    expect(fitted.mean).toBeAllClose(mean, { rtol: 1e-6 });
    expect(fitted.scale).toBeAllClose([1 / deviation[0]!, 1 / deviation[1]!, 1], { rtol: 1e-6 });
  });

  test("of a masked network counts real frames only", () => {
    const clips = [Float32Array.of(1, 5, 3, 5), Float32Array.of(8, 5, 100, 100)]; // 2 frames each, truncated to 2 and 1
    const features = (i: number): Float32Array => (i === 0 ? clips[0]! : clips[1]!.subarray(0, 2));
    const { mean, scale } = fitStandardizer({ length: 2, features, label: () => 0 }, 2, 2, true);
    expect(mean).toBeAllClose([4, 5], { rtol: 1e-6 });
    expect(scale).toBeAllClose([1 / Math.sqrt((9 + 1 + 16) / 3), 1], { rtol: 1e-6 });
  });
});

describe("the configuration", () => {
  test("options come before the file, the file before the defaults", () => {
    const config = trainConfig({ epochs: 3 }, { epochs: 9, batch: 8, corpora: ["a"] });
    expect(config).toMatchObject({ epochs: 3, batch: 8, preset: "seed", learningRate: 1e-4, split: "speaker" });
  });

  test("AdamW decays and SGD has momentum where nothing is said, as in Keras and in practice", () => {
    const of = (given: object): object => trainConfig({ corpora: ["a"], ...given });
    expect(of({ optimizer: "adamw" })).toMatchObject({ weightDecay: 0.004, momentum: 0 });
    expect(of({ optimizer: "sgd" })).toMatchObject({ weightDecay: 0, momentum: 0.9 });
    expect(of({ optimizer: "adamw", weightDecay: 0 })).toMatchObject({ weightDecay: 0 });
  });

  test("means to the loop what it says", () => {
    const network = tinyNetwork({ masked: true, features: 72, labels: 7 });
    const mean = new Float32Array(72).fill(2);
    const settings = (given: object): object =>
      fitSettings(trainConfig({ corpora: ["a"], preset: "logmel72", ...given }), network, mean);
    expect(settings({})).toEqual({
      epochs: 40,
      batchSize: 32,
      learningRate: 1e-4,
      optimizer: KERAS_ADAM,
      schedule: { kind: "constant" },
      recipe: {},
      balance: 0,
      monitor: "val_loss",
      earlyStopping: { patience: 10, minDelta: 0, startFromEpoch: 0 },
      restoreBest: true,
      reduceLr: { factor: 0.5, patience: 5, minLr: 1e-6 },
    });
    const given = { optimizer: "adamw", clipNorm: 1, averageDecay: 0.99, schedule: "cosine", warmupEpochs: 2 };
    const more = { timeMasks: 2, frequencyMasks: 1, mixup: 0.2, labelSmoothing: 0.1 };
    const stop = { stopBaseline: 0.5, stopFromEpoch: 3, stopMinDelta: 0.01, restoreBest: false, monitor: "val_uar" };
    expect(settings({ ...given, ...more, ...stop })).toMatchObject({
      optimizer: { kind: "adam", weightDecay: 0.004, clipNorm: 1, averageDecay: 0.99 },
      schedule: { kind: "cosine", warmup: 2, floor: expect.closeTo(0.01, 12) as number },
      recipe: {
        specAugment: { timeMasks: 2, timeWidth: 25, frequencyMasks: 1, frequencyWidth: 8, frequencyColumns: 64 },
        mixup: 0.2,
        padding: mean,
        labelSmoothing: 0.1,
      },
      monitor: "val_uar",
      earlyStopping: { patience: 10, minDelta: 0.01, startFromEpoch: 3, baseline: 0.5 },
      restoreBest: false,
      reduceLr: false,
    });
    expect(settings({ optimizer: "sgd", schedule: "step", stepEpochs: 4 })).toMatchObject({
      optimizer: { kind: "sgd", momentum: 0.9 },
      schedule: { kind: "step", every: 4, factor: 0.5 },
      reduceLr: false,
    });
  });

  test.each([
    [{}, "train: corpora=nothing must be a list of at least one folder or manifest"],
    [{ epochs: 0 }, "train: epochs=0 must be a whole number, at least 1"],
    [{ learningRate: -1 }, "train: learningRate=-1 must be above 0"],
    [{ split: "speakers" }, 'train: split="speakers" must be "speaker" or "random"'],
    [{ testShare: 1 }, "train: testShare=1 must be in 0 … 1, without 1"],
    [
      { preset: "sead" },
      'preset: "sead" is none (did you mean seed?); there are seed, seed-masked, logmel72, default, seed-300x1',
    ],
    [{ labels: "happy" }, 'labels: "happy" must be 7, 8, or at least two different names'],
    [{ optimizer: "lion" }, 'train: optimizer="lion" must be "adam", "adamw" or "sgd"'],
    [{ weightDecay: 0.1 }, 'train: weightDecay=0.1 needs optimizer="adamw", but optimizer is "adam"'],
    [{ warmupEpochs: 1 }, 'train: warmupEpochs=1 needs schedule="cosine", but schedule is "plateau"'],
    [{ mixup: 0.001 }, "train: mixup=0.001 must be 0 for none, or in 0.01 … 100"],
    [{ balance: 1.5 }, "train: balance=1.5 must be in 0 … 1"],
    [{ stopBaseline: "low" }, 'train: stopBaseline="low" must be a number, or null for none'],
    [{ restoreBest: 1 }, "train: restoreBest=1 must be true or false"],
    [{ epoch: 3 }, 'train: "epoch" is no setting (did you mean epochs?); there are corpora, preset, split'],
  ])("%o is refused: %s", (wrong, message) => {
    const corpora = Object.keys(wrong).length === 0 ? {} : { corpora: ["a"] };
    expect(() => trainConfig({ ...corpora, ...wrong })).toThrow(message);
  });
});

describe("a checkpoint", () => {
  const layout = layoutOf(tinyNetwork());
  const state = { ...initialState(layout, 1, 0.1), step: 12, epoch: 2, best: undefined };

  test("gives back the whole state, with and without a best epoch", () => {
    expect(decodeCheckpoint(encodeCheckpoint(state, "id"), "id", "c")).toEqual(state);
    const best = { weights: state.weights.map((w) => w + 1), statistics: state.statistics.map((s) => s * 2) };
    expect(decodeCheckpoint(encodeCheckpoint({ ...state, best }, "id"), "id", "c")).toEqual({ ...state, best });
  });

  test("of another training is refused", () => {
    expect(() => decodeCheckpoint(encodeCheckpoint(state, "id"), "other", "c.checkpoint")).toThrow(
      "c.checkpoint: this checkpoint belongs to a training with other settings or recordings",
    );
  });

  test.each([0, 5, 11, 40, 5000])("cut to %i bytes is refused", (length) => {
    const bytes = encodeCheckpoint(state, "id").slice(0, length);
    expect(() => decodeCheckpoint(bytes, "id", "c")).toThrow("c: this is no checkpoint, or a damaged one");
  });
});
