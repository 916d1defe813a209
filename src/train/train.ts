import { availableParallelism } from "node:os";
import { augmentationText } from "../augment/index.ts";
import { CORPORA, partOf, splitUtterances, twinsOf, voiceVotesOf, type Split } from "../corpora/index.ts";
import { augmentationRecord, clipsOf, epochExamples, fitWithin, requireNoLeaks } from "../dataset/index.ts";
import type { Dataset, Example, Plan } from "../dataset/index.ts";
import { parseLabelMap } from "../emotions.ts";
import { InputError, ParameterError } from "../errors.ts";
import { frontEnd } from "../gate/index.ts";
import { fit, type Clips, type EpochRow, type FitResult, type FitState } from "../fit/index.ts";
import { layoutOf, preset, type KnownRoom, type Model, type ModelMetadata } from "../model/index.ts";
import { provenance as ownProvenance } from "../provenance.node.ts";
import { hashText } from "../random.ts";
import type { TrainConfig } from "../recipe/index.ts";
import type { CheckpointFile } from "./checkpoint.ts";
import { FreshCopies } from "./fresh-copies.ts";
import { roomExamples, roomsOf } from "./known-rooms.ts";
import { canTeachVoices, teachVoices, withTaughtVoices, type TaughtVoices } from "./known-voices.ts";
import { measureExamples } from "./measures.ts";
import { neutralReference } from "./neutral-reference.ts";
import { Prefetch } from "./prefetch.ts";
import { fitSettings, sessionOptions } from "./settings.ts";
import { fitStandardizer } from "./standardizer.ts";
import { trainingClips } from "./training-clips.ts";

/** The split that the configuration asks for; recordings with the same audio stay together. */
function splitOf({ split, seed, testShare, validationShare }: TrainConfig, { examples }: Dataset): Split {
  const utterances = examples.map(({ utterance }) => utterance);
  return splitUtterances(utterances, { kind: split, seed, testShare, validationShare, twins: twinsOf(examples) });
}

/**
 * Divides a dataset as `split` says, by default as the configuration does. There are no copies yet: `augmentTraining` makes them.
 *
 * @throws InputError `corpus_empty` when nothing is left to train on, or a single label.
 */
export function planTraining(config: TrainConfig, dataset: Dataset, split: Split = splitOf(config, dataset)): Plan {
  const part = (name: string): Example[] =>
    dataset.examples.filter(({ utterance }) => partOf(split, utterance) === name);
  const train = part("train");
  if (train.length === 0) {
    throw new InputError(
      "corpus_empty",
      `train: the split leaves no recording of ${dataset.examples.length} for training`,
    );
  }
  const { labels } = parseLabelMap(config.labels);
  requireLabels(train, labels);
  const network = preset(config.preset).network(labels.length);
  const votes = config.softLabels > 0 && { votes: voiceVotesOf(train.map(({ utterance }) => utterance)) };
  return { config, network, split, train, validation: part("validation"), test: part("test"), copies: [], ...votes };
}

/** @throws InputError `corpus_empty` when there is nothing to tell apart */
function requireLabels(train: readonly Example[], labels: readonly string[]): void {
  const [first, ...others] = new Set(train.map(({ label }) => label));
  if (others.length > 0) return;
  throw new InputError(
    "corpus_empty",
    `train: all ${train.length} recordings for training are ${labels[first!]}; two or more of the labels ${labels.join(", ")} must have some: ` +
      "look for another spelling in --labels or in the list of recordings",
  );
}

/** The labels that no recording of the training part has, in a line for people; nothing where all have some. */
export function renderUntaught({ config, train }: Plan): string {
  const taught = new Set(train.map(({ label }) => label));
  const untaught = parseLabelMap(config.labels).labels.filter((_, i) => !taught.has(i));
  return untaught.length === 0
    ? ""
    : `no recording for training is ${untaught.join(" or ")}: the model has the label and will hardly ever give it\n`;
}

/** A short text that two trainings share only when they would give the same weights: a checkpoint carries it. */
export function identityOf({ config, network, train, validation, copies, votes }: Plan): string {
  const { corpora: _, epochs: __, threads: ___, device: ____, calibrate: _____, ...settings } = config;
  const recordings = [...train, ...validation, ...copies].map(
    ({ utterance, features, augmentation }) =>
      `${utterance.id}:${features.rows}${augmentation ? `:${augmentationText(augmentation)}` : ""}`,
  );
  const heard = votes === undefined ? [] : [JSON.stringify([...votes])];
  return [JSON.stringify(settings), JSON.stringify(network), recordings.join("\n"), ...heard].map(hashText).join("-");
}

/** Who watches a training, and what may end it; nothing is needed. */
export interface TrainHooks {
  /** Holds after every epoch, and when the training is interrupted, all that is needed to go on; absent: nothing is kept. */
  readonly checkpoint?: CheckpointFile;
  /** Go on from the checkpoint; default false. */
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  /**
   * Whether a thread of its own makes the batches ahead of the steps; default: where there are more than two cores, since
   * the step keeps two busy. The result is the same.
   */
  readonly prefetch?: boolean;
  /** After every step: epoch and step from 1, steps of an epoch, and the mean loss of the epoch so far, nats. */
  readonly onStep?: (epoch: number, step: number, steps: number, meanLoss: number) => void;
  /** Whether a branch for voices is taught; default true. The rest of the network is the same with it and without. */
  readonly voices?: boolean;
  /** When so many clips of the training part have been measured, for its rooms and for that branch. */
  readonly onMeasured?: (done: number, total: number) => void;
  /** After every step of that branch. */
  readonly onVoices?: (done: number, total: number) => void;
  /** After every epoch: its row, and those of all epochs so far, also of before an interruption. */
  readonly onEpoch?: (row: EpochRow, history: readonly EpochRow[]) => void | Promise<void>;
}

