import { parseAugmentation, requireKnownLabels } from "../augment/index.ts";
import { parseLabelMap } from "../emotions.ts";
import { ParameterError } from "../errors.ts";
import { preset, PRESETS } from "../model/index.ts";
import { didYouMean, noneOf } from "../nearest.ts";
import { DEVICES, parseDevice } from "../runtime/index.ts";
import { defaultsOf, TRAIN_DEFAULTS, type TrainConfig } from "./config.ts";

interface Rule {
  readonly holds: (value: unknown) => boolean;
  readonly text: string;
}

const isNumber = (value: unknown): value is number => typeof value === "number";
const positiveInteger: Rule = {
  holds: (value) => Number.isInteger(value) && (value as number) >= 1,
  text: "a whole number, at least 1",
};
const count: Rule = {
  holds: (value) => Number.isInteger(value) && (value as number) >= 0,
  text: "a whole number, at least 0",
};
const boolean: Rule = { holds: (value) => typeof value === "boolean", text: "true or false" };
const integer: Rule = { holds: Number.isSafeInteger, text: "a whole number" };
const share: Rule = {
  holds: (value) => isNumber(value) && value >= 0 && value < 1,
  text: "in 0 … 1, without 1",
};
const part: Rule = { holds: (value) => isNumber(value) && value >= 0 && value <= 1, text: "in 0 … 1" };
const positive: Rule = { holds: (value) => Number.isFinite(value) && (value as number) > 0, text: "above 0" };
const notNegative: Rule = { holds: (value) => Number.isFinite(value) && (value as number) >= 0, text: "at least 0" };
/** A setting that takes one of a few names. */
export type NamedSetting = "preset" | "split" | "optimizer" | "schedule" | "monitor" | "device";

/** The names that those settings take. */
export const SETTING_CHOICES: Readonly<Record<NamedSetting, readonly string[]>> = {
  preset: PRESETS.map(({ name }) => name),
  split: ["speaker", "random"],
  optimizer: ["adam", "adamw", "sgd"],
  schedule: ["plateau", "constant", "cosine", "step"],
  monitor: ["val_loss", "val_uar"],
  device: DEVICES,
};

const oneOf = (names: readonly string[]): Rule => ({
  holds: (value) => names.includes(value as string),
  text: names.map((name, n) => `${n === 0 ? "" : n === names.length - 1 ? " or " : ", "}"${name}"`).join(""),
});

const RULES: Record<keyof TrainConfig, Rule> = {
  corpora: {
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string"),
    text: "a list of at least one folder or manifest",
  },
  preset: { holds: (value) => preset(value as string) !== undefined, text: "the name of a preset" },
  split: oneOf(SETTING_CHOICES.split),
  labels: {
    holds: (value) => typeof value === "string" && parseLabelMap(value) !== undefined,
    text: "a list of labels",
  },
  augment: {
    holds: (value) => value === undefined || (typeof value === "string" && parseAugmentation(value) !== undefined),
    text: 'a text of rules such as "surprise:3", or "none"',
  },
  augmentFresh: boolean,
  augmentReplace: part,
  seed: integer,
  epochs: positiveInteger,
  batch: positiveInteger,
  learningRate: positive,
  optimizer: oneOf(SETTING_CHOICES.optimizer),
  weightDecay: notNegative,
  momentum: share,
  clipNorm: notNegative,
  averageDecay: share,
  schedule: oneOf(SETTING_CHOICES.schedule),
  warmupEpochs: notNegative,
  stepEpochs: positiveInteger,
  monitor: oneOf(SETTING_CHOICES.monitor),
  stopPatience: positiveInteger,
  stopMinDelta: notNegative,
  stopBaseline: { holds: (value) => value === null || Number.isFinite(value), text: "a number, or null for none" },
  stopFromEpoch: count,
  restoreBest: boolean,
  reducePatience: positiveInteger,
  reduceFactor: { holds: (value) => isNumber(value) && value > 0 && value < 1, text: "between 0 and 1" },
  reduceMinLr: notNegative,
  labelSmoothing: share,
  mixup: {
    holds: (value) => value === 0 || (isNumber(value) && value >= 0.01 && value <= 100),
    text: "0 for none, or in 0.01 … 100",
  },
  perturb: part,
  timeMasks: count,
  timeWidth: count,
  frequencyMasks: count,
  frequencyWidth: count,
  classWeights: part,
  balance: part,
  softLabels: part,
  testShare: share,
  validationShare: share,
  calibrate: boolean,
  device: { holds: (value) => parseDevice(value as string) !== undefined, text: "a device" },
  threads: { ...count, text: "a whole number, 0 for all cores" },
};

/** Settings that only one choice of another setting listens to: elsewhere they would be lost without a word. */
const ONLY_WITH: readonly (readonly [keyof TrainConfig, keyof TrainConfig, string])[] = [
  ["weightDecay", "optimizer", "adamw"],
  ["momentum", "optimizer", "sgd"],
  ["warmupEpochs", "schedule", "cosine"],
];

/**
 * A complete configuration from what a user gave, the later sources first in rank: options over file over defaults.
 *
 * @throws ParameterError naming the field, its value and its rule; an unknown field names those there are.
 */
export function trainConfig(...sources: readonly Readonly<Record<string, unknown>>[]): TrainConfig {
  const given: Record<string, unknown> = Object.assign({}, ...sources.toReversed());
  const merged: Record<string, unknown> = { ...TRAIN_DEFAULTS, ...given };
  for (const key of Object.keys(merged)) {
    if (!Object.hasOwn(RULES, key)) {
      throw new ParameterError(`train: ${noneOf(key, Object.keys(RULES), "no setting")}`);
    }
  }
  for (const [key, { holds, text }] of Object.entries(RULES)) {
    if (!holds(merged[key])) {
      const near = key in SETTING_CHOICES ? didYouMean(String(merged[key]), SETTING_CHOICES[key as NamedSetting]) : "";
      throw new ParameterError(`train: ${key}=${JSON.stringify(merged[key]) ?? "nothing"} must be ${text}${near}`);
    }
  }
  const { labels } = parseLabelMap(merged["labels"] as string);
  const own = defaultsOf(merged["preset"] as string, given["optimizer"] as string | undefined, labels);
  // Who says that there are no copies means, too, that none stands in for a recording.
  const without = given["augment"] === "none" ? { augmentReplace: 0 } : {};
  const config = { ...merged, ...own, ...without, ...given } as unknown as TrainConfig;
  for (const [key, other, choice] of ONLY_WITH) {
    if (config[key] !== 0 && config[other] !== choice) {
      throw new ParameterError(
        `train: ${key}=${String(config[key])} needs ${other}="${choice}", but ${other} is "${String(config[other])}"`,
      );
    }
  }
  const rules = parseAugmentation(config.augment);
  requireKnownLabels(rules, labels);
  if (config.augmentReplace > 0 && rules.length === 0) {
    throw new ParameterError(
      `train: augmentReplace=${config.augmentReplace} needs copies to take, but augment is "none"; give it rules, such as *:2:noise+speed`,
    );
  }
  return config;
}
