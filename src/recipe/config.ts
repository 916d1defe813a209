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
  /** Whether every epoch gets copies of its own, computed while the one before trains; else all see the same. */
  readonly augmentFresh: boolean;
  /** With what probability one of its copies stands in for a recording in an epoch, 0 … 1; at 0 copies come beside them all. */
  readonly augmentReplace: number;
  /** Of everything that is random. */
  readonly seed: number;
  /** At most so many passes over the training part. */
  readonly epochs: number;
  /** Clips a step. */
  readonly batch: number;
  /** The learning rate at the start. */
  readonly learningRate: number;
  /** Adam, AdamW (weights decay apart from the gradient) or SGD; all as Keras's. */
  readonly optimizer: "adam" | "adamw" | "sgd";
  /** Of AdamW: share of the weights, times the learning rate, taken away each step. */
  readonly weightDecay: number;
  /** Of SGD: share of the last step that is kept, 0 … 1. */
  readonly momentum: number;
  /** Gradients with a larger norm over all weights are scaled down to it; 0 for never. */
  readonly clipNorm: number;
  /** What a running average of the weights keeps each step, e.g. 0.999; validation and model use the average. 0: none. */
  readonly averageDecay: number;
  /** How the rate moves: "plateau" is ReduceLROnPlateau; "cosine" falls to `reduceMinLr`; "step" multiplies by `reduceFactor`. */
  readonly schedule: "plateau" | "constant" | "cosine" | "step";
  /** Of "cosine": epochs in which the rate rises linearly first. */
  readonly warmupEpochs: number;
  /** Of "step": how many epochs lie between two reductions. */
  readonly stepEpochs: number;
  /** What EarlyStopping and ReduceLROnPlateau watch: the validation loss, or the unweighted average recall. */
  readonly monitor: "val_loss" | "val_uar";
  /** EarlyStopping: how many epochs may pass without improvement before it ends. */
  readonly stopPatience: number;
  /** The smallest change that it counts as an improvement. */
  readonly stopMinDelta: number;
  /** Loss in nats, or recall 0 … 1, that must be beaten for its patience to start anew; null for none. */
  readonly stopBaseline: number | null;
  /** How many epochs at the start it does not watch. */
  readonly stopFromEpoch: number;
  /** Whether the model gets the weights of the best epoch, and not the last's. */
  readonly restoreBest: boolean;
  /** ReduceLROnPlateau: epochs without improvement before the rate falls. */
  readonly reducePatience: number;
  /** What the rate is multiplied by, on a plateau or at a step. */
  readonly reduceFactor: number;
  /** The rate never falls below, on plateaus or along the cosine. */
  readonly reduceMinLr: number;
  /** Share of each target that is spread over all labels. */
  readonly labelSmoothing: number;
  /** Clips are mixed in pairs, by weights from Beta(mixup, mixup); 0 for never. */
  readonly mixup: number;
  /** How far every clip's features are changed to another tempo, voice, microphone and noise: 0 … 1; of `logmel72` only. */
  readonly perturb: number;
  /** SpecAugment: strips of frames that are hidden, so many a clip. */
  readonly timeMasks: number;
  /** The widest of them, in frames (and at most a fifth of the clip). */
  readonly timeWidth: number;
  /** Strips of columns that are hidden; of `logmel72` the mel bands only. */
  readonly frequencyMasks: number;
  /** How many columns the widest of them has. */
  readonly frequencyWidth: number;
  /** How far clips of labels that are rare in their corpus count more in the loss: 0 not, 1 as much as makes up for it. */
  readonly classWeights: number;
  /** How far sampling balances labels × corpora: 0 not, 1 all are seen equally often. */
  readonly balance: number;
  /** Weight of a crowd's votes, where there are (CREMA-D), beside the intended label: 0 … 1. */
  readonly softLabels: number;
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

/** What holds where neither the user nor {@link defaultsOf} says anything: the original's training. */
export const TRAIN_DEFAULTS: Omit<TrainConfig, "corpora" | "augment"> = {
  preset: "seed",
  split: "speaker",
  labels: "7",
  augmentFresh: false,
  augmentReplace: 0,
  seed: 1,
  epochs: 40,
  batch: 32,
  learningRate: 1e-4,
  optimizer: "adam",
  weightDecay: 0,
  momentum: 0,
  clipNorm: 0,
  averageDecay: 0,
  schedule: "plateau",
  warmupEpochs: 0,
  stepEpochs: 10,
  monitor: "val_loss",
  stopPatience: 10,
  stopMinDelta: 0,
  stopBaseline: null,
  stopFromEpoch: 0,
  restoreBest: true,
  reducePatience: 5,
  reduceFactor: 0.5,
  reduceMinLr: 1e-6,
  labelSmoothing: 0,
  mixup: 0,
  perturb: 0,
  timeMasks: 0,
  timeWidth: 25,
  frequencyMasks: 0,
  frequencyWidth: 8,
  classWeights: 0,
  balance: 0,
  softLabels: 0,
  testShare: 0.2,
  validationShare: 0.1,
  calibrate: true,
  threads: 0,
  device: "cpu",
};

/** How `default` is trained; docs/research.md says why. */
const DEFAULT_TRAINING: Partial<TrainConfig> = {
  augment: "*:3:noise=5..30+telephone+lowpass=2000..7000+reverb+speed=0.85..1.15",
  augmentReplace: 0.4,
  epochs: 45,
  learningRate: 2e-3,
  optimizer: "adamw",
  clipNorm: 1,
  averageDecay: 0.998,
  schedule: "cosine",
  warmupEpochs: 1,
  reduceMinLr: 1e-5,
  // The rate falls to nothing in the end, and the average of the weights is taken: the last epoch is the best.
  stopPatience: 1000,
  restoreBest: false,
  labelSmoothing: 0.1,
  perturb: 0.35,
  classWeights: 1,
};

/**
 * The defaults that hang on other settings: the one place for what a preset trains with. The original, which is `seed`
 * and its twins, augments its minority class: a copy by pitch shift, one by time stretch, one by noise.
 */
export function defaultsOf(
  preset: string,
  chosen: string | undefined,
  labels: readonly string[],
): Partial<TrainConfig> {
  const own = preset === "default" ? DEFAULT_TRAINING : {};
  const optimizer = chosen ?? own.optimizer;
  const augment = /^seed(-|$)/.test(preset) && labels.includes("surprise") ? "surprise:3" : "none";
  return {
    augment,
    ...own,
    // Keras's default for AdamW; 0.9 is usual for SGD.
    ...(optimizer === "adamw" && { weightDecay: preset === "default" ? 0.2 : 0.004 }),
    ...(optimizer === "sgd" && { momentum: 0.9 }),
  };
}
