import { SEVEN_EMOTIONS } from "../src/emotions.ts";
import { layoutOf, preset, type Model, type NetworkConfig } from "../src/model/index.ts";

/** The network of `seed` with few units: a whole model that trains and runs in milliseconds. */
export function tinyNetwork(overrides: Partial<NetworkConfig> = {}): NetworkConfig {
  return {
    ...preset("seed").network(7),
    convolutions: [
      { filters: 4, width: 3 },
      { filters: 5, width: 3 },
    ],
    lstmUnits: 4,
    denseUnits: 6,
    ...overrides,
  };
}

/** The network of `default`, with the branch of functionals, small. */
export function tinyBranched(overrides: Partial<NetworkConfig> = {}): NetworkConfig {
  return {
    ...preset("default").network(7),
    frames: 64,
    features: 9,
    convolutions: [{ filters: 4, width: 3 }],
    lstmUnits: 3,
    denseUnits: 4,
    dropout: 0,
    functionals: { bands: 6, cepstra: 4, contours: 3, level: 6, voicing: 8, units: [5, 4], dropout: 0 },
    ...overrides,
  };
}

/** An untrained model that is complete in every other way. */
export function tinyModel(overrides: Partial<NetworkConfig> = {}): Model {
  const network = tinyNetwork(overrides);
  const layout = layoutOf(network);
  return {
    weights: layout.weights.initialize(3),
    statistics: layout.statistics.initialize(3),
    temperature: 1,
    metadata: {
      labels: SEVEN_EMOTIONS,
      featureSet: "librosa54@1",
      sampleRate: 22050,
      preset: "seed",
      network,
      training: { seed: 3 },
      split: { kind: "random", seed: 3, testShare: 0.2, validationShare: 0.1, speakers: [], notes: [] },
      scores: null,
      licences: [{ corpus: "none", licence: "untrained" }],
      created: "2026-01-01T00:00:00.000Z",
      version: "0.0.0",
    },
  };
}
