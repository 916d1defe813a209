import { availableParallelism } from "node:os";
import { runInOrder, type Utterance } from "../../corpora/index.ts";
import { hexDigest } from "../../digest.node.ts";
import { labelOf } from "../../emotions.ts";
import { InputError, ParameterError } from "../../errors.ts";
import { compareText, groupBy } from "../../grouping.ts";
import { decodeModel, type ModelMetadata } from "../../model/index.ts";
import { startWorker } from "../../worker.node.ts";
import { isUnseen } from "../answer.ts";
import { babbleVoices } from "./babble.ts";
import type { Condition } from "./condition.ts";
import { conditionsNamed, CONDITIONS_VERSION } from "./conditions.ts";
import { measure, type Predicted, type Robustness } from "./result.ts";
import type { RobustnessAnswer, RobustnessSetup, RobustnessTask } from "./robustness-worker.ts";
import { StateFile } from "./state.ts";

/** Options of {@link robustnessOf}. */
export interface RobustnessOptions {
  /** What messages call the model: its path. */
  readonly name?: string;
  /** Worker threads; default as many as the machine has cores. */
  readonly threads?: number;
  /** Ends the work with a `SpeechEmotionError` `aborted`; what is in the state file by then stays. */
  readonly signal?: AbortSignal;
  /** Called after every recording. */
  readonly onProgress?: (done: number, total: number, failures: number) => void;
  /** Keeps what is done; the same call goes on from it. The caller removes it. Absent: nothing is kept. */
  readonly stateFile?: string;
}

/**
 * How a model's predictions stand when recordings come otherwise than those that it was trained on: softer, noisier, through a
 * telephone … Each recording is decoded once, changed as each condition says and recognised as in use
 * (`Recognizer.recognize`, speech gate included). What is random is keyed by the recording's id and the condition's name,
 * so the result depends on nothing but the arguments.
 *
 * @param model The bytes of a model file.
 * @param recordings Each with an emotion that is one of the model's.
 * @param conditions Names in `CONDITIONS`; undefined for all.
 * @throws ParameterError for an unknown condition, a recording whose emotion is no label, or a thread count below 1;
 *   InputError `corpus_empty` when no recording can be used, and what reading the model and the state file throws.
 */
export async function robustnessOf(
  model: Uint8Array,
  recordings: readonly Utterance[],
  conditions?: readonly string[],
  { name = "model", threads = availableParallelism(), signal, onProgress, stateFile }: RobustnessOptions = {},
): Promise<Robustness> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ParameterError(`robustness: threads=${threads} must be a whole number, at least 1`);
  }
  const { metadata } = await decodeModel(model, name);
  const wanted = await available(conditionsNamed(conditions));
  const measurable = wanted.filter(({ reason }) => reason === null).map(({ condition }) => condition);
  const truths = recordings.map((utterance) => truthOf(metadata, utterance));
  const setup: RobustnessSetup = {
    model,
    name,
    conditions: measurable.map((condition) => condition.name),
    voices: babbleVoices(recordings).map(({ path }) => path),
  };
  const sha256 = {
    model: hexDigest(model),
    recordings: hexDigest(
      recordings
        .map(({ id }) => id)
        .toSorted(compareText)
        .join("\n"),
    ),
  };
  const identity = hexDigest(JSON.stringify([sha256, setup.conditions, CONDITIONS_VERSION]));
  const state = stateFile === undefined ? undefined : StateFile.open(stateFile, identity);

  const answers = await recognizeAll(recordings, setup, { threads, signal, onProgress, state });
  const predicted: Predicted[] = [];
  const silent: string[] = [];
  const failed: { id: string; code: string; message: string }[] = [];
  for (const [i, utterance] of recordings.entries()) {
    const answer = answers[i]!;
    if ("error" in answer) failed.push({ id: utterance.id, ...answer.error });
    else if ("silent" in answer) silent.push(utterance.id);
    else predicted.push({ utterance, truth: truths[i]!, predictions: answer.predictions });
  }
  if (predicted.length === 0) {
    throw new InputError(
      "corpus_empty",
      `robustness: of ${recordings.length} recordings none can be used (${silent.length} silent, ${failed.length} unreadable` +
        `${failed.length > 0 ? `, the first: ${failed[0]!.message}` : ""})`,
    );
  }
  const { labels } = metadata.labels;
  const perCorpus = groupBy(predicted, ({ utterance }) => utterance.corpus);
  return {
    kind: "robustness",
    conditionsVersion: CONDITIONS_VERSION,
    model: { sha256: sha256.model, preset: metadata.preset, featureSet: metadata.featureSet },
    recordings: {
      n: predicted.length,
      speakers: new Set(predicted.map(({ utterance }) => utterance.speaker)).size,
      perCorpus: Object.fromEntries([...perCorpus].map(([corpus, own]) => [corpus, own.length])),
      sha256: sha256.recordings,
      seen: predicted.filter(({ utterance }) => !isUnseen(metadata, utterance)).length,
      silent,
      failed,
    },
    labels,
    clean: measure({ name: "clean", description: "the recording as it is", parameters: {} }, labels, predicted, 0),
    conditions: wanted.map(({ condition, reason }) =>
      reason === null
        ? measure(condition, labels, predicted, 1 + measurable.indexOf(condition))
        : {
            name: condition.name,
            description: condition.description,
            parameters: condition.parameters,
            measured: false,
            reason,
          },
    ),
  };
}

/** Each condition, and why it cannot be measured here, if so. */
async function available(
  conditions: readonly Condition[],
): Promise<readonly { readonly condition: Condition; readonly reason: string | null }[]> {
  return Promise.all(
    conditions.map(async (condition) => ({ condition, reason: (await condition.unavailable?.()) ?? null })),
  );
}

function truthOf({ labels }: ModelMetadata, { id, emotion }: Utterance): number {
  const label = labelOf(labels, emotion);
  if (label === undefined) {
    throw new ParameterError(
      `robustness: the emotion "${emotion}" of ${id} is none of the model's labels: ${labels.labels.join(", ")}`,
    );
  }
  return labels.labels.indexOf(label);
}

interface Run {
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: RobustnessOptions["onProgress"] | undefined;
  readonly state: StateFile | undefined;
}

/** What becomes of each recording, in their order. */
async function recognizeAll(
  recordings: readonly Utterance[],
  setup: RobustnessSetup,
  { threads, signal, onProgress, state }: Run,
): Promise<RobustnessAnswer[]> {
  const answers = new Map<string, RobustnessAnswer>(state?.answers);
  const open = recordings.filter(({ id }) => !answers.has(id));
  let done = recordings.length - open.length;
  let failures = 0;
  let next = 0;
  const results = runInOrder<RobustnessTask, RobustnessAnswer>(
    open.map(({ id, path }) => ({ id, file: path })),
    {
      threads,
      signal,
      start: () => startWorker(new URL("./robustness-worker.js", import.meta.url), setup),
      died: ({ file }, cause) => ({
        error: { code: "worker_died", message: `${file}: the thread died (${String(cause)})` },
      }),
      onResult: (answer) => {
        if ("error" in answer) failures++;
        onProgress?.(++done, recordings.length, failures);
      },
    },
  );
  for await (const answer of results) {
    const { id } = open[next++]!;
    answers.set(id, answer);
    state?.add(id, answer);
  }
  return recordings.map(({ id }) => answers.get(id)!);
}
