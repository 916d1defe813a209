import { groupBy } from "../grouping.ts";
import type { RecordingFacts } from "./facts.ts";
import type { Utterance } from "./utterance.ts";

/**
 * Recordings with identical samples: every one but the first (by id) with the id of the first. A random split must keep
 * them together, since a model would be tested on what it learnt.
 */
export function twinsOf(
  recordings: readonly { readonly utterance: Utterance; readonly facts: Pick<RecordingFacts, "pcmHash"> }[],
): Record<string, string> {
  const twins: Record<string, string> = {};
  for (const group of groupBy(recordings, ({ facts }) => facts.pcmHash).values()) {
    const [first, ...others] = group.map(({ utterance }) => utterance.id).sort();
    for (const other of others) twins[other] = first!;
  }
  return twins;
}
