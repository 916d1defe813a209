import { availableParallelism } from "node:os";
import path from "node:path";
import {
  chosenFolds,
  coverageOf,
  renderCoverage,
  type FoldCoverage,
  type Protocol,
  type ProtocolFold,
} from "../../corpora/index.ts";
import { parseLabelMap } from "../../emotions.ts";
import { InputError } from "../../errors.ts";
import { writeAtomically } from "../../files.node.ts";
import { countBy } from "../../grouping.ts";
import { renderLeftOut, type Dataset, type TrainConfig } from "../../train/index.ts";
import { ANSWERS_SUFFIX, writeAnswers } from "../answers-file.ts";
import { hashRecordings, settingsOf } from "./fingerprint.ts";
import { loadProtocolDataset } from "./protocol-dataset.ts";
import { EpochCount } from "./epoch-count.ts";
import { renderRun } from "./render.ts";
import { PROTOCOL_RESULT_FORMAT, type ProtocolResult, type Provenance } from "./result.ts";
import { runHere, type RunsHooks } from "./run-all.ts";
import { runApart } from "./run-apart.ts";
import { planRun, type RunSetting } from "./run-fold.ts";
import { totalsOf } from "./totals.ts";
import { WorkFolder, type FinishedRun, type PendingRun, type RunKey } from "./work-folder.ts";

/** Runs that somebody else is to do. */
export interface SpreadTask {
  /** The protocol's name. */
  readonly protocol: string;
  /** What every run is trained with. */
  readonly config: TrainConfig;
  /** Those that are not finished. */
  readonly runs: readonly PendingRun[];
  /** Where finished runs go. */
  readonly work: WorkFolder;
  /** A folder for the models, or none. */
  readonly keepModels?: string;
  /** What the results say of their program. */
  readonly provenance: Provenance;
}

/** Has runs done elsewhere, keeps each in the work folder and tells. @returns false when not all could be done */
export type SpreadRuns = (task: SpreadTask, hooks: RunsHooks) => Promise<boolean>;

/** What {@link runProtocol} is asked for. */
export interface ProtocolOptions {
  /** What is trained and tested on what. */
  readonly protocol: Protocol;
  /** Its seed, split, labels and shares say nothing: the protocol does. */
  readonly config: TrainConfig;
  /** Every fold is trained once with each. */
  readonly seeds: readonly number[];
  /** Number of each fold to do; default all. */
  readonly folds?: readonly number[];
  /** Folds at once, each in a process of its own with its share of the threads; 1: in this process. */
  readonly jobs: number;
  /** Who does the runs; default this process and, with several jobs, processes of its own. */
  readonly spread?: SpreadRuns;
  /** The result file, `*.json`; work folder and answers lie beside it. */
  readonly out: string;
  /** Forget what is in the work folder. */
  readonly restart: boolean;
  /** A folder for the models of all runs. */
  readonly keepModels?: string;
  /** What the result says of its program. */
  readonly provenance: Provenance;
  readonly signal?: AbortSignal;
  /** Told while it works: what is done, and how much of how much. */
  readonly onProgress?: (label: string, done: number, total: number, note?: string) => void;
  /** Whole lines for people. */
  readonly onNote?: (text: string) => void;
}

/**
 * Trains and tests every fold with every seed, and writes the result file and the answers beside it. What is finished stays
 * in the work folder: the same call goes on after a kill, and gives the same bytes as an uninterrupted one.
 *
 * @returns null when the signal ended it, or `spread` could not do all.
 * @throws InputError `corpus_empty` when no fold has anything to test, `checkpoint_invalid` when the work folder belongs to
 *   other settings or recordings, `leak_found`; ParameterError for folds that do not exist.
 */
export async function runProtocol(options: ProtocolOptions): Promise<ProtocolResult | null> {
  const folds = chosenFolds(options.protocol.folds, options.folds);
  const work = new WorkFolder(options.out);
  work.open(options.restart);
  try {
    return await runFolds(options, folds, work);
  } finally {
    work.close();
  }
}

