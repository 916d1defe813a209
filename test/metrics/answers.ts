import { Random } from "../../src/random.ts";
import type { Answer } from "../../src/metrics/index.ts";

/** Answers as a model might give them: `speakers` speakers with their own skill, `each` recordings a speaker. */
export function randomAnswers(labels: readonly string[], speakers: number, each: number, seed: number): Answer[] {
  const random = new Random(seed, "answers");
  return Array.from({ length: speakers }, (_, s) => {
    const skill = 3 * random.uniform();
    return Array.from({ length: each }, (_u, i): Answer => {
      const truth = random.integer(labels.length);
      const powers = labels.map((_l, label) => Math.exp(random.normal() + (label === truth ? skill : 0)));
      const sum = powers.reduce((a, b) => a + b);
      return {
        id: `${s % 2 === 0 ? "even" : "odd"}/${s}/${i}`,
        corpus: s % 2 === 0 ? "even" : "odd",
        speaker: `speaker ${s}`,
        sex: s % 3 === 0 ? null : s % 3 === 1 ? "female" : "male",
        truth: labels[truth]!,
        probabilities: powers.map((power) => power / sum),
      };
    });
  }).flat();
}
