/** The thread side of `pool.ts`: one recogniser, one recording at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { decodeAudio, decodeStream } from "../audio/index.ts";
import { readAudio, streamAudio } from "../audio/read-audio.node.ts";
import { failureOf } from "../errors.ts";
import { Recognizer, roundedSegment, type Segment, timeline } from "../recognize/index.ts";
import { onTask } from "../worker.node.ts";
import type { Outcome } from "./job.ts";
import type { PoolMessage, PoolSetup, PoolTask } from "./pool.ts";

const { model, name } = workerData as PoolSetup;
const recognizer = await Recognizer.load(model, { name });

async function outcome({ source, options }: PoolTask): Promise<Outcome> {
  const { minConfidence } = options;
  if (!options.timeline) {
    const audio = await ("path" in source ? readAudio(source.path) : decodeAudio(source.bytes));
    return { result: await recognizer.recognize(audio, { minConfidence }) };
  }
  const sound = "path" in source ? streamAudio(source.path) : decodeStream(oneChunk(source.bytes));
  const segments: Segment[] = [];
  for await (const segment of timeline(recognizer, sound, { minConfidence })) segments.push(roundedSegment(segment));
  return { result: { segments } };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function failed({ file, source }: PoolTask, cause: unknown): Outcome {
  const { code, message } = failureOf(cause);
  const named = "path" in source && code !== "internal_error";
  return { error: { code, message: named ? message : `${file}: ${message}` } };
}

const port = parentPort!;
onTask((task: PoolTask) => {
  void outcome(task)
    .catch((cause: unknown) => failed(task, cause))
    .then((result) => port.postMessage({ outcome: result } satisfies PoolMessage));
});
port.postMessage({ ready: true } satisfies PoolMessage);
