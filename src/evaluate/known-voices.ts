import { ParameterError } from "../errors.ts";
import { measureClips } from "../fit/index.ts";
import { groupBy } from "../grouping.ts";
import type { Answer } from "../metrics/index.ts";
import { Random } from "../random.ts";
import { recordedVoice, requireKnowledgeOfVoices, type Recognizer } from "../recognize/index.ts";
import { clipsOf, type Example } from "../train/index.ts";
import { answerExamples } from "./answer.ts";

/** What is heard of each voice, without labels, before it is asked about. */
export interface HeardBefore {
  /** So many recordings of it, at least 1; where it has fewer, those. */
  readonly recordings: number;
  /** Neutral ones alone; else of whatever emotions. */
  readonly neutral: boolean;
}

/** How many recordings had less to be known by than {@link HeardBefore} asks. */
export interface HeardLess {
  /** Fewer other ones, at least 1. */
  readonly fewer: number;
  /** None: these were answered as strangers'. */
  readonly strangers: number;
}

/** Answers, and how many of them were given after less than was asked. */
export interface HeardAnswers extends HeardLess {
  /** In the order of the examples. */
  readonly answers: readonly Answer[];
}

/** `10 other recordings of any emotion`. */
export function renderHeard({ recordings, neutral }: HeardBefore): string {
  const count = recordings === Infinity ? "all" : String(recordings);
  const noun = recordings === 1 ? "recording" : "recordings";
  return neutral ? `${count} other neutral ${noun}` : `${count} other ${noun} of any emotion`;
}

/**
 * `4 of 8 recordings had fewer; 3 of 8 had none and were answered as strangers'`; nothing where all had so many.
 *
 * @param total how many recordings were answered
 */
export function renderHeardLess({ fewer, strangers }: HeardLess, total: number): string {
  const parts = [
    ...(fewer > 0 ? [`${fewer} of ${total} recordings had fewer`] : []),
    ...(strangers > 0 ? [`${strangers} of ${total} had none and were answered as strangers'`] : []),
  ];
  return parts.join("; ");
}

/**
 * Refuses what a model can make nothing of: other recordings of a voice, or neutral ones.
 *
 * @throws InputError `voice_reference_missing` when it was not taught to know voices; ParameterError for neutral ones when none
 *   of its labels is "neutral"
 */
export function requireUseOf({ neutral }: HeardBefore, recognizer: Recognizer): void {
  requireKnowledgeOfVoices(recognizer);
  const { labels } = recognizer;
  if (!neutral || labels.includes("neutral")) return;
  throw new ParameterError(
    `the model has no label "neutral" (but ${labels.join(", ")}), so no recording is known to be; let others be heard, e.g. --heard 3`,
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
   * @throws InputError `voice_reference_missing` when the model was not taught to know voices
   */
  static async of(recognizer: Recognizer, examples: readonly Example[]): Promise<VoicesOfExamples> {
    requireKnowledgeOfVoices(recognizer);
    const { network } = recognizer.metadata;
    return new VoicesOfExamples(recognizer, examples, await measureClips(clipsOf(examples), network, { threads: 1 }));
  }

  /**
   * The answers to all examples, in their order: see `answerExamples`. A voice without another recording stays a stranger.
   *
   * @throws as {@link requireUseOf}
   */
  async answers(
    { recordings, neutral }: HeardBefore,
    onProgress?: (done: number, total: number) => void,
  ): Promise<HeardAnswers> {
    requireUseOf({ recordings, neutral }, this.#recognizer);
    const { labels } = this.#recognizer;
    let [fewer, strangers] = [0, 0];
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
        if (heard.length === 0) strangers += asked.length;
        else if (heard.length < recordings && recordings < Infinity) fewer += asked.length;
        for (const answer of await this.#ask(asked, heard)) answers.set(answer.id, answer);
        onProgress?.(answers.size, this.#examples.length);
      }
    }
    return { answers: this.#examples.map(({ utterance }) => answers.get(utterance.id)!), fewer, strangers };
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
