import { type Command, Option } from "commander";
import { type NamedSetting, SETTING_CHOICES, TRAIN_DEFAULTS } from "../train/index.ts";
import { numberOption } from "./numbers.ts";

/** A setting that has a flag. */
export type Setting = keyof typeof TRAIN_DEFAULTS;

/** A setting behind its flag: what stands there, and what the help says. */
type Row = readonly [setting: Setting, value: string, help: string];

/** Every setting of a training but corpora and augmentation, as the help groups them. */
const SETTINGS: Readonly<Record<string, readonly Row[]>> = {
  "Data and model:": [
    ["preset", "name", "what to train"],
    ["split", "kind", "speaker: no speaker in two parts; random: as many notebooks do, leaky"],
    ["labels", "list", "7, 8 (calm apart), or names separated by commas"],
    ["testShare", "share", "of the groups (speakers, words, recordings) for testing"],
    ["validationShare", "share", "of the groups for validation"],
    ["seed", "n", "of everything random"],
    ["threads", "n", "0 for all cores"],
    ["device", "name", "what trains"],
  ],
  "Steps:": [
    ["epochs", "n", "passes over the training part, at most"],
    ["batch", "n", "clips a step"],
    ["learningRate", "rate", "at the start"],
    ["optimizer", "name", "what moves the weights"],
    ["weightDecay", "share", "of adamw, there by default 0.004 (preset default: 0.2)"],
    ["momentum", "share", "of sgd, there by default 0.9"],
    ["clipNorm", "norm", "scales larger gradients down to it; 0 for never"],
    ["averageDecay", "share", "running average of the weights, e.g. 0.999; 0 for none"],
    ["schedule", "kind", "of the rate"],
    ["warmupEpochs", "n", "of cosine: epochs in which the rate rises first"],
    ["stepEpochs", "n", "of step: epochs between two reductions"],
    ["reducePatience", "n", "of plateau: epochs without improvement before the rate falls"],
    ["reduceFactor", "factor", "of plateau and step: what the rate is multiplied by"],
    ["reduceMinLr", "rate", "of plateau and cosine: it never falls below"],
  ],
  "End:": [
    ["monitor", "value", "what early stopping and plateau watch"],
    ["stopPatience", "n", "epochs without improvement before training ends"],
    ["stopMinDelta", "change", "the smallest improvement that counts"],
    ["stopBaseline", "value", "must be beaten for the patience to start anew"],
    ["stopFromEpoch", "n", "epochs at the start that are not watched"],
  ],
  "Changed features and targets:": [
    [
      "augmentReplace",
      "share",
      "0 … 1: of the recordings that a copy stands in for in an epoch; at 0 copies come beside them",
    ],
    ["labelSmoothing", "share", "of each target, spread over all labels"],
    ["mixup", "alpha", "mixes clips in pairs, by weights from Beta(alpha, alpha); 0 for never"],
    ["perturb", "strength", "changes every clip's tempo, voice, microphone and noise, 0 … 1; of logmel72 only"],
    ["timeMasks", "n", "SpecAugment: strips of frames that are hidden"],
    ["timeWidth", "frames", "the widest of them"],
    ["frequencyMasks", "n", "SpecAugment: strips of columns that are hidden"],
    ["frequencyWidth", "columns", "the widest of them"],
    ["classWeights", "power", "0 … 1: how far labels that are rare in their corpus count more in the loss"],
    ["balance", "power", "0 … 1: how far sampling balances labels × corpora"],
    ["softLabels", "weight", "0 … 1: of the crowd's votes on CREMA-D beside the intended label"],
  ],
};

const asItIs = (text: string): string => text;

/** `learningRate` → `--learning-rate`. */
export function flagOf(setting: string): string {
  return `--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Adds a flag for every setting of a training but corpora and augmentation; the defaults are those of `trainConfig`.
 *
 * @param except settings that the command decides itself
 */
export function addTrainOptions(cmd: Command, except: readonly Setting[] = []): void {
  for (const [heading, rows] of Object.entries(SETTINGS)) {
    for (const row of rows) {
      if (!except.includes(row[0])) cmd.addOption(settingOption(row).helpGroup(heading));
    }
  }
  cmd.optionsGroup("End:");
  cmd
    .option("--restore-best", "the model gets the weights of the best epoch (default)")
    .option("--no-restore-best", "the model gets the weights of the last epoch")
    .option("--calibrate", "a temperature is fitted on the validation part (default)")
    .option("--no-calibrate", "none is: probabilities as the network gives them");
  cmd.optionsGroup("Changed features and targets:");
  cmd
    .option("--augment-fresh", "other augmented copies in every epoch, made while the one before trains")
    .option("--no-augment-fresh", "the same copies in all epochs (default)");
  cmd.optionsGroup("Options:");
}

function settingOption([setting, value, help]: Row): Option {
  const standard = TRAIN_DEFAULTS[setting];
  const option = new Option(`${flagOf(setting)} <${value}>`, `${help} (default: ${standard ?? "none"})`);
  // trainConfig checks them, wherever they come from.
  if (setting in SETTING_CHOICES) option.choices([...SETTING_CHOICES[setting as NamedSetting]]).argParser(asItIs);
  else if (typeof standard !== "string") option.argParser(numberOption(flagOf(setting)));
  return option;
}
