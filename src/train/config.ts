import { parseAugmentation, requireKnownLabels } from "../augment/index.ts";
import { parseLabelMap } from "../emotions.ts";
import { ParameterError } from "../errors.ts";
import { preset } from "../model/index.ts";
import { parseDevice } from "../runtime/index.ts";

/** Everything that decides what a training gives: flat, JSON, stored whole in the model file. */
export interface TrainConfig {
  /** Folders of corpora, or manifests. */
  readonly corpora: readonly string[];
  /** Name of a preset. */
  readonly preset: string;
  /** How test and validation parts are chosen. */
  readonly split: "speaker" | "random";
  /** "7", "8", or names separated by commas. */
  readonly labels: string;
  /** Rules for augmented copies of training recordings, or "none": see `parseAugmentation`. */
  readonly augment: string;
  /** Of everything that is random. */
  readonly seed: number;
  /** At most so many passes over the training part. */
  readonly epochs: number;
  /** Clips a step. */
  readonly batch: number;
  /** Adam's learning rate at the start. */
  readonly learningRate: number;
  /** EarlyStopping on the validation loss: epochs without improvement before it ends. */
  readonly stopPatience: number;
  /** ReduceLROnPlateau on the validation loss: epochs without improvement before the rate falls. */
  readonly reducePatience: number;
  /** What the rate is then multiplied by. */
  readonly reduceFactor: number;
  /** The rate never falls below. */
  readonly reduceMinLr: number;
  /** Share of the groups (speakers, words, recordings) for testing. */
  readonly testShare: number;
  /** Share of the groups for validation. */
  readonly validationShare: number;
  /** Whether a temperature is fitted on the validation part in the end. */
  readonly calibrate: boolean;
  /** Threads of ONNX Runtime and of feature extraction; 0 for all cores. */
  readonly threads: number;
  /** What trains: an execution provider of ONNX Runtime. */
  readonly device: string;
}

/** What holds where nothing is said: the original's training. The default of `augment` is the preset's. */
export const TRAIN_DEFAULTS: Omit<TrainConfig, "corpora" | "augment"> = {
  preset: "seed",
  split: "speaker",
  labels: "7",
  seed: 1,
  epochs: 40,
  batch: 32,
  learningRate: 1e-4,
  stopPatience: 10,
  reducePatience: 5,
  reduceFactor: 0.5,
  reduceMinLr: 1e-6,
  testShare: 0.2,
  validationShare: 0.1,
  calibrate: true,
  threads: 0,
  device: "cpu",
};

/**
 * What a preset does where nothing is said about augmentation. The original, which is `seed` and its twins, augments its
 * minority class: a copy by pitch shift, one by time stretch, one by noise. Labels without that class have no default.
 */
function defaultAugment(preset: string, labels: readonly string[]): string {
  return /^seed(-|$)/.test(preset) && labels.includes("surprise") ? "surprise:3" : "none";
}

interface Rule {
  readonly holds: (value: unknown) => boolean;
  readonly text: string;
}

const positiveInteger: Rule = {
  holds: (value) => Number.isInteger(value) && (value as number) >= 1,
  text: "a whole number, at least 1",
};
const integer: Rule = { holds: Number.isSafeInteger, text: "a whole number" };
const share: Rule = { holds: (value) => (value as number) >= 0 && (value as number) < 1, text: "in 0 … 1, without 1" };
const positive: Rule = { holds: (value) => Number.isFinite(value) && (value as number) > 0, text: "above 0" };

const RULES: Record<keyof TrainConfig, Rule> = {
  corpora: {
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string"),
    text: "a list of at least one folder or manifest",
  },
  preset: { holds: (value) => preset(value as string) !== undefined, text: "the name of a preset" },
  split: { holds: (value) => value === "speaker" || value === "random", text: '"speaker" or "random"' },
  labels: {
    holds: (value) => typeof value === "string" && parseLabelMap(value) !== undefined,
    text: "a list of labels",
  },
  augment: {
    holds: (value) => value === undefined || (typeof value === "string" && parseAugmentation(value) !== undefined),
    text: 'a text of rules such as "surprise:3", or "none"',
  },
  seed: integer,
  epochs: positiveInteger,
  batch: positiveInteger,
  learningRate: positive,
  stopPatience: positiveInteger,
  reducePatience: positiveInteger,
  reduceFactor: { holds: (value) => (value as number) > 0 && (value as number) < 1, text: "between 0 and 1" },
  reduceMinLr: { holds: (value) => Number.isFinite(value) && (value as number) >= 0, text: "at least 0" },
  testShare: share,
  validationShare: share,
  calibrate: { holds: (value) => typeof value === "boolean", text: "true or false" },
  device: { holds: (value) => parseDevice(value as string) !== undefined, text: "a device" },
  threads: {
    holds: (value) => Number.isInteger(value) && (value as number) >= 0,
    text: "a whole number, 0 for all cores",
  },
};

/**
 * A complete configuration from what a user gave, the later sources first in rank: options over file over defaults.
 *
 * @throws ParameterError naming the field, its value and its rule; an unknown field names those there are.
 */
export function trainConfig(...sources: readonly Readonly<Record<string, unknown>>[]): TrainConfig {
  const merged: Record<string, unknown> = Object.assign({}, TRAIN_DEFAULTS, ...sources.toReversed());
  for (const key of Object.keys(merged)) {
    if (!Object.hasOwn(RULES, key)) {
      throw new ParameterError(`train: "${key}" is no setting; there are ${Object.keys(RULES).join(", ")}`);
    }
  }
  for (const [key, { holds, text }] of Object.entries(RULES)) {
    if (!holds(merged[key])) {
      throw new ParameterError(`train: ${key}=${JSON.stringify(merged[key]) ?? "nothing"} must be ${text}`);
    }
  }
  const config = merged as unknown as Omit<TrainConfig, "augment"> & { augment?: string };
  const { labels } = parseLabelMap(config.labels);
  const augment = config.augment ?? defaultAugment(config.preset, labels);
  requireKnownLabels(parseAugmentation(augment), labels);
  return { ...config, augment };
}