async function runFolds(
  options: ProtocolOptions,
  folds: readonly ProtocolFold[],
  work: WorkFolder,
): Promise<ProtocolResult | null> {
  const { protocol, jobs, seeds, signal, onProgress, onNote } = options;
  const config = { ...options.config, threads: threadsOf(options.config.threads, jobs) };
  const dataset = await loadProtocolDataset(protocol, config, {
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.("features", done, total),
  });
  onNote?.(renderLeftOut(dataset));
  const coverage = coverageOf(
    protocol,
    folds,
    dataset.examples.map(({ utterance }) => utterance),
  );
  const header = renderCoverage(protocol, coverage);
  onNote?.(`${protocol.name}: ${header}\n`);
  const runnable = folds.filter((_, i) => !coverage[i]!.missing);
  if (runnable.length === 0) {
    throw new InputError(
      "corpus_empty",
      `protocol ${protocol.name}: nothing to test or nothing to train on: ${header}`,
    );
  }

  const setting: RunSetting = { ...options, config, dataset, work };
  const runs = runnable.flatMap((fold) => seeds.map((seed) => ({ fold, seed })));
  const identities = new Map<string, string>();
  const pending: PendingRun[] = [];
  for (const { fold, seed } of runs) {
    const { split, identity } = planRun(setting, fold, seed);
    const key = { fold: fold.fold, seed };
    identities.set(nameOf(key), identity);
    if ((await work.finished(key, identity)) === undefined) pending.push({ ...key, identity });
    if (seed === seeds[0] && split.kind === "speaker") onNote?.(split.notes.map((note) => `${note}\n`).join(""));
  }
  if (pending.length < runs.length)
    onNote?.(`${runs.length - pending.length} of ${runs.length} runs were finished before\n`);

  const finished = async (key: RunKey): Promise<FinishedRun> =>
    (await work.finished(key, identities.get(nameOf(key))!))!;
  const epochs = new EpochCount(pending.length, config.epochs);
  const hooks: RunsHooks = {
    ...(signal && { signal }),
    onProgress: (key, done, note) => {
      const [all, total] = epochs.update(nameOf(key), done);
      onProgress?.("epochs", all, total, note);
    },
    onFinished: async (key) => {
      epochs.finish(nameOf(key));
      onNote?.(renderRun((await finished(key)).run));
    },
  };
  const { keepModels, provenance, out, spread } = options;
  const apart = { protocol: protocol.name, config, out, provenance, ...(keepModels !== undefined && { keepModels }) };
  let whole: boolean;
  if (spread !== undefined && pending.length > 0) whole = await spread({ ...apart, runs: pending, work }, hooks);
  else if (jobs === 1 || pending.length < 2) whole = await runHere(setting, pending, hooks);
  else whole = await runApart(apart, pending, jobs, hooks);
  if (!whole) return null;
  const all: FinishedRun[] = [];
  for (const { fold, seed } of runs) all.push(await finished({ fold: fold.fold, seed }));
  return writeResult(options, dataset, coverage, header, all);
}

const nameOf = ({ fold, seed }: RunKey): string => `fold ${fold} seed ${seed}`;

/** Threads of each of `jobs` processes. */
function threadsOf(threads: number, jobs: number): number {
  return jobs === 1 ? threads : Math.max(1, Math.floor((threads || availableParallelism()) / jobs));
}

async function writeResult(
  { protocol, config, seeds, out, provenance }: ProtocolOptions,
  { examples, excluded, failures }: Dataset,
  folds: readonly FoldCoverage[],
  header: string,
  runs: readonly FinishedRun[],
): Promise<ProtocolResult> {
  const { labels } = parseLabelMap(protocol.labels);
  const answers: { seed: number; file: string }[] = [];
  for (const seed of seeds) {
    const stem = out.replace(/\.json$/, seeds.length === 1 ? "" : `.seed-${seed}`);
    const own = runs.filter(({ run }) => run.seed === seed).flatMap((each) => each.answers);
    await writeAnswers(`${stem}${ANSWERS_SUFFIX}`, { labels, answers: own });
    answers.push({ seed, file: `${path.basename(stem)}${ANSWERS_SUFFIX}` });
  }
  const result: ProtocolResult = {
    kind: "protocol",
    format: PROTOCOL_RESULT_FORMAT,
    protocol: protocol.name,
    summary: protocol.summary,
    source: protocol.source,
    leaky: protocol.leaky,
    header,
    preset: config.preset,
    config: settingsOf(config),
    seeds,
    labels,
    ...provenance,
    data: {
      recordings: countBy(examples, ({ utterance }) => utterance.corpus),
      sha256: hashRecordings(examples),
      excluded: Object.fromEntries(excluded.map(({ utterance, reason }) => [utterance.id, reason])),
      failed: Object.fromEntries(failures.map(({ utterance, error }) => [utterance.id, error.code])),
    },
    folds,
    questions: totalsOf(protocol.questions, labels, runs),
    answers,
    runs: runs.map(({ run }) => run),
  };
  await writeAtomically(out, renderJson(result));
  return result;
}

/** JSON with a line for each entry, and for each element of lists of objects: fit for `diff`, without a line a number. */
function renderJson(value: object): string {
  const entries = Object.entries(value).map(([key, entry]: [string, unknown]) => {
    const listed = Array.isArray(entry) && entry.some((each) => typeof each === "object");
    const text = listed ? `[\n  ${entry.map((each) => JSON.stringify(each)).join(",\n  ")}\n ]` : JSON.stringify(entry);
    return ` ${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${entries.join(",\n")}\n}\n`;
}
