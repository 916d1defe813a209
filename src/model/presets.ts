import { named } from "../nearest.ts";
import type { NetworkConfig } from "./parameters.ts";

/** A named model: which features it sees and the shape of its network for a number of labels. */
export interface Preset {
  readonly name: string;
  /** In a few words. */
  readonly description: string;
  /** The feature set with its version; "+gate@2" where the speech gate trims the recording before. */
  readonly featureSet: string;
  /** Its network for so many labels. */
  readonly network: (labels: number) => NetworkConfig;
}

/** The network of the original: 339,271 weights for 7 labels. */
function seedNetwork(labels: number): NetworkConfig {
  return {
    architecture: "cnn-bilstm",
    frames: 300,
    masked: false,
    features: 54,
    frameInput: "columns",
    convolutions: [
      { filters: 64, width: 5 },
      { filters: 128, width: 5 },
    ],
    pool: 2,
    lstmUnits: 128,
    denseUnits: 64,
    dropout: 0.3,
    labels,
  };
}

/** The same network on real frames of 16 ms, 72 columns: 6.9 s at once. */
function logmelNetwork(labels: number): NetworkConfig {
  return { ...seedNetwork(labels), masked: true, features: 72, frames: 432 };
}

/** Frames of 32 ms; three convolutions, so that the LSTM has an eighth of them; attention over all its states; beside it, measures of the whole clip. */
function defaultNetwork(labels: number): NetworkConfig {
  const convolutions = [64, 96, 128].map((filters) => ({ filters, width: 5 }));
  const columns = { bands: 64, level: 64, voicing: 67 };
  const functionals = { ...columns, cepstra: 20, contours: 5, units: [256, 128] as const, dropout: 0.3 };
  return { ...logmelNetwork(labels), inputPool: 2, convolutions, pooling: "attention", functionals };
}

/** Every preset by its name. */
export const PRESETS: readonly Preset[] = [
  {
    name: "seed",
    description: "the original: 54 librosa features, padded to 300 frames, two convolutions and a BiLSTM",
    featureSet: "librosa54@1",
    network: seedNetwork,
  },
  {
    name: "seed-masked",
    description: "the original's network on the real frames of each clip: padding is kept out everywhere",
    featureSet: "librosa54@1",
    network: (labels) => ({ ...seedNetwork(labels), masked: true }),
  },
  {
    name: "logmel72",
    description: "the masked network on log-mel, F0 and voicing of the trimmed, level-normalised speech",
    featureSet: "logmel72@1+gate@2",
    network: logmelNetwork,
  },
  {
    name: "default",
    description:
      "log-mel, F0 and voicing; three convolutions, a BiLSTM with attention, and beside it measures of the whole clip",
    featureSet: "logmel72@1+gate@2",
    network: defaultNetwork,
  },
  {
    name: "seed-300x1",
    description: "the original's other reading, input (300, 1): the mean of the 54 standardised features per frame",
    featureSet: "librosa54@1",
    network: (labels) => ({ ...seedNetwork(labels), frameInput: "mean" }),
  },
];

/** The preset of that name. @throws ParameterError that lists the names there are. */
export function preset(name: string): Preset {
  return named("preset", name, PRESETS, (each) => each.name);
}
