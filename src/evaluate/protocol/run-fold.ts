import { existsSync } from "node:fs";
import path from "node:path";
import { foldSplit, twinsOf, type Protocol, type ProtocolFold, type Split } from "../../corpora/index.ts";
import type { EpochRow } from "../../fit/index.ts";
import { InputError } from "../../errors.ts";
import { summarize } from "../../metrics/index.ts";
import { encodeModel, type Model } from "../../model/index.ts";
import { writeModelFile } from "../../model/files.node.ts";
import { Recognizer } from "../../recognize/index.ts";
import {
  augmentTraining,
  CheckpointFile,
  fitWithin,
  identityOf,
  modelOf,
  planTraining,
  train,
  type Dataset,
  type Plan,
  type TrainConfig,
  type TrainResult,
} from "../../train/index.ts";
import { answerExamples } from "../answer.ts";
import { parseAnswers, renderAnswers, type AnswersTable } from "../answers-file.ts";
import { calibrate } from "../calibrate.ts";
import { hashIds, runIdentity } from "./fingerprint.ts";
import type { ProtocolRun, Provenance, RunSplit } from "./result.ts";
import { scoreRun } from "./totals.ts";
import type { PendingRun, RunKey, WorkFolder } from "./work-folder.ts";

/** What all runs of a protocol share. */
export interface RunSetting {
  readonly protocol: Protocol;
  /** Its seed is replaced by the run's. */
  readonly config: TrainConfig;
  readonly dataset: Dataset;
  readonly work: WorkFolder;
  /** A folder for the models, or none. */
  readonly keepModels?: string;
  readonly provenance: Provenance;
}

/** Who watches a run, and what may end it. */
export interface RunHooks {
  readonly signal?: AbortSignal;
  /** After every step: epochs done (with the share of the one at hand; null before the training), and a few words. */
  readonly onProgress?: (epochs: number | null, note: string) => void;
}

/** The split of a run and what tells it from others. */
export function planRun(
  { config, dataset }: Pick<RunSetting, "config" | "dataset">,
  fold: ProtocolFold,
  seed: number,
): { readonly split: Split; readonly identity: string } {
  const utterances = dataset.examples.map(({ utterance }) => utterance);
  const split = foldSplit(fold, utterances, { seed, twins: twinsOf(dataset.examples) });
  return { split, identity: runIdentity(config, dataset, fold, seed, split) };
}

/** The file of a run's model. */
export function modelFileOf(protocol: string, preset: string, { fold, seed }: RunKey): string {
  return `${protocol}-${preset}-fold-${fold}-seed-${seed}.onnx`;
}

/**
 * One training and its test: augments, trains (from the checkpoint when there is one), fits the temperature on the
 * validation part, answers the test part once, and keeps what came of it in the work folder.
 *
 * @returns false when the signal ended it; the checkpoint then holds all that is needed to go on.
 * @throws InputError `run_mismatch` when the recordings or settings here make another run than the one that is wanted
 */
export async function runFold(setting: RunSetting, wanted: PendingRun, hooks: RunHooks = {}): Promise<boolean> {
  const { fold, seed } = wanted;
  const { protocol, dataset, work } = setting;
  const { signal, onProgress } = hooks;
  const declared = protocol.folds.find((each) => each.fold === fold)!;
  const { split, identity } = planRun(setting, declared, seed);
  if (identity !== wanted.identity) {
    throw new InputError(
      "run_mismatch",
      `${protocol.name} fold ${fold} seed ${seed}: the ${dataset.examples.length} usable recordings in ` +
        `${setting.config.corpora.join(", ")} are not those with which the run was submitted`,
    );
  }
  const config = { ...setting.config, seed };
  const name = `fold ${fold} seed ${seed}`;
  const { plan, failures } = await augmentTraining(planTraining(config, dataset, split), {
    threads: config.threads,
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.(null, `${name}: augment ${done}/${total}`),
  });
  const checkpoint = new CheckpointFile(work.checkpoint({ fold, seed }), `${identity} ${identityOf(plan)}`);
  const result = await train(plan, {
    checkpoint,
    resume: existsSync(checkpoint.path),
    // No protocol asks about voices that are known: only a model that is kept has use of them.
    voices: setting.keepModels !== undefined,
    ...(signal && { signal }),
    onStep: (epoch, step, steps, loss) =>
      onProgress?.(epoch - 1 + step / steps, `${name}: epoch ${epoch}  loss ${loss.toFixed(3)}`),
  });
  if (result.interrupted) return false;
  const { model, table } = await tested(plan, result, setting);
  const run = runOf({
    plan,
    result,
    model,
    table,
    setting,
    failures: failures.map(({ utterance, error }) => `${utterance.id}: ${error.code}`),
  });
  if (setting.keepModels !== undefined) {
    const file = modelFileOf(protocol.name, config.preset, { fold, seed });
    const scores = { test: summarize(table.labels, table.answers) };
    await writeModelFile(path.join(setting.keepModels, file), { ...model, metadata: { ...model.metadata, scores } });
  }
  await work.finish({ fold, seed }, identity, { fold, seed, ...run }, table);
  return true;
}

/** The model with its temperature, and its answers to the test part as the file of answers will hold them. */
async function tested(
  plan: Plan,
  result: TrainResult,
  { provenance }: RunSetting,
): Promise<{ model: Model; table: AnswersTable }> {
  const trained = modelOf(plan, result, provenance);
  const model = plan.config.calibrate
    ? await fitWithin(plan, "validation", "temperature", plan.validation, (read) => calibrate(trained, read))
    : trained;
  const recognizer = await Recognizer.load(await encodeModel(model), { threads: plan.config.threads });
  const answers = await answerExamples(recognizer, plan.test);
  const { labels } = recognizer;
  await recognizer.release();
  return { model, table: parseAnswers(renderAnswers({ labels, answers }), "answers") };
}

interface Outcome {
  readonly plan: Plan;
  readonly result: TrainResult;
  readonly model: Model;
  readonly table: AnswersTable;
  readonly setting: RunSetting;
  readonly failures: readonly string[];
}

function runOf({ plan, result, model, table, setting, failures }: Outcome): Omit<ProtocolRun, "fold" | "seed"> {
  const { train: learnt, validation, test, copies } = plan;
  const { history, bestEpoch } = result;
  return {
    split: splitRecord(plan),
    recordings: { train: learnt.length, validation: validation.length, test: test.length, copies: copies.length },
    failedCopies: failures,
    epochsRun: history.length,
    bestEpoch: bestEpoch === null ? null : bestEpoch + 1,
    curve: history.map(withoutTime),
    temperature: model.temperature,
    calibration: model.metadata.calibration ?? null,
    scores: scoreRun(setting.protocol.questions, table.labels, table.answers),
    ...setting.provenance,
  };
}

function withoutTime(row: EpochRow): Omit<EpochRow, "seconds"> {
  const { seconds: _, ...rest } = row;
  return rest;
}

function splitRecord({ split, train: learnt, validation, test }: Plan): RunSplit {
  if (split.kind === "speaker") return split;
  const { speakers: _, ...rest } = split;
  return { ...rest, parts: { train: hashIds(learnt), validation: hashIds(validation), test: hashIds(test) } };
}
