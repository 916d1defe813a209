import type { Split } from "../src/corpora/index.ts";
import type { Model } from "../src/model/index.ts";
import { TRAIN_DEFAULTS } from "../src/recipe/index.ts";
import {
  augmentTraining,
  loadDataset,
  planTraining,
  type AugmentedPlan,
  type TrainConfig,
} from "../src/train/index.ts";

/** What a model's file says of how it was trained; a setting that there was not yet is off. */
export function configOfModel({ training }: Model["metadata"], corpora: readonly string[]): TrainConfig {
  const off = { ...TRAIN_DEFAULTS, augment: "none" };
  const told = Object.entries(training).filter(([key]) => key in off);
  return { ...off, ...Object.fromEntries(told), corpora, threads: 1 } as TrainConfig;
}

/** From the corpora that a model was trained on, the plan of its training with the copies: all that it learnt from. */
export async function planOfModel({ metadata }: Model, corpora: readonly string[]): Promise<AugmentedPlan["plan"]> {
  const { labels, featureSet, split, network } = metadata;
  const dataset = await loadDataset({ sources: corpora, labels, featureSet });
  const { plan } = await augmentTraining(planTraining(configOfModel(metadata, corpora), dataset, split as Split));
  // The preset may be another today.
  return { ...plan, network };
}

/** What such a script is called with, or the end of it with how to call it. */
export function modelArguments(script: string): readonly [file: string, to: string, corpora: readonly string[]] {
  const [file, to, ...corpora] = process.argv.slice(2);
  if (file !== undefined && to !== undefined && corpora.length > 0) return [file, to, corpora];
  console.error(`usage: npx tsx scripts/${script} <model.onnx> <to.onnx> <corpora…>`);
  process.exit(2);
}
