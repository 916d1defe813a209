import type { ResourceLimits, Worker } from "node:worker_threads";
import { Matrix } from "../matrix.ts";
import { endWorker, startWorker } from "../worker.node.ts";
import type { FromWorker, ToWorker, WorkerModel } from "./worker-messages.ts";

/** For a thread that is in the midst of decoding when the server closes. */
const PATIENCE_MS = 2000;

/** The network, on the main thread: ONNX Runtime computes beside it. */
export interface Network extends WorkerModel {
  classifyFeatures(clips: readonly Matrix[]): Promise<Float32Array>;
}

/** What a thread's owner hears. */
export interface ThreadEvents {
  onReady(): void;
  onMessage(message: Exclude<FromWorker, { type: "ready" | "classify" }>): void;
  /** The thread is gone, by itself, by `close` or by `terminate`. */
  onGone(cause: unknown): void;
}

/** One worker thread, with the network that it asks. */
export class RecognitionThread {
  readonly #worker: Worker;
  readonly #network: Network;

  constructor(network: Network, limits: ResourceLimits, { onReady, onMessage, onGone }: ThreadEvents) {
    this.#network = network;
    const { featureSet, labels, windowSeconds } = network;
    const model: WorkerModel = { featureSet, labels, windowSeconds };
    this.#worker = startWorker(new URL("recognition-worker.node.js", import.meta.url), model, limits);
    let cause: unknown;
    this.#worker.on("message", (message: FromWorker) => {
      if (message.type === "ready") onReady();
      else if (message.type === "classify") void this.#classify(message);
      else onMessage(message);
    });
    this.#worker.on("error", (error) => {
      cause = error;
    });
    // After an "error" there is always an "exit".
    this.#worker.on("exit", (code) => onGone(cause ?? new Error(`a worker thread ended with code ${code}`)));
  }

  post(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
    this.#worker.postMessage(message, [...transfer]);
  }

  /** Lets the thread finish the step that it is at. */
  async close(): Promise<void> {
    await endWorker(this.#worker, PATIENCE_MS);
  }

  /** Ends it at once, whatever it is at; only of a thread that is ready. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  async #classify({ call, clips }: FromWorker & { type: "classify" }): Promise<void> {
    try {
      const matrices = clips.map(({ rows, columns, data }) => new Matrix(rows, columns, data));
      this.post({ type: "classified", call, probabilities: await this.#network.classifyFeatures(matrices) });
    } catch (error) {
      this.post({ type: "failed", call, message: String(error) });
    }
  }
}
