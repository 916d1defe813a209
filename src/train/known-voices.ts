import { epochExamples, type Example, type Plan } from "../dataset/index.ts";
import { parseLabelMap } from "../emotions.ts";
import { fitVoiceBranch, type VoiceSamples } from "../fit/index.ts";
import { groupBy } from "../grouping.ts";
import { voiceOffset, withVoices, type Model, type VoiceBranch, type VoiceReference } from "../model/index.ts";
import type { Random } from "../random.ts";
import type { Measures } from "./measures.ts";
import { meanOf, spreadAbout, type Row } from "./row-statistics.ts";
import { sessionOptions } from "./settings.ts";
import { trainingClips } from "./training-clips.ts";

/** By so many recordings a voice is half believed. */
const PRIOR = 2;

/** The most recordings that a voice is known by in training. */
const MOST_HEARD = 60;

/** The share of voices that are known by neutral recordings alone. */
const NEUTRAL = 0.5;

/** A branch for voices that was taught, and what it was taught against. */
export interface TaughtVoices {
  /** Its parameters. */
  readonly branch: VoiceBranch;
  /** What voices are measured against; its last layer comes with `withVoices`. */
  readonly reference: Omit<VoiceReference, "head">;
}

/** What {@link teachVoices} may be told. */
export interface TeachVoicesOptions {
  readonly signal?: AbortSignal;
  /** After every step. */
  readonly onStep?: (done: number, total: number) => void;
}

/** Whether there is a branch for voices to teach, and a voice with two recordings to teach it. */
export function canTeachVoices({ network, train }: Plan): boolean {
  const voices = groupBy(train, ({ utterance }) => utterance.speaker);
  return network.functionals !== undefined && [...voices.values()].some(({ length }) => length > 1);
}

/**
 * Teaches a branch for voices that have been heard before: what a recording measures less what others of its voice do, to
 * all degrees of acquaintance. It is taught apart from the rest of the network, which it leaves as it is.
 *
 * Source: normalisation by the speaker is old in the field (Schuller et al. 2010).
 *
 * @param measures of the training part and its copies
 * @returns undefined when the signal ended it
 */
export async function teachVoices(
  plan: Plan,
  measures: Measures,
  { signal, onStep }: TeachVoicesOptions = {},
): Promise<TaughtVoices | undefined> {
  const all = [...plan.train, ...plan.copies];
  const voices = new KnownVoices(plan, measures);
  const samples = (epoch: number): VoiceSamples => {
    const examples = epochExamples(plan, plan.copies, epoch);
    const labelled = trainingClips(plan, examples, all);
    return {
      length: examples.length,
      measures: (i, random) => voices.draw(examples[i]!, random),
      label: (i) => labelled.label(i),
      weight: (i) => labelled.weight?.(i) ?? 1,
    };
  };
  const options = { seed: plan.config.seed, ...(signal && { signal }), ...(onStep && { onStep }) };
  const branch = await fitVoiceBranch(plan.network, samples, options, sessionOptions(plan.config));
  return branch && { branch, reference: voices.reference };
}

/**
 * A model with the branch that {@link teachVoices} taught on its training part. Its answers stay what they were; profiles
 * of voices have to be made anew, and no reference of neutral voices is needed.
 */
export function withTaughtVoices(model: Model, { branch, reference }: TaughtVoices): Model {
  const { head, network, ...numbers } = withVoices(model.metadata.network, model, branch);
  const { neutralReference: _, ...metadata } = model.metadata;
  return { ...model, ...numbers, metadata: { ...metadata, network, voiceReference: { ...reference, head } } };
}

/** The voices of a training part, as their recordings measure. */
export class KnownVoices {
  /** What recordings measure on average. */
  readonly reference: Omit<VoiceReference, "head">;
  readonly #neutral: number;
  readonly #measures: Measures;
  readonly #voices: ReadonlyMap<string, readonly Example[]>;

  /** @param measures of the training part and its copies */
  constructor({ config, train }: Plan, measures: Measures) {
    this.#neutral = parseLabelMap(config.labels).labels.indexOf("neutral");
    this.#measures = measures;
    this.#voices = groupBy(measures.keys(), voiceOf);
    const mean = meanOf(train.map((example) => this.#measures.get(example)!)).map(rounded);
    const speakers = new Set(train.map(({ utterance }) => utterance.speaker)).size;
    const variances = varianceOf(train, (example) => this.#measures.get(example)!);
    this.reference = { mean, prior: PRIOR, ...variances, recordings: train.length, speakers };
  }

  /**
   * What `example` measures less its voice's offset, as 1 to {@link MOST_HEARD} of its other recordings tell, drawn: of all
   * emotions or, half of the time and where there are any, neutral ones. A copy's voice is heard in copies of the same kind.
   */
  draw(example: Example, random: Random): Float32Array {
    const onlyNeutral = random.uniform() < NEUTRAL;
    const all = (this.#voices.get(voiceOf(example)) ?? []).filter(
      ({ utterance }) => utterance.id !== example.utterance.id,
    );
    const neutral = onlyNeutral ? all.filter(({ label }) => label === this.#neutral) : [];
    const others = neutral.length > 0 ? neutral : all;
    const count = Math.min(others.length, Math.round(MOST_HEARD ** random.uniform()));
    const heard = new Set<Example>();
    while (heard.size < count) heard.add(others[random.integer(others.length)]!);
    const measures = [...heard].map((each) => this.#measures.get(each)!);
    const offset = voiceOffset(measures, this.reference);
    return this.#measures.get(example)!.map((value, k) => value - offset[k]!);
  }
}

/** A speaker as a room and a channel let him be heard. */
function voiceOf({ utterance, augmentation }: Example): string {
  return `${utterance.speaker} ${augmentation?.operation ?? "as recorded"}`;
}

/** Means of the corpora, and how voices lie about them and recordings about those, by measure. */
function varianceOf(
  train: readonly Example[],
  of: (example: Example) => Row,
): Pick<VoiceReference, "corpora" | "between" | "within"> {
  const within: Float64Array[] = [];
  const between: Float64Array[] = [];
  const corpora = [...groupBy(train, ({ utterance }) => utterance.corpus)].map(([name, own]) => {
    const voices = [...groupBy(own, ({ utterance }) => utterance.speaker).values()].map((each) => each.map(of));
    const means = voices.map(meanOf);
    for (const [v, recordings] of voices.entries()) within.push(spreadAbout(means[v]!, recordings, recordings.length));
    const mean = meanOf(means);
    if (voices.length > 1) between.push(spreadAbout(mean, means, voices.length - 1));
    return { name, mean: mean.map(rounded), voices: voices.length };
  });
  const about = meanOf(within).map((value) => rounded(value + 1e-6));
  return { corpora, within: about, between: between.length === 0 ? about : meanOf(between).map(rounded) };
}

const rounded = (value: number): number => Number(value.toPrecision(7));
