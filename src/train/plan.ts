import type { Split, Votes } from "../corpora/index.ts";
import type { NetworkConfig } from "../model/index.ts";
import type { TrainConfig } from "./config.ts";
import type { Example } from "./dataset.ts";

/** A dataset divided into its parts, and the network that will see it. */
export interface Plan {
  readonly config: TrainConfig;
  readonly network: NetworkConfig;
  readonly split: Split;
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
  readonly test: readonly Example[];
  /** Augmented copies of training recordings, to be learnt from beside them. */
  readonly copies: readonly Example[];
  /** A crowd's votes by the id of a training recording; absent without soft labels. */
  readonly votes?: ReadonlyMap<string, Votes>;
}
