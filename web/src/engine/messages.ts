import type { ErrorCode, Segment, StreamEvent, VoiceProfile } from "../../../src/browser.ts";

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
  /** Whether it knows what neutral voices are like, so that neutral seconds are of use. */
  readonly neutral: boolean;
}

/** Peaks a second that the engine tells of a file. */
export const PEAK_RATE = 100;

/** Sound on its way to the engine. */
export interface Piece {
  readonly samples: Float32Array<ArrayBuffer>;
  /** Hertz. */
  readonly sampleRate: number;
}

/** When a recording of the voice is enough. */
export interface Enough {
  /** So many seconds of speech. */
  readonly speech: number;
  /** An utterance of a second that is over. */
  readonly utterance: boolean;
}

/** Recordings of the voice, by the ids that they were taken under. */
export interface Lesson {
  readonly neutral: readonly { readonly id: number; readonly name: string }[];
  readonly clips: readonly { readonly id: number; readonly name: string; readonly emotion: string }[];
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
  | { readonly type: "playable"; readonly id: number; readonly file: Blob }
  /** A voice profile's text: to be answered by from now on, or only looked at. null: any voice. */
  | { readonly type: "voice"; readonly id: number; readonly text: string | null; readonly use: boolean }
  /** A recording of the voice, to be kept under the id: chunks of samples through the port, or a file. */
  | {
      readonly type: "take";
      readonly id: number;
      readonly sampleRate: number;
      readonly port: MessagePort;
      readonly enough: Enough;
    }
  | { readonly type: "take-done"; readonly id: number }
  | { readonly type: "take-file"; readonly id: number; readonly file: Blob }
  | { readonly type: "take-playable"; readonly id: number; readonly take: number }
  | { readonly type: "take-forget"; readonly takes: readonly number[] }
  | { readonly type: "learn"; readonly id: number; readonly lesson: Lesson };

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
  | { readonly type: "playable"; readonly id: number; readonly wav: Blob };

/** What the engine tells of a voice. */
export type VoiceNews =
  /** What a profile says of itself; null for none. */
  | { readonly type: "voice"; readonly id: number; readonly voice: VoiceProfile | null }
  /** Seconds of speech in the recording that is being made. */
  | { readonly type: "heard"; readonly id: number; readonly seconds: number }
  | { readonly type: "taken"; readonly id: number; readonly seconds: number }
  | { readonly type: "learning"; readonly id: number; readonly done: number; readonly total: number }
  /** The profile's text. The recordings that it was made of are forgotten. */
  | { readonly type: "learnt"; readonly id: number; readonly text: string };

/** Of work with an id. */
export type JobNews =
  | FileNews
  | VoiceNews
  | { readonly type: "failed"; readonly id: number; readonly message: string; readonly code?: ErrorCode };

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
  | JobNews;
