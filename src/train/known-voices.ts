import { clipsOf, type Example, type Plan } from "../dataset/index.ts";
import { parseLabelMap } from "../emotions.ts";
import { measureClips } from "../fit/index.ts";
import { groupBy } from "../grouping.ts";
import { voiceOffset, type VoiceReference } from "../model/index.ts";
import type { Random } from "../random.ts";
import { parseDevice } from "../runtime/index.ts";

/** By so many recordings a voice is half believed. */
const PRIOR = 2;

/** The most recordings that a voice is known by in training. */
const MOST_HEARD = 60;

/** Of voices that are known, the share known by neutral recordings alone. */
const NEUTRAL = 0.5;

/**
 * The voices of a training part, as their recordings measure: what a network is told that is to make use of a voice that it
 * has heard before, be it in a few neutral sentences or in whatever was said.
 *
 * Source: normalisation by the speaker is old in the field (Schuller et al. 2010); here the voice is known to all degrees,
 * none among them, so that one network serves strangers and acquaintances.
 */
export class KnownVoices {
  /** What recordings measure on average. */
  readonly reference: VoiceReference;
  readonly #share: number;
  readonly #neutral: number;
  readonly #measures: ReadonlyMap<Example, Float32Array>;
  readonly #voices: ReadonlyMap<string, readonly Example[]>;

  private constructor(plan: Plan, all: readonly Example[], measures: readonly Float32Array[]) {
    const { config, train } = plan;
    this.#share = config.knownVoices;
    this.#neutral = parseLabelMap(config.labels).labels.indexOf("neutral");
    this.#measures = new Map(all.map((example, i) => [example, measures[i]!]));
    this.#voices = groupBy(all, voiceOf);
    const mean = meanOf(train.map((example) => this.#measures.get(example)!));
    const speakers = new Set(train.map(({ utterance }) => utterance.speaker)).size;
    this.reference = { mean, prior: PRIOR, recordings: train.length, speakers };
  }

  /** Measures the recordings of the training part and their copies. */
  static async of(plan: Plan): Promise<KnownVoices> {
    const { threads, device } = plan.config;
    const all = [...plan.train, ...plan.copies];
    const session = { device: parseDevice(device), ...(threads > 0 && { threads }) };
    return new KnownVoices(plan, all, await measureClips(clipsOf(all), plan.network, session));
  }

  /**
   * How the voice of `example` differs from the mean voice, as 1 to {@link MOST_HEARD} of its other recordings tell, drawn:
   * of all emotions or neutral ones; undefined where it stays unknown. A copy's voice is heard in copies of the same kind.
   */
  draw(example: Example, random: Random): Float32Array | undefined {
    if (random.uniform() >= this.#share) return undefined;
    const onlyNeutral = random.uniform() < NEUTRAL;
    const others = (this.#voices.get(voiceOf(example)) ?? []).filter(
      ({ utterance, label }) => utterance.id !== example.utterance.id && (!onlyNeutral || label === this.#neutral),
    );
    const count = Math.min(others.length, Math.round(MOST_HEARD ** random.uniform()));
    if (count === 0) return undefined;
    const drawn = new Set<Example>();
    while (drawn.size < count) drawn.add(others[random.integer(others.length)]!);
    return voiceOffset(
      [...drawn].map((each) => this.#measures.get(each)!),
      this.reference,
    );
  }
}

/** A speaker as a room and a channel let him be heard. */
function voiceOf({ utterance, augmentation }: Example): string {
  return `${utterance.speaker} ${augmentation?.operation ?? "as recorded"}`;
}

function meanOf(measures: readonly Float32Array[]): number[] {
  const sums = new Float64Array(measures[0]!.length);
  for (const each of measures) for (let k = 0; k < sums.length; k++) sums[k]! += each[k]!;
  return Array.from(sums, (sum) => Number((sum / measures.length).toPrecision(7)));
}
