import { Command } from "commander";
import { expect, test } from "vitest";
import { addTrainOptions, flagOf } from "../../src/cli/train-options.ts";
import { TRAIN_DEFAULTS } from "../../src/train/index.ts";
import { trainCommand } from "../../scripts/train-command.ts";

test("every setting has its flag, and nothing is set where no flag is given", () => {
  const cmd = new Command();
  addTrainOptions(cmd);
  const flags = cmd.options.map(({ long }) => long);
  expect(Object.keys(TRAIN_DEFAULTS).filter((setting) => !flags.includes(flagOf(setting)))).toEqual([]);
  cmd.parse([], { from: "user" });
  expect(cmd.opts()).toEqual({});
  cmd.parse(["--mixup", "0.2", "--no-restore-best", "--monitor", "val_uar"], { from: "user" });
  expect(cmd.opts()).toEqual({ mixup: 0.2, restoreBest: false, monitor: "val_uar" });
});

test("the command that a model's metadata stands for names every setting that is not the default", () => {
  const training = { ...TRAIN_DEFAULTS, augment: "none", mixup: 0.2, restoreBest: false, corpora: [], bestEpoch: 3 };
  expect(trainCommand(training, "m.onnx")).toBe(
    "npx ser train --corpora $D --preset seed --split speaker --seed 1 --epochs 40 --no-restore-best --mixup 0.2 " +
      "--threads 0 --no-augment --out m.onnx",
  );
});