/** What {@link train} returns. */
export interface TrainResult extends FitResult {
  /** The branch for voices that have been heard before, where the network has one to teach. */
  readonly voices?: TaughtVoices;
  /** The rooms of the training part, where the network measures clips as a whole. */
  readonly rooms?: readonly KnownRoom[];
}

/**
 * Trains on the training part and its augmented copies: standardiser fitted on both, as the original's is, then the loop
 * of `fit/`; then, where the network measures clips as a whole, the rooms of training and a branch for voices that have been heard before.
 *
 * @throws InputError `leak_found` when the test would flatter the model, `checkpoint_invalid`; ParameterError for `resume`
 *   without a checkpoint.
 */
export async function train(plan: Plan, hooks: TrainHooks = {}): Promise<TrainResult> {
  const { config, network } = plan;
  const { checkpoint, resume = false } = hooks;
  if (resume && checkpoint === undefined)
    throw new ParameterError("train: resume=true needs a checkpoint to go on from");
  requireNoLeaks(plan);
  const all = [...plan.train, ...plan.copies];
  const clips = (examples: readonly Example[]): Clips => trainingClips(plan, examples, all);
  const layout = layoutOf(network);
  const statistics = layout.statistics.initialize(config.seed);
  const { mean, scale } = await fitWithin(plan, "train", "standardiser", all, (read) =>
    fitStandardizer(clipsOf(read), network.frames, network.features, network.masked),
  );
  layout.statistics.view(statistics, "standardizer/mean").set(mean);
  layout.statistics.view(statistics, "standardizer/scale").set(scale);
  const settings = fitSettings(config, network, mean);
  const ahead = hooks.prefetch ?? availableParallelism() > 2;
  const prefetch = ahead ? new Prefetch(network, settings.recipe ?? {}, config.seed) : undefined;
  const fresh = config.augmentFresh ? new FreshCopies(plan, config.threads, hooks.signal) : undefined;
  const result = await fit({
    network,
    train:
      fresh === undefined && config.augmentReplace === 0
        ? clips(all)
        : async (epoch) => clips(epochExamples(plan, (await fresh?.of(epoch)) ?? plan.copies, epoch)),
    validation: clipsOf(plan.validation),
    seed: config.seed,
    statistics,
    ...settings,
    ...(prefetch && { prepare: prefetch.prepare }),
    session: sessionOptions(config),
    ...(resume && checkpoint && { resume: await checkpoint.read() }),
    ...(hooks.signal && { signal: hooks.signal }),
    ...(hooks.onStep && { onStep: hooks.onStep }),
    onEpoch: async (row: EpochRow, state: FitState) => {
      await checkpoint?.write(state);
      await hooks.onEpoch?.(row, state.history);
    },
  }).finally(async () => {
    fresh?.close();
    await prefetch?.close();
  });
  if (result.interrupted) {
    await checkpoint?.write(result.state);
    return result;
  }
  if (network.functionals === undefined) return result;
  const teaches = hooks.voices !== false && canTeachVoices(plan);
  const ofRooms = roomExamples(plan);
  const measures = await fitWithin(plan, "train", "measures", teaches ? all : ofRooms, (read) =>
    measureExamples(plan, read, hooks),
  );
  // What was taught before is in the checkpoint.
  if (measures === undefined) return { ...result, interrupted: true };
  const placed = { ...result, rooms: roomsOf(ofRooms, measures) };
  if (!teaches) return placed;
  const voices = await teachVoices(plan, measures, {
    ...(hooks.signal && { signal: hooks.signal }),
    ...(hooks.onVoices && { onStep: hooks.onVoices }),
  });
  return voices === undefined ? { ...placed, interrupted: true } : { ...placed, voices };
}

/**
 * A trained model, with everything it should say about itself but its temperature and scores.
 *
 * @param provenance default: this package's version, and the commit where it runs from a clone
 */
export function modelOf(
  plan: Plan,
  result: TrainResult,
  provenance: Pick<ModelMetadata, "version" | "commit"> = ownProvenance(),
): Model {
  const { config, network } = plan;
  const { weights, statistics, voices, rooms } = result;
  const { id, set } = frontEnd(preset(config.preset).featureSet);
  const labels = parseLabelMap(config.labels);
  const neutral = voices === undefined && neutralReference(plan.train, labels);
  const corpora = [...new Set(plan.train.map(({ utterance }) => utterance.corpus))];
  const model: Model = {
    weights,
    statistics,
    temperature: 1,
    ...(rooms && { rooms }),
    metadata: {
      labels,
      featureSet: id,
      sampleRate: set.sampleRate,
      preset: config.preset,
      network,
      training: {
        // The folders are the trainer's own business.
        ...Object.fromEntries(Object.entries(config).filter(([key]) => key !== "corpora")),
        recordings: { train: plan.train.length, validation: plan.validation.length, test: plan.test.length },
        augmentation: augmentationRecord(plan),
        epochsRun: result.history.length,
        bestEpoch: result.bestEpoch === null ? null : result.bestEpoch + 1,
        curve: result.history,
        best: result.bestEpoch === null ? null : (result.history[result.bestEpoch] ?? null),
      },
      split: plan.split,
      ...(neutral && { neutralReference: neutral }),
      scores: null,
      licences: corpora.map((corpus) => ({
        corpus,
        licence: CORPORA.find(({ name }) => name === corpus)?.licence ?? "your own recordings",
      })),
      created: new Date().toISOString(),
      ...provenance,
    },
  };
  return voices === undefined ? model : withTaughtVoices(model, voices);
}
