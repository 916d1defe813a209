import type { Waveform } from "../audio/index.ts";
import { labelOf } from "../emotions.ts";
import { InputError, ParameterError, SpeechEmotionError } from "../errors.ts";
import { fineTuneHead, measureClips } from "../fit/index.ts";
import { columnMeans, type Matrix } from "../matrix.ts";
import { encodeHidden, fingerprint } from "../model/index.ts";
import { didYouMean } from "../nearest.ts";
import { Session } from "../runtime/index.ts";
import { clipWindows } from "./clip-windows.ts";
import type { Recognizer } from "./recognizer.ts";
import { runNetwork } from "./run-network.ts";
import { LEAST_CLIPS, LEAST_NEUTRAL_SECONDS } from "./voice-limits.ts";
import { baselineOf, headOf, hearing, VOICE_FORMAT, type Baseline, type VoiceProfile } from "./voice-profile.ts";

/** A recording, and what messages call it: its path. */
export interface VoiceRecording extends Waveform {
  readonly name?: string;
}

/** A recording of the voice in an emotion. */
export interface LabelledClip {
  readonly waveform: Waveform;
  /** A label of the model, or an emotion that it counts as one ("calm" as "neutral"). */
  readonly emotion: string;
  /** What messages call it: its path. */
  readonly name?: string;
}

/** What is known of a voice: neutral recordings, other ones, labelled clips; any of them, or all. */
export interface VoiceRecordings {
  /** The voice as it speaks without emotion, three seconds of speech or more. */
  readonly neutral?: readonly VoiceRecording[];
  /** The voice as it happened to speak, in whatever moods; for models that were taught to know voices. */
  readonly speech?: readonly VoiceRecording[];
  /** 5 to 30 clips of two or more emotions, about as many of each. */
  readonly clips?: readonly LabelledClip[];
}

/** Options of {@link calibrateVoice}. The defaults are those whose gain docs/voice-calibration.md tells. */
export interface CalibrateVoiceOptions {
  /** Of a model that was not taught to know voices: how much of the way from the voice's neutral mean to the model's the features are moved, 0 … 1; default 0.5. */
  readonly share?: number;
  /** What holds the last layer near the model's: see `fineTuneHead`; default 3 / clips. */
  readonly anchor?: number;
  /** How many recordings have been heard of all. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the work with a `SpeechEmotionError` `aborted`. */
  readonly signal?: AbortSignal;
}

/** The speech in a recording, as recognition cuts it into windows. */
interface Heard {
  readonly windows: readonly Matrix[];
  /** By window, in seconds. */
  readonly weights: readonly number[];
}

/**
 * Calibrates to a voice, in seconds, on the user's own machine. All recordings together tell how the voice differs from the
 * mean voice of training (see `voiceOffset`): a model that was taught to know voices hears what remains. Of one that was
 * not, neutral recordings move the feature columns part of the way to the neutral mean of its training's voices. Labelled
 * clips teach the network's last layer as well, heard so. Recordings go through the gate, windows and features of recognition.
 *
 * ```ts
 * const voice = await calibrateVoice(recognizer, { neutral: [await readAudio("me.wav")] });
 * const mine = await recognizer.withVoice(voice);
 * ```
 *
 * @param recognizer of the model; a voice that it expects already plays no part
 * @throws InputError `voice_too_little` when there is too little speech, or fewer than 5 clips or 2 emotions;
 *   `neutral_reference_missing` when the model cannot use neutral recordings, `voice_reference_missing` when it cannot use
 *   other ones without labels
 * @throws ParameterError for an emotion that the model has no label for, or an option that breaks its rule
 */
