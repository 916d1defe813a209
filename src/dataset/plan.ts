import type { Split, Votes } from "../corpora/index.ts";
import type { NetworkConfig } from "../model/index.ts";
import type { TrainConfig } from "../recipe/index.ts";
import type { Example } from "./dataset.ts";

/** A dataset divided into its parts, and the network that will see it. */
export interface Plan {
  /** What decides everything else. */
  readonly config: TrainConfig;
  /** The shape of the network. */
  readonly network: NetworkConfig;
  /** Who is in which part; the model file will carry it. */
  readonly split: Split;
  /** To learn from. */
  readonly train: readonly Example[];
  /** To stop, choose and calibrate by. */
  readonly validation: readonly Example[];
  /** Kept for the end. */
  readonly test: readonly Example[];
  /** Augmented copies of training recordings, to be learnt from beside them. */
  readonly copies: readonly Example[];
  /** A crowd's votes by the id of a training recording; absent without soft labels. */
  readonly votes?: ReadonlyMap<string, Votes>;
}
