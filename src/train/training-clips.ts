import { clipsOf, softLabel, type Example, type Plan } from "../dataset/index.ts";
import { parseLabelMap } from "../emotions.ts";
import { labelWeights, type Clips } from "../fit/index.ts";

/**
 * Recordings of the training part or copies of them; a copy of a recording was heard by the same crowd.
 *
 * @param all what the weights of labels are counted on
 */
export function trainingClips({ config, votes }: Plan, examples: readonly Example[], all: readonly Example[]): Clips {
  const labels = parseLabelMap(config.labels);
  const clips = clipsOf(
    examples,
    votes && (({ utterance, label }) => softLabel(label, votes.get(utterance.id), labels, config.softLabels)),
  );
  if (config.classWeights === 0) return clips;
  const place = ({ utterance, label }: Example): string => `${utterance.corpus}: ${label}`;
  const counted = labelWeights(
    all.length,
    (i) => all[i]!.label,
    (i) => all[i]!.utterance.corpus,
    config.classWeights,
  );
  const weights = new Map(all.map((example, i) => [place(example), counted[i]!]));
  return { ...clips, weight: (i) => weights.get(place(examples[i]!))! };
}
