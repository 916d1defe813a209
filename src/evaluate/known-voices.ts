import { InputError } from "../errors.ts";
import { measureClips } from "../fit/index.ts";
import { groupBy } from "../grouping.ts";
import type { Answer } from "../metrics/index.ts";
import { Random } from "../random.ts";
import { recordedVoice, type Recognizer } from "../recognize/index.ts";
import { clipsOf, type Example } from "../train/index.ts";
import { answerExamples } from "./answer.ts";

/** What is heard of each voice, without labels, before it is asked about. */
export interface HeardBefore {
  /** So many recordings of it, at least 1; where it has fewer, those. */
  readonly recordings: number;
  /** Neutral ones alone; else of whatever emotions. */
  readonly neutral: boolean;
}

/** `10 other recordings of any emotions`. */
export function renderHeard({ recordings, neutral }: HeardBefore): string {
  const count = recordings === Infinity ? "all" : String(recordings);
  const noun = recordings === 1 ? "recording" : "recordings";
  return neutral ? `${count} other neutral ${noun}` : `${count} other ${noun} of any emotion`;
}

/**
 * Refuses a model that could make nothing of other recordings of a voice.
 *
 * @throws InputError `voice_reference_missing` when it was not taught to know voices
 */
export function requireKnowledgeOfVoices({ metadata }: Recognizer): void {
  if (metadata.voiceReference !== undefined) return;
  throw new InputError(
    "voice_reference_missing",
    "the model was not taught to know voices, so other recordings of them tell it nothing; ask it about strangers, or train another " +
      'with "ser train --preset default"',
  );
}

/**
 * Recordings whose voices may be known by other ones of them: half of a voice's recordings, drawn, may be heard while the
 * other half is asked, then the other way round.
 */
export class VoicesOfExamples {
  readonly #recognizer: Recognizer;
  readonly #examples: readonly Example[];
  readonly #measures: ReadonlyMap<Example, Float32Array>;

  private constructor(recognizer: Recognizer, examples: readonly Example[], measures: readonly Float32Array[]) {
    this.#recognizer = recognizer;
    this.#examples = examples;
    this.#measures = new Map(examples.map((example, i) => [example, measures[i]!]));
  }

  /**
   * Measures recordings as a voice is known by them; of one that is longer than the network's window, its beginning.
   *
   * @throws as {@link requireKnowledgeOfVoices}
   */
  static async of(recognizer: Recognizer, examples: readonly Example[]): Promise<VoicesOfExamples> {
    requireKnowledgeOfVoices(recognizer);
    const { network } = recognizer.metadata;
    return new VoicesOfExamples(recognizer, examples, await measureClips(clipsOf(examples), network, { threads: 1 }));
  }

  /** The answers to all examples, in their order: see `answerExamples`. A voice of one recording stays a stranger. */
  async answers(
    { recordings, neutral }: HeardBefore,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Answer[]> {
    const { labels } = this.#recognizer;
    const answers = new Map<string, Answer>();
    const voices = groupBy(this.#examples, ({ utterance }) => `${utterance.corpus} ${utterance.speaker}`);
    for (const own of voices.values()) {
      const mixed = new Random(1, "heard", own[0]!.utterance.speaker).shuffle([...own]);
      const half = mixed.length >> 1;
      for (const [asked, others] of [
        [mixed.slice(half), mixed.slice(0, half)],
        [mixed.slice(0, half), mixed.slice(half)],
      ] as const) {
        const fit = neutral ? others.filter(({ label }) => labels[label] === "neutral") : others;
        const heard = fit.slice(0, recordings);
        for (const answer of await this.#ask(asked, heard)) answers.set(answer.id, answer);
        onProgress?.(answers.size, this.#examples.length);
      }
    }
    return this.#examples.map(({ utterance }) => answers.get(utterance.id)!);
  }

  async #ask(asked: readonly Example[], heard: readonly Example[]): Promise<Answer[]> {
    if (heard.length === 0) return answerExamples(this.#recognizer, asked);
    const { set } = this.#recognizer.frontEnd;
    const frames = heard.reduce((sum, { features }) => sum + features.rows, 0);
    const measures = heard.map((each) => this.#measures.get(each)!);
    const voice = await recordedVoice(this.#recognizer, measures, (frames * set.hopLength) / set.sampleRate);
    await using known = await this.#recognizer.withVoice(voice);
    return await answerExamples(known, asked);
  }
}
