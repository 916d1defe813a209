import { frontEnd, type FrontEnd } from "../gate/index.ts";
import type { Matrix } from "../matrix.ts";
import { EmotionStream, type StreamOptions, type TimelineModel } from "../recognize/index.ts";
import type { FromWorker, WorkerModel } from "./worker-messages.ts";

interface Call {
  resolve(probabilities: Float32Array): void;
  reject(error: Error): void;
}

/**
 * A model whose network runs on another thread: gate and features here, probabilities by asking. It exists so that a
 * thread can be ended at any moment, in the middle of a decoder, without native code in it, and all share one network.
 */
export class RemoteModel implements TimelineModel {
  readonly frontEnd: FrontEnd;
  readonly labels: readonly string[];
  readonly windowSeconds: number;
  readonly #post: (message: FromWorker, transfer: ArrayBuffer[]) => void;
  readonly #calls = new Map<number, Call>();
  #next = 0;

  constructor(
    { featureSet, labels, windowSeconds }: WorkerModel,
    post: (message: FromWorker, transfer: ArrayBuffer[]) => void,
  ) {
    this.frontEnd = frontEnd(featureSet);
    this.labels = labels;
    this.windowSeconds = windowSeconds;
    this.#post = post;
  }

  /** The matrices are given away. */
  classifyFeatures(clips: readonly Matrix[]): Promise<Float32Array> {
    if (clips.length === 0) return Promise.resolve(new Float32Array(0));
    const call = this.#next++;
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      const message: FromWorker = {
        type: "classify",
        call,
        clips: clips.map(({ rows, columns, data }) => ({ rows, columns, data })),
      };
      this.#post(
        message,
        clips.map(({ data }) => data.buffer as ArrayBuffer),
      );
    });
  }

  /** The answer to a call, or why there is none. */
  settle(call: number, answer: Float32Array | Error): void {
    const waiting = this.#calls.get(call);
    this.#calls.delete(call);
    if (answer instanceof Error) waiting?.reject(answer);
    else waiting?.resolve(answer);
  }

  stream(options: StreamOptions): EmotionStream {
    return new EmotionStream(this, options);
  }
}
