/** The thread side of `robustness.ts`: one recording at a time, decoded once and recognised under every condition. */
import { parentPort, workerData } from "node:worker_threads";
import { Random } from "../../augment/index.ts";
import { resample } from "../../audio/index.ts";
import { readAudio } from "../../audio/read-audio.node.ts";
import { SILENCE_PEAK, type WorkerMessage, type WorkerTask } from "../../corpora/index.ts";
import { failureOf } from "../../errors.ts";
import { Recognizer } from "../../recognize/index.ts";
import { onTask } from "../../worker.node.ts";
import { babble } from "./babble.ts";
import type { Surroundings } from "./condition.ts";
import { conditionsNamed } from "./conditions.ts";

/** What the threads are told when they are started. */
export interface RobustnessSetup {
  /** A model file. */
  readonly model: Uint8Array;
  /** What messages call it. */
  readonly name: string;
  /** Names of conditions, in the order of their table. */
  readonly conditions: readonly string[];
  /** The recordings that the babble is made of. */
  readonly voices: readonly string[];
}

/** What a thread is asked for. */
export interface RobustnessTask {
  /** Of the recording: with the condition's name, the key of all that is random. */
  readonly id: string;
  readonly file: string;
}

/** What a thread answers for a recording. */
export type RobustnessAnswer =
  /** Indices of labels, −1 for no speech: of the recording as it is, then under each condition. */
  | { readonly predictions: readonly number[] }
  /** Digital silence: there is nothing to recognise. */
  | { readonly silent: true }
  | { readonly error: { readonly code: string; readonly message: string } };

const { model, name, conditions: names, voices } = workerData as RobustnessSetup;
const conditions = names.length === 0 ? [] : conditionsNamed(names);
const recognizer = await Recognizer.load(model, { name });
const { sampleRate } = recognizer.metadata;
let voicesOnce: ReturnType<typeof babble> | undefined;
const surroundings: Surroundings = { sampleRate, babble: () => (voicesOnce ??= babble(voices, sampleRate)) };

async function answer({ id, file }: RobustnessTask): Promise<RobustnessAnswer> {
  const recording = await readAudio(file);
  if (recording.samples.every((x) => Math.abs(x) < SILENCE_PEAK)) return { silent: true };
  const atModelRate = resample(recording, sampleRate);
  const predictions = [await predict(atModelRate)];
  for (const condition of conditions) {
    const input = condition.input === "recording" ? recording : atModelRate;
    const random = new Random(0, "robustness", id, condition.name);
    predictions.push(await predict(await condition.apply(input, random, surroundings)));
  }
  return { predictions };
}

async function predict(waveform: Parameters<Recognizer["recognize"]>[0]): Promise<number> {
  const { emotion } = await recognizer.recognize(waveform);
  return emotion === null ? -1 : recognizer.labels.indexOf(emotion);
}

function failed(file: string, cause: unknown): RobustnessAnswer {
  const { code, message } = failureOf(cause);
  return { error: { code, message: code === "internal_error" ? `${file}: ${message}` : message } };
}

const port = parentPort!;
onTask(({ index, task }: WorkerTask<RobustnessTask>) => {
  void answer(task)
    .catch((cause: unknown) => failed(task.file, cause))
    .then((result) => port.postMessage({ index, result } satisfies WorkerMessage<RobustnessAnswer>));
});
port.postMessage({ ready: true } satisfies WorkerMessage<RobustnessAnswer>);
