import type { Votes } from "../corpora/index.ts";
import { labelOf, type LabelMap } from "../emotions.ts";

/**
 * The intended label and a crowd's votes in one target: (1 − weight) · one-hot + weight · share of the votes, of those votes
 * that the label map has a label for. Undefined where there are none: the intended label is all that is known.
 *
 * @param label index of the intended label
 * @returns shape (labels), sum 1
 */
export function softLabel(
  label: number,
  votes: Votes | undefined,
  map: LabelMap,
  weight: number,
): Float32Array | undefined {
  const counts = new Float64Array(map.labels.length);
  for (const [emotion, count] of Object.entries(votes ?? {})) {
    const voted = labelOf(map, emotion);
    if (voted !== undefined) counts[map.labels.indexOf(voted)]! += count;
  }
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  return Float32Array.from(counts, (count, l) => (weight * count) / all + (l === label ? 1 - weight : 0));
}
