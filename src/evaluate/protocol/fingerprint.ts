import { twinsOf, type ProtocolFold, type Split } from "../../corpora/index.ts";
import { hexDigest } from "../../digest.node.ts";
import type { Dataset, Example, TrainConfig } from "../../train/index.ts";

/** SHA-256 over the sorted ids, a line each. */
export function hashIds(examples: readonly Example[]): string {
  const ids = examples.map(({ utterance }) => `${utterance.id}\n`);
  return hexDigest(ids.sort().join(""));
}

/** SHA-256 over a sorted line a recording, "id, samples, rate": equal for equal recordings, wherever they lie. */
export function hashRecordings(examples: readonly Example[]): string {
  const lines = examples.map(
    ({ utterance, facts: { seconds, sampleRate } }) =>
      `${utterance.id}, ${Math.round(seconds * sampleRate)}, ${sampleRate}\n`,
  );
  return hexDigest(lines.sort().join(""));
}

/** The settings that decide what a run gives: all but folders, seed (it is the run's), threads and device. */
export function settingsOf(config: TrainConfig): Record<string, unknown> {
  // A protocol makes the splits, so these say nothing here.
  const {
    corpora: _,
    seed: __,
    threads: ___,
    split: _____,
    testShare: ______,
    validationShare: _______,
    ...rest
  } = config;
  return rest;
}

/** A text that two runs share only when they would give the same figures. */
export function runIdentity(
  config: TrainConfig,
  { examples }: Pick<Dataset, "examples">,
  fold: ProtocolFold,
  seed: number,
  split: Split,
): string {
  return hexDigest(
    JSON.stringify([settingsOf(config), fold, seed, split, twinsOf(examples), hashRecordings(examples)]),
  );
}
