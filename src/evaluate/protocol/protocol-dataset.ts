import type { Protocol } from "../../corpora/index.ts";
import { parseLabelMap } from "../../emotions.ts";
import { preset } from "../../model/index.ts";
import { loadDataset, type Dataset, type DatasetOptions, type TrainConfig } from "../../train/index.ts";

/** The recordings of a protocol's corpora with the preset's features; recordings of other corpora are passed over. */
export function loadProtocolDataset(
  protocol: Protocol,
  config: TrainConfig,
  hooks: Pick<DatasetOptions, "signal" | "onProgress"> = {},
): Promise<Dataset> {
  return loadDataset({
    sources: config.corpora,
    labels: parseLabelMap(protocol.labels),
    featureSet: preset(config.preset).featureSet,
    only: ({ corpus }) => protocol.corpora.includes(corpus),
    threads: config.threads,
    ...hooks,
  });
}