export async function calibrateVoice(
  recognizer: Recognizer,
  { neutral = [], speech = [], clips = [] }: VoiceRecordings,
  { share = 0.5, anchor = 3 / clips.length, onProgress, signal }: CalibrateVoiceOptions = {},
): Promise<VoiceProfile> {
  if (!(share >= 0 && share <= 1)) throw new ParameterError(`calibrateVoice: share=${share} must be in 0 … 1`);
  if (clips.length > 0 && !(anchor >= 0 && anchor < Infinity)) {
    throw new ParameterError(`calibrateVoice: anchor=${anchor} must be a number, at least 0`);
  }
  const { model, metadata } = recognizer;
  if (neutral.length > 0) requireReference(recognizer);
  if (speech.length > 0) requireKnowledgeOfVoices(recognizer);
  const labels = labelsOf(recognizer, clips);
  const total = neutral.length + speech.length + clips.length;
  if (total === 0) {
    throw new ParameterError(
      "calibrateVoice: there is nothing to calibrate with; give neutral recordings, other speech, or clips",
    );
  }
  let done = 0;
  const hear = (waveform: Waveform, name: string): Heard => {
    if (signal?.aborted === true) throw new SpeechEmotionError("aborted", "calibrateVoice: aborted");
    const heard = [...clipWindows(recognizer, waveform)];
    onProgress?.(++done, total);
    if (heard.length === 0) {
      throw new InputError("voice_too_little", `${name}: there is no speech in it; record it again or leave it out`);
    }
    return { windows: heard.map(({ features }) => features), weights: heard.map(({ weight }) => weight) };
  };
  const calm = neutral.map((each, i) => hear(each, each.name ?? `neutral recording ${i + 1}`));
  const other = speech.map((each, i) => hear(each, each.name ?? `recording ${i + 1}`));
  const taught = clips.map(({ waveform, name, emotion }, i) => hear(waveform, name ?? `clip ${i + 1} (${emotion})`));
  if (neutral.length + speech.length > 0) requireEnough([...calm, ...other], speech.length === 0);
  const knows = metadata.voiceReference !== undefined;
  const heard = knows ? [...calm, ...other, ...taught] : calm;
  const baseline =
    heard.length === 0
      ? null
      : knows
        ? await known(recognizer, heard)
        : { shift: neutralShift(recognizer, heard, share) };
  const head = clips.length === 0 ? null : await teach(recognizer, taught, labels, baseline, anchor);
  const unlabelled = { recordings: neutral.length + speech.length, seconds: secondsOf([...calm, ...other]) };
  return {
    ...(await profileOf(recognizer, baseline, unlabelled)),
    head: head && {
      weights: headOf(model, head),
      clips: clips.length,
      seconds: secondsOf(taught),
      labels: Object.fromEntries(
        recognizer.labels.map((label, l) => [label, labels.filter((own) => own === l).length]),
      ),
    },
  };
}

/**
 * A voice by recordings without labels that have been measured already, for a model that was taught to know voices.
 *
 * @param measures of each, shape (N), at least one: what the graph of `measureGraph` says of it
 * @param seconds of speech in them, at least 0, in seconds
 * @throws as {@link requireKnowledgeOfVoices}
 */
export async function recordedVoice(
  recognizer: Recognizer,
  measures: readonly Float32Array[],
  seconds: number,
): Promise<VoiceProfile> {
  requireKnowledgeOfVoices(recognizer);
  const baseline = baselineOf(measures, recognizer.metadata.voiceReference!);
  return profileOf(recognizer, baseline, { recordings: measures.length, seconds });
}

/** A profile without labelled clips. */
async function profileOf(
  { model, metadata }: Recognizer,
  baseline: Baseline | null,
  unlabelled: { readonly recordings: number; readonly seconds: number },
): Promise<VoiceProfile> {
  return {
    kind: "speech-emotion/voice",
    version: VOICE_FORMAT,
    model: await fingerprint(model),
    featureSet: metadata.featureSet,
    baseline: baseline && { ...baseline, shift: [...baseline.shift], ...unlabelled },
    head: null,
    created: new Date().toISOString(),
  };
}

/**
 * Refuses a model that can make nothing of recordings of a voice without labels.
 *
 * @throws InputError `voice_reference_missing` with what to do instead
 */
export function requireKnowledgeOfVoices({ metadata }: Recognizer): void {
  if (metadata.voiceReference) return;
  throw new InputError(
    "voice_reference_missing",
    "the model was not taught to know voices, so recordings without labels tell it nothing of them; leave them out (neutral recordings or " +
      'labelled clips calibrate it all the same), or train another with "ser train --preset default"',
  );
}

/** @throws InputError `voice_too_little` */
function requireEnough(heard: readonly Heard[], neutral: boolean): void {
  const seconds = secondsOf(heard);
  if (seconds >= LEAST_NEUTRAL_SECONDS) return;
  throw new InputError(
    "voice_too_little",
    `the ${neutral ? "neutral " : ""}recordings have ${seconds.toFixed(1)} s of speech, at least ${LEAST_NEUTRAL_SECONDS} are needed; ` +
      "record two or three sentences in your everyday voice, with the microphone that you will use",
  );
}

