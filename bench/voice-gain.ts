import path from "node:path";
import { readAudio } from "../src/audio/read-audio.node.ts";
import type { Waveform } from "../src/audio/index.ts";
import { partOf, type Split } from "../src/corpora/index.ts";
import { labelOf } from "../src/emotions.ts";
import { InputError } from "../src/errors.ts";
import { answerExamples } from "../src/evaluate/index.ts";
import { groupBy } from "../src/grouping.ts";
import { type Interval, outcomesOf, percentileInterval, scores } from "../src/metrics/index.ts";
import { encodeModel, type Model } from "../src/model/index.ts";
import { readModelFile } from "../src/model/files.node.ts";
import { Random } from "../src/random.ts";
import { calibrateVoice, Recognizer } from "../src/recognize/index.ts";
import { type Example, loadDataset, neutralReference } from "../src/train/index.ts";
import { corpora } from "./bar.ts";

/** Times that each speaker's calibration recordings are drawn. */
const DRAWS = 3;
/** Neutral recordings that calibrate; clips of 2 to 4 s. */
const NEUTRAL = 3;
/** A speaker with fewer recordings is left out. */
const LEAST_RECORDINGS = 50;

/** What is known of a voice: neutral recordings, clips of all emotions with their labels or without. */
export const VARIANTS = [
  { name: "3 neutral recordings", neutral: true, clips: "none", of: 10 },
  { name: "10 recordings without labels", neutral: false, clips: "unlabelled", of: 10 },
  { name: "10 labelled clips", neutral: false, clips: "labelled", of: 10 },
  { name: "3 neutral recordings and 10 labelled clips", neutral: true, clips: "labelled", of: 10 },
  { name: "30 labelled clips", neutral: false, clips: "labelled", of: 30 },
] as const;

/** UAR of one speaker, 0 … 1, the mean of the draws. */
export interface SpeakerGain {
  readonly corpus: string;
  readonly speaker: string;
  /** By variant: without the voice and with it, on the same recordings. */
  readonly uar: Readonly<Record<string, { readonly before: number; readonly after: number }>>;
}

/** Training's neutral recordings, where the model wants a reference of them, and the test part; TESS has no unseen speaker to test on. */
async function recordings({ metadata }: Model): Promise<{ neutral: readonly Example[]; test: readonly Example[] }> {
  const wanted = metadata.voiceReference === undefined && metadata.neutralReference === undefined;
  const split = metadata.split as Split;
  const { examples } = await loadDataset({
    sources: corpora,
    labels: metadata.labels,
    featureSet: metadata.featureSet,
    only: (u) =>
      partOf(split, u) === "train"
        ? wanted && labelOf(metadata.labels, u.emotion) === "neutral"
        : u.corpus !== "tess" && partOf(split, u) === "test",
  });
  const part = (name: string): Example[] => examples.filter(({ utterance }) => partOf(split, utterance) === name);
  return { neutral: part("train"), test: part("test") };
}

/** Up to `count` of `examples`, of each label as many as there are, in turn. */
function draw(examples: readonly Example[], count: number, random: Random): Example[] {
  const byLabel = [...groupBy(random.shuffle([...examples]), ({ label }) => label).values()];
  const order = random.shuffle(byLabel);
  const chosen: Example[] = [];
  for (let turn = 0; chosen.length < count && order.some((list) => list.length > turn); turn++) {
    for (const list of order) if (list[turn] !== undefined && chosen.length < count) chosen.push(list[turn]!);
  }
  return chosen;
}

/** Of what the recogniser answers for these recordings. */
async function uarOf(recognizer: Recognizer, examples: readonly Example[]): Promise<number> {
  const { labels } = recognizer;
  const answers = await answerExamples(recognizer, examples);
  const predicted = outcomesOf(labels, answers).map((outcome) => labels[outcome.predicted]!);
  return scores(
    labels,
    answers.map(({ truth }) => truth),
    predicted,
  ).uar;
}

/** UAR without a voice and with it. */
type Gains = Record<string, { before: number; after: number }>;

/**
 * One draw of a speaker's recordings to calibrate by `calibrateVoice`; the rest is tested on.
 *
 * @throws InputError `voice_too_little` when no speech is heard in one of them
 */
