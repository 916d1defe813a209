import type { Segment, StreamEvent } from "../../../src/browser.ts";

/** What the page tells of the model that answers. */
export interface ModelFacts {
  readonly labels: readonly string[];
  readonly preset: string;
  readonly featureSet: string;
  /** ISO 8601. */
  readonly created: string;
  /** The package's version that wrote it. */
  readonly version: string;
  readonly licences: readonly { readonly corpus: string; readonly licence: string }[];
  /** On speakers that it never met; null where it has not been tested. */
  readonly test: { readonly recordings: number; readonly accuracy: number } | null;
}

/** Sound on its way to the engine. */
export interface Piece {
  readonly samples: Float32Array<ArrayBuffer>;
  /** Hertz. */
  readonly sampleRate: number;
}

/** From the page to the engine. `id` tells one file's work from another's. */
export type Order =
  /** Chunks of samples come through the port. */
  | { readonly type: "live"; readonly session: number; readonly sampleRate: number; readonly port: MessagePort }
  | { readonly type: "live-stop" }
  | { readonly type: "file"; readonly id: number; readonly file: Blob }
  /** What the engine asked for with `next`; null at the end of the sound. */
  | { readonly type: "piece"; readonly id: number; readonly piece: Piece | null }
  | { readonly type: "cancel"; readonly id: number }
  /** A copy as wav, for browsers that cannot play the file itself. */
  | { readonly type: "playable"; readonly id: number; readonly file: Blob };

/** What the engine tells of a file. */
export type FileNews =
  /** No decoder here knows it: the page's own may. What is told then comes from `piece` orders. */
  | { readonly type: "foreign"; readonly id: number }
  | { readonly type: "next"; readonly id: number }
  | {
      readonly type: "progress";
      readonly id: number;
      /** New peaks: the largest magnitude of each hundredth of a second. */
      readonly peaks: Float32Array;
      readonly segments: readonly Segment[];
      /** Share of the file's bytes that have been read, 0 … 1. */
      readonly share: number;
    }
  | { readonly type: "done"; readonly id: number; readonly seconds: number }
  | { readonly type: "failed"; readonly id: number; readonly message: string }
  | { readonly type: "playable"; readonly id: number; readonly wav: Blob };

/** What the engine tells of the microphone. */
export type LiveNews =
  | {
      readonly type: "events";
      readonly events: readonly StreamEvent[];
      /** How far the engine is behind the sound, in seconds. */
      readonly late: number;
    }
  | { readonly type: "ended" }
  | { readonly type: "failed"; readonly message: string };

/** From the engine to the page. */
export type News =
  | { readonly type: "ready"; readonly model: ModelFacts }
  | { readonly type: "broken"; readonly message: string }
  | { readonly type: "live"; readonly session: number; readonly news: LiveNews }
  | FileNews;
