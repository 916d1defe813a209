import {
  augmentationRulesText,
  augmentationsOf,
  augmentationText,
  parseAugmentation,
  type AugmentationRule,
} from "../augment/index.ts";
import { extractFeatures, FeatureCache, type AugmentedUtterance, type ExtractFailure } from "../corpora/index.ts";
import { parseLabelMap } from "../emotions.ts";
import { countBy, groupBy } from "../grouping.ts";
import { preset } from "../model/index.ts";
import { Random } from "../random.ts";
import { shared, type DatasetOptions, type Example } from "./dataset.ts";
import { requireOriginalsInTraining } from "./leaks.ts";
import type { Plan } from "./plan.ts";

/** A plan with its copies, and those that could not be made. */
export interface AugmentedPlan {
  /** With its copies. */
  readonly plan: Plan;
  /** Copies that could not be made, and why. */
  readonly failures: readonly ExtractFailure[];
}

/** What {@link augmentTraining} may be told. */
export interface AugmentOptions extends Pick<DatasetOptions, "threads" | "signal" | "onProgress"> {
  /** Of all that is random in the copies; default the configuration's. */
  readonly seed?: number;
  /** Whether features are taken from the cache and kept there; default true. */
  readonly cached?: boolean;
}

/**
 * Adds the augmented copies that the configuration's rules want of the training part, and of nothing else: the split is
 * made before, so validation and test parts never see a copy, nor the training part a copy of theirs. Features come from
 * the cache or are computed on worker threads.
 *
 * @throws ParameterError for a rule that is none, SpeechEmotionError `aborted`.
 */
export async function augmentTraining(plan: Plan, options: AugmentOptions = {}): Promise<AugmentedPlan> {
  const { config } = plan;
  const { threads = 0, signal, onProgress, seed = config.seed, cached = true } = options;
  const { labels } = parseLabelMap(config.labels);
  const rules = parseAugmentation(config.augment);
  const labelsOfWanted: number[] = [];
  const wanted: AugmentedUtterance[] = [];
  for (const { utterance, label } of plan.train) {
    for (const augmentation of augmentationsOf(rules, labels[label]!, utterance.id, seed)) {
      wanted.push({ utterance, augmentation });
      labelsOfWanted.push(label);
    }
  }
  const copies: Example[] = [];
  const failures: ExtractFailure[] = [];
  const results = extractFeatures(wanted, {
    featureSetId: preset(config.preset).featureSet,
    ...(cached && { cache: new FeatureCache() }),
    ...(threads > 0 && { threads }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  let next = 0;
  for await (const result of results) {
    const label = labelsOfWanted[next++]!;
    if ("error" in result) failures.push(result);
    else
      copies.push({
        utterance: result.utterance,
        label,
        features: shared(result.features),
        facts: result.facts,
        augmentation: result.augmentation!,
      });
  }
  const augmented = { ...plan, copies };
  requireOriginalsInTraining(augmented);
  return { plan: augmented, failures };
}

/**
 * What one epoch trains on: recordings and copies, or, with `augmentReplace`, as many examples as there are recordings, a copy
 * standing in for some of them. A function of the seed and the epoch.
 *
 * @param epoch from 0
 */
export function epochExamples({ config, train }: Plan, copies: readonly Example[], epoch: number): readonly Example[] {
  const { augmentReplace, seed } = config;
  if (augmentReplace === 0) return [...train, ...copies];
  const copiesOf = groupBy(copies, ({ utterance }) => utterance.id);
  const random = new Random(seed, "augment: replace", epoch);
  return train.map((recording) => {
    const own = copiesOf.get(recording.utterance.id);
    const replaced = random.uniform() < augmentReplace;
    return replaced && own !== undefined ? own[random.integer(own.length)]! : recording;
  });
}

/** What a model file says of the augmentation it was trained with. Plain JSON. */
export interface AugmentationRecord {
  /** Every rule with its ranges written out, as `--augment` takes them; "none" for none. */
  readonly rules: string;
  /** Augmented copies in the training part, beside its recordings. */
  readonly copies: number;
  /** Copies by operation. */
  readonly perOperation: Readonly<Record<string, number>>;
  /** Copies by label. */
  readonly perLabel: Readonly<Record<string, number>>;
}

/** Counts the copies of a plan. */
export function augmentationRecord({ config, copies }: Pick<Plan, "config" | "copies">): AugmentationRecord {
  const { labels } = parseLabelMap(config.labels);
  const rules: readonly AugmentationRule[] = parseAugmentation(config.augment);
  return {
    rules: augmentationRulesText(rules),
    copies: copies.length,
    perOperation: countBy(copies, ({ augmentation }) => augmentation?.operation ?? "none"),
    perLabel: countBy(copies, ({ label }) => labels[label]!),
  };
}

/** The copies in a line or two for people; nothing where there are no rules. */
export function renderAugmentation(plan: Plan, failures: readonly ExtractFailure[]): string {
  const { rules, copies, perOperation, perLabel } = augmentationRecord(plan);
  if (rules === "none") return "";
  const counts = (record: Readonly<Record<string, number>>): string =>
    Object.entries(record)
      .map(([name, n]) => `${name} ${n}`)
      .join(", ");
  const of = copies === 0 ? "" : ` of ${counts(perLabel)}; by ${counts(perOperation)}`;
  const failed = failures.map(
    ({ error, augmentation }) => `  failed: ${error.message} (${augmentation ? augmentationText(augmentation) : ""})\n`,
  );
  return `augmentation: ${copies} copies added to training (${rules})${of && `\n  copies${of}`}\n${failed.join("")}`;
}
