import { hexDigest } from "../digest.node.ts";
import type { ErrorCode } from "../errors.ts";
import type { Recognition, Segment } from "../recognize/index.ts";

/** What is asked of every recording of a batch. */
export interface JobOptions {
  /** Segments with begin and end instead of one answer. */
  readonly timeline: boolean;
  /** Below this probability, 0 … 1, the answer is "unsure". */
  readonly minConfidence: number;
}

/** A recording to recognise. */
export interface BatchInput {
  /** As the user named it: what the output calls it. */
  readonly file: string;
  /**
   * Where it lies: an absolute path, a path relative to a root that submitter and workers share, or an address
   * (`http://`, `https://`, `s3://bucket/key`). The same location is done once.
   */
  readonly location: string;
}

/** Which emotion when, in a recording. */
export interface TimelineResult {
  /** In order, none overlapping another; empty where no speech was heard. */
  readonly segments: readonly Segment[];
}

/** What became of a recording. */
export type Outcome = { readonly result: Recognition | TimelineResult } | { readonly error: Failure };

/** Why there is no result. */
export interface Failure {
  readonly code: ErrorCode | "internal_error";
  readonly message: string;
  /** Another try may help: the network, a dead thread. */
  readonly transient?: boolean;
}

/** A batch's settings: with the location they are the identity of a result. */
export interface BatchSettings extends JobOptions {
  /** SHA-256 of the model file, in hexadecimal. */
  readonly model: string;
}

/** SHA-256 in hexadecimal. */
export function checksum(bytes: Uint8Array): string {
  return hexDigest(bytes);
}

/**
 * The id of a result: 32 hexadecimal digits of the SHA-256 of settings and location. The same recording, asked the same of
 * the same model, has the same id in every run and on every machine.
 */
export function idOf({ model, timeline, minConfidence }: BatchSettings, location: string): string {
  return hexDigest(JSON.stringify(["batch@1", model, timeline, minConfidence, location])).slice(0, 32);
}
