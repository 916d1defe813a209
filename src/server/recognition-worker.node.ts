/** The thread side of the server: decodes and measures recordings and live sound. Nothing it is given can outlive it. */
import { parentPort, workerData } from "node:worker_threads";
import { SpeechEmotionError } from "../errors.ts";
import type { EmotionStream, StreamEvent } from "../recognize/index.ts";
import { onTask } from "../worker.node.ts";
import { Problem } from "./problems.ts";
import { recognizeClip } from "./recognize-clip.ts";
import { RemoteModel } from "./remote-model.ts";
import { keepTidy } from "./tidy-heap.node.ts";
import type { FromWorker, PlainError, ToWorker, WorkerModel } from "./worker-messages.ts";

// Decoders remark on the console what they meet in a file; on stderr there is the log, JSON, with nothing of clients' files.
for (const say of ["debug", "log", "info", "warn", "error"] as const) console[say] = () => {};

const port = parentPort!;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const post = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
const model = new RemoteModel(workerData as WorkerModel, post);
const clips = new Map<number, AbortController>();
const streams = new Map<number, EmotionStream>();

function plain(error: unknown): PlainError {
  if (error instanceof Problem || error instanceof SpeechEmotionError)
    return { code: error.code, message: error.message };
  return { code: "internal", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

async function clip(message: ToWorker & { type: "clip" }): Promise<void> {
  const { id } = message;
  const abort = new AbortController();
  clips.set(id, abort);
  try {
    post({ type: "clip", id, answer: await recognizeClip(model, message, abort.signal) });
  } catch (error) {
    post({ type: "clip.error", id, error: plain(error) });
  } finally {
    clips.delete(id);
  }
}

let floats = new Float32Array(0);

/** The samples -1 … 1, until the next call. */
function toFloats(bytes: ArrayBuffer): Float32Array {
  const view = new DataView(bytes);
  const count = bytes.byteLength / 2;
  if (count > floats.length) floats = new Float32Array(count);
  for (let i = 0; i < count; i++) floats[i] = view.getInt16(2 * i, true) / 32_768;
  return floats.subarray(0, count);
}

async function live(id: number, bytes: number, told: Promise<readonly StreamEvent[]>, ended: boolean): Promise<void> {
  try {
    post({ type: "live", id, bytes, events: await told, ended });
  } catch (error) {
    if (!streams.has(id)) return;
    streams.delete(id);
    post({ type: "live.error", id, error: plain(error) });
  } finally {
    if (ended) streams.delete(id);
  }
}

function open({ id, options }: ToWorker & { type: "open" }): void {
  try {
    streams.set(id, model.stream(options));
  } catch (error) {
    post({ type: "live.error", id, error: plain(error) });
  }
}

onTask((message: ToWorker) => {
  switch (message.type) {
    case "clip":
      void clip(message);
      break;
    case "cancel":
      clips.get(message.id)?.abort();
      break;
    case "open":
      open(message);
      break;
    case "push": {
      const { id, samples } = message;
      const stream = streams.get(id);
      if (stream) void live(id, samples.byteLength, stream.push(toFloats(samples)), false);
      break;
    }
    case "end": {
      const stream = streams.get(message.id);
      if (stream) void live(message.id, 0, stream.end(), true);
      break;
    }
    case "drop":
      streams.delete(message.id);
      break;
    case "classified":
      model.settle(message.call, message.probabilities);
      break;
    case "failed":
      model.settle(message.call, new Error(message.message));
      break;
  }
});
keepTidy(() => streams.size > 0);
post({ type: "ready" });
