import type { Segment, StreamEvent, StreamOptions } from "../recognize/index.ts";

/** What a thread is told about the model when it is started; the network itself stays on the main thread. */
export interface WorkerModel {
  /** Of a `frontEnd`. */
  readonly featureSet: string;
  readonly labels: readonly string[];
  readonly windowSeconds: number;
}

/** A feature matrix on its way between threads. */
export interface PlainMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** Work on one recording. */
export interface ClipJob {
  /** The file; given away to the thread. */
  readonly bytes: ArrayBuffer;
  readonly minConfidence: number;
  /** Longer recordings are refused, as soon as so much is decoded. */
  readonly maxSeconds: number;
}

/** What a recording sounds like, in the order of time. */
export interface ClipAnswer {
  readonly seconds: number;
  readonly segments: readonly Segment[];
}

/** An error that crosses threads: a code of the library or of the server, or "internal". */
export interface PlainError {
  readonly code: string;
  readonly message: string;
}

/** From the main thread to a worker. */
export type ToWorker =
  | ({ readonly type: "clip"; readonly id: number } & ClipJob)
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "open"; readonly id: number; readonly options: StreamOptions }
  /** 16-bit little-endian samples. */
  | { readonly type: "push"; readonly id: number; readonly samples: ArrayBuffer }
  | { readonly type: "end"; readonly id: number }
  | { readonly type: "drop"; readonly id: number }
  | { readonly type: "classified"; readonly call: number; readonly probabilities: Float32Array }
  | { readonly type: "failed"; readonly call: number; readonly message: string };

/** From a worker to the main thread. */
export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "clip"; readonly id: number; readonly answer: ClipAnswer }
  | { readonly type: "clip.error"; readonly id: number; readonly error: PlainError }
  /** What came of a push, of so many bytes; `ended` after the end. */
  | {
      readonly type: "live";
      readonly id: number;
      readonly bytes: number;
      readonly events: readonly StreamEvent[];
      readonly ended: boolean;
    }
  | { readonly type: "live.error"; readonly id: number; readonly error: PlainError }
  | { readonly type: "classify"; readonly call: number; readonly clips: readonly PlainMatrix[] };
