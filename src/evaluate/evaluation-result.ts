import type { EpochRow } from "../fit/index.ts";
import type { Summary } from "../metrics/index.ts";
import type { HeardBefore, HeardLess } from "./known-voices.ts";

/** What `ser evaluate --json` writes. */
export interface EvaluationResult extends Summary {
  readonly kind: "evaluation";
  /** The model file, as it was named. */
  readonly model: string;
  /** Name of the model's preset. */
  readonly preset: string;
  /** True when the model met some of these recordings or, by a random split, their speakers. */
  readonly leaky: boolean;
  /** How many recordings these are. */
  readonly leakyRecordings: number;
  /** What had been heard of each voice before; absent: nothing, all were strangers. */
  readonly heard?: HeardBefore & HeardLess;
  /** Recordings that could not be read. */
  readonly failed: number;
  /** The file of the single answers, without its folder; null when none was asked for. */
  readonly answers: string | null;
  /** The training's learning curve; null for a model of before it was kept. */
  readonly curve: readonly EpochRow[] | null;
  /** From 1; null where there was no best one. */
  readonly bestEpoch: number | null;
  /** Version of the package that trained the model. */
  readonly version: string;
  /** Of the clone that trained the model, where it was one. */
  readonly commit?: string;
}
