import type { Example } from "../dataset/index.ts";
import type { LabelMap } from "../emotions.ts";
import { groupBy } from "../grouping.ts";
import { columnMeans, Matrix } from "../matrix.ts";
import type { NeutralReference } from "../model/index.ts";

/**
 * What the neutral recordings among `examples` are like: the mean of each column over a speaker's frames, and of that over
 * the speakers, so that one with 200 recordings counts like one with two. Give it the training part, without copies.
 *
 * @returns undefined when no label is "neutral", or no recording has it
 */
export function neutralReference(examples: readonly Example[], { labels }: LabelMap): NeutralReference | undefined {
  const neutral = labels.indexOf("neutral");
  const recordings = examples.filter(({ label }) => label === neutral);
  if (recordings.length === 0) return undefined;
  const speakers = [...groupBy(recordings, ({ utterance }) => utterance.speaker).values()].map((own) =>
    columnMeans(own.map(({ features }) => features)),
  );
  const means = speakers.map((mean) => new Matrix(1, mean.length, Float32Array.from(mean)));
  return {
    mean: Array.from(columnMeans(means), (value) => Number(value.toPrecision(7))),
    recordings: recordings.length,
    speakers: speakers.length,
  };
}