async function drawnGains(recognizer: Recognizer, own: readonly Example[], random: Random): Promise<Gains> {
  const neutral = recognizer.labels.indexOf("neutral");
  const heard = (examples: readonly Example[]): Promise<Waveform[]> =>
    Promise.all(examples.map(({ utterance }) => readAudio(utterance.path)));
  const calm = draw(
    own.filter(({ label }) => label === neutral),
    NEUTRAL,
    random,
  );
  const gains: Gains = {};
  for (const count of [10, 30]) {
    const clips = draw(
      own.filter((each) => !calm.includes(each)),
      count,
      random,
    );
    // Neither is tested on, in any variant: all are compared on the same recordings.
    const rest = own.filter((each) => !calm.includes(each) && !clips.includes(each));
    const before = await uarOf(recognizer, rest);
    const waveforms = await heard(clips);
    const labelled = waveforms.map((waveform, i) => ({ waveform, emotion: recognizer.labels[clips[i]!.label]! }));
    const calmVoice = await heard(calm);
    for (const variant of VARIANTS.filter(({ of }) => of === count)) {
      const voice = await calibrateVoice(recognizer, {
        neutral: variant.neutral ? calmVoice : [],
        speech: variant.clips === "unlabelled" ? waveforms : [],
        clips: variant.clips === "labelled" ? labelled : [],
      });
      await using mine = await recognizer.withVoice(voice);
      gains[variant.name] = { before, after: await uarOf(mine, rest) };
    }
  }
  return gains;
}

/** One speaker of the test part, the mean of the draws; one in which a recording is without speech is drawn anew. */
async function speakerGain(recognizer: Recognizer, own: readonly Example[]): Promise<SpeakerGain> {
  const { corpus, speaker } = own[0]!.utterance;
  const draws: Gains[] = [];
  for (let d = 0; draws.length < DRAWS && d < 4 * DRAWS; d++) {
    const drawn = await drawnGains(recognizer, own, new Random(d, "voice", corpus, speaker)).catch((error: unknown) => {
      if (error instanceof InputError && error.code === "voice_too_little") return null;
      throw error;
    });
    if (drawn) draws.push(drawn);
  }
  if (draws.length === 0) throw new Error(`${corpus} ${speaker}: no draw has speech in all of its recordings`);
  const mean = (variant: string, when: "before" | "after"): number =>
    draws.reduce((sum, gains) => sum + gains[variant]![when] / draws.length, 0);
  const uar = VARIANTS.map(({ name }) => [name, { before: mean(name, "before"), after: mean(name, "after") }] as const);
  return { corpus, speaker, uar: Object.fromEntries(uar) };
}

/**
 * What calibration gains on every speaker whom the models never met. A model without a reference of neutral voices is given
 * that of its training part, as `ser train` would.
 *
 * @param files models, corpora are taken from SER_DATA
 */
export async function voiceGains(files: readonly string[]): Promise<SpeakerGain[]> {
  const gains: SpeakerGain[] = [];
  for (const file of files) {
    const { model } = await readModelFile(file);
    const { neutral, test } = await recordings(model);
    const { neutralReference: own, voiceReference } = model.metadata;
    const reference = voiceReference ? own : (own ?? neutralReference(neutral, model.metadata.labels));
    const metadata = { ...model.metadata, ...(reference && { neutralReference: reference }) };
    await using recognizer = await Recognizer.load(await encodeModel({ ...model, metadata }));
    const speakers = groupBy(test, ({ utterance }) => `${utterance.corpus} ${utterance.speaker}`);
    for (const [name, own] of speakers) {
      if (own.length < LEAST_RECORDINGS) continue;
      const started = performance.now();
      gains.push(await speakerGain(recognizer, own));
      const seconds = (performance.now() - started) / 1000;
      process.stderr.write(`${path.basename(file)} ${name}: ${seconds.toFixed(0)} s\n`);
    }
  }
  return gains;
}

/** A gain in points, with its 95 % interval. */
export interface Gain {
  readonly speakers: number;
  /** UAR in per cent, the mean over speakers. */
  readonly before: number;
  readonly after: number;
  readonly interval: Interval;
}

/**
 * The mean over speakers of one variant; a speaker whom several models never met counts once. Intervals by the percentile
 * bootstrap over speakers within each corpus, 2,000 resamples.
 */
export function meanGain(gains: readonly SpeakerGain[], variant: string): Gain {
  const bySpeaker = [...groupBy(gains, ({ corpus, speaker }) => `${corpus} ${speaker}`).values()].map((same) => {
    const mean = (when: "before" | "after"): number =>
      (100 / same.length) * same.reduce((sum, { uar }) => sum + uar[variant]![when], 0);
    return { corpus: same[0]!.corpus, before: mean("before"), after: mean("after") };
  });
  const strata = [...groupBy(bySpeaker, ({ corpus }) => corpus).values()];
  const random = new Random(1, "voice gain");
  const resamples = new Float64Array(strata.some(({ length }) => length > 1) ? 2000 : 0).map(() => {
    const drawn = strata.flatMap((own) => own.map(() => own[random.integer(own.length)]!));
    return drawn.reduce((sum, { before, after }) => sum + (after - before) / drawn.length, 0);
  });
  const mean = (when: "before" | "after"): number =>
    bySpeaker.reduce((sum, each) => sum + each[when] / bySpeaker.length, 0);
  return {
    speakers: bySpeaker.length,
    before: mean("before"),
    after: mean("after"),
    interval: percentileInterval(resamples),
  };
}
