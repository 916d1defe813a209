/** What a training can be told: every setting with its rule, its default and where it is chosen. Runs in browsers. */
export { TRAIN_DEFAULTS, type TrainConfig } from "./config.ts";
export { type NamedSetting, SETTING_CHOICES, trainConfig } from "./config-rules.ts";
