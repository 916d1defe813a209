import { readAudio } from "../audio/read-audio.node.ts";
import { partOf, type Split, type Utterance } from "../corpora/index.ts";
import { labelOf } from "../emotions.ts";
import type { Answer } from "../metrics/index.ts";
import type { ModelMetadata } from "../model/index.ts";
import type { Recognizer } from "../recognize/index.ts";
import type { Example } from "../train/index.ts";

/**
 * Whether a recording is fit for testing a model: its split left it for testing, or it is of a speaker (in TESS: a word)
 * that the model never met. Of an imported model nobody knows what it met: nothing is fit.
 */
export function isUnseen({ split }: ModelMetadata, utterance: Utterance): boolean {
  if (split === null) return false;
  const part = partOf(split as Split, utterance);
  return part === "test" || part === "unseen";
}

/** Whether a recording is left for testing by a random split: the model never met it, but has heard its speaker. */
export function sharesSpeakers({ split }: ModelMetadata, utterance: Utterance): boolean {
  return split !== null && (split as Split).kind === "random" && partOf(split as Split, utterance) === "test";
}

/** Features of clips in one run: enough for matrix speed, few enough to show progress. */
const CHUNK = 32;

/**
 * The network's answers to all examples, in their order. The speech gate is not asked: every example is known to be speech,
 * and the model must answer. A recording longer than the network's window is decoded again and cut as `Recognizer` does.
 */
export async function answerExamples(
  recognizer: Recognizer,
  examples: readonly Example[],
  onProgress?: (done: number, total: number) => void,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < examples.length; start += CHUNK) {
    const chunk = examples.slice(start, start + CHUNK);
    const probabilities = await classifyExamples(recognizer, chunk);
    for (const [i, { utterance }] of chunk.entries()) {
      const { id, corpus, speaker, sex = null } = utterance;
      const truth = labelOf(recognizer.metadata.labels, utterance.emotion)!;
      answers.push({ id, corpus, speaker, sex, truth, probabilities: probabilities[i]! });
    }
    onProgress?.(Math.min(start + CHUNK, examples.length), examples.length);
  }
  return answers;
}

/** Probabilities of each example, in their order. */
async function classifyExamples(recognizer: Recognizer, examples: readonly Example[]): Promise<number[][]> {
  const { frames } = recognizer.metadata.network;
  const labels = recognizer.labels.length;
  const answers: number[][] = [];
  const short = examples.flatMap((example, i) => (example.features.rows <= frames ? [i] : []));
  const probabilities = await recognizer.classifyFeatures(short.map((i) => examples[i]!.features));
  for (const [n, i] of short.entries()) answers[i] = Array.from(probabilities.subarray(n * labels, (n + 1) * labels));
  for (const [i, { features, utterance }] of examples.entries()) {
    if (features.rows > frames) answers[i] = [...(await recognizer.classify(await readAudio(utterance.path)))];
  }
  return answers;
}