/** @throws InputError `neutral_reference_missing` with the way to one */
function requireReference({ metadata, labels }: Recognizer): void {
  if (metadata.neutralReference || metadata.voiceReference) return;
  throw new InputError(
    "neutral_reference_missing",
    labels.includes("neutral")
      ? "the model does not say what neutral voices are like, so neutral recordings cannot calibrate it: it was trained before models did; " +
          'train it again with "ser train", or calibrate with labelled clips'
      : `the model has no label "neutral" (but ${labels.join(", ")}), so neutral recordings cannot calibrate it; calibrate with labelled clips`,
  );
}

/** The index of each clip's label, checked: enough clips, of enough labels. */
function labelsOf({ metadata, labels }: Recognizer, clips: readonly LabelledClip[]): number[] {
  const indices = clips.map(({ emotion, name }, i) => {
    const label = labelOf(metadata.labels, emotion);
    if (label !== undefined) return labels.indexOf(label);
    throw new ParameterError(
      `${name ?? `clip ${i + 1}`}: the model has no label "${emotion}"${didYouMean(emotion, labels)}; it has ${labels.join(", ")}`,
    );
  });
  if (clips.length === 0) return indices;
  const given = [...new Set(indices)].map((index) => labels[index]!);
  const counted = `${clips.length} labelled ${clips.length === 1 ? "clip" : "clips"} of ${given.join(", ")}`;
  const advice = `record one or two sentences in each of ${labels.join(", ")}, 5 to 30 clips in all`;
  if (clips.length < LEAST_CLIPS) {
    throw new InputError("voice_too_little", `${counted}: at least ${LEAST_CLIPS} are needed; ${advice}`);
  }
  if (given.length < 2) {
    throw new InputError("voice_too_little", `${counted}: at least 2 emotions are needed; ${advice}`);
  }
  return indices;
}

/** What takes the voice off what is heard, and how far the branch that hears what remains is to be heeded. */
async function known({ metadata }: Recognizer, heard: readonly Heard[]): Promise<Baseline> {
  const { network, voiceReference } = metadata;
  const windows = heard.flatMap((each) => each.windows);
  const clips = { length: windows.length, features: (i: number) => windows[i]!.data };
  return baselineOf(await measureClips(clips, network, { threads: 1 }), voiceReference!);
}

/** Part of the way from the mean of the voice's neutral frames to the model's reference, by column. */
function neutralShift({ metadata }: Recognizer, heard: readonly Heard[], share: number): Float32Array {
  const own = columnMeans(heard.flatMap(({ windows }) => windows));
  return Float32Array.from(metadata.neutralReference!.mean, (mean, c) => share * (mean - own[c]!));
}

/** The model's weights with a last layer that knows these clips; one of several windows is their mean by length. */
async function teach(
  { model, metadata: { network } }: Recognizer,
  heard: readonly Heard[],
  labels: readonly number[],
  baseline: Baseline | null,
  anchor: number,
): Promise<Float32Array> {
  const { shift, ...heardBy } = hearing(model, baseline);
  const hearer = {
    ...model,
    statistics: heardBy.statistics ?? model.statistics,
    weights: heardBy.weights ?? model.weights,
  };
  const session = await Session.create(encodeHidden(hearer), { threads: 1 });
  const windows = heard.flatMap((clip) => clip.windows);
  const rows = await runNetwork(session, network, windows, shift).finally(() => session.release());
  const units = rows.length / windows.length;
  const hidden = new Float32Array(heard.length * units);
  const targets = new Float32Array(heard.length * network.labels);
  let row = 0;
  for (const [n, { weights }] of heard.entries()) {
    const total = weights.reduce((a, b) => a + b);
    for (const weight of weights) {
      for (let u = 0; u < units; u++) hidden[n * units + u]! += (weight / total) * rows[row * units + u]!;
      row++;
    }
    targets[n * network.labels + labels[n]!] = 1;
  }
  return fineTuneHead(hearer, hidden, targets, { steps: 150, learningRate: 0.01, anchor });
}

/** Speech in all of them, to the millisecond. */
function secondsOf(heard: readonly Heard[]): number {
  const sum = heard.flatMap(({ weights }) => weights).reduce((a, b) => a + b, 0);
  return Math.round(1000 * sum) / 1000;
}
