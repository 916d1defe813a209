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

/** From the corpora that a model was trained on, the plan of its training with the copies: all that it learnt from. */
export async function planOfModel({ metadata }: Model, corpora: readonly string[]): Promise<AugmentedPlan["plan"]> {
  const { labels, featureSet, split, training } = metadata;
  const settings = Object.keys({ ...TRAIN_DEFAULTS, augment: "" }).map((key) => [key, training[key]]);
  const config = { ...Object.fromEntries(settings), corpora, threads: 1 } as unknown as TrainConfig;
  const dataset = await loadDataset({ sources: corpora, labels, featureSet });
  return (await augmentTraining(planTraining(config, dataset, split as Split))).plan;
}

/** What such a script is called with, or the end of it with how to call it. */
export function modelArguments(script: string): readonly [file: string, to: string, corpora: readonly string[]] {
  const [file, to, ...corpora] = process.argv.slice(2);
  if (file !== undefined && to !== undefined && corpora.length > 0) return [file, to, corpora];
  console.error(`usage: npx tsx scripts/${script} <model.onnx> <to.onnx> <corpora…>`);
  process.exit(2);
}
