import { floatsOf, fromBase64, toBase64 } from "../bytes.ts";
import { InputError } from "../errors.ts";
import {
  fingerprint,
  foreignness,
  functionalsCount,
  HEAD,
  layoutOf,
  statisticsOfVoice,
  voiceOffset,
  voiceShare,
  voiceTemperature,
  weightsOfVoice,
  type Model,
  type VoiceReference,
} from "../model/index.ts";

/** The version of the profile; a reader refuses a newer one. */
export const VOICE_FORMAT = 2;

/**
 * What a model knows of one voice: plain JSON of a few kilobytes, kept where the user likes, gone when it is deleted. No
 * sound is in it, and none can be made of it. From `calibrateVoice`; a recogniser takes it as `voice`.
 */
export interface VoiceProfile {
  readonly kind: "speech-emotion/voice";
  /** Of the format: 2; a profile of an older one is read as one of 2. */
  readonly version: number;
  /** The model that it belongs to: its fingerprint, SHA-256 in hexadecimal. */
  readonly model: string;
  /** The front end of that model. */
  readonly featureSet: string;
  /**
   * What all recordings tell; null where the model can make nothing of them.
   */
  readonly baseline: {
    /**
     * What is added to what is heard, in its units: to each feature column, shape (columns); of a model with a branch for voices to
     * each measure of that, shape (N).
     */
    readonly shift: readonly number[];
    /** Of a model with a branch for voices: that branch's part in the answers, 0 … 1. */
    readonly share?: number;
    /** Of such a model: what its logits are divided by, positive; where it is not told, as for a voice that is well known. */
    readonly temperature?: number;
    /** Recordings without labels; the clips of `head` may be heard besides. */
    readonly recordings: number;
    /** Of speech in them. */
    readonly seconds: number;
  } | null;
  /** From labelled clips; null without any. */
  readonly head: {
    /** The last layer: kernel (units × labels) row-major, then bias (labels), float32 little-endian in base64. */
    readonly weights: string;
    readonly clips: number;
    /** Of speech in them. */
    readonly seconds: number;
    /** How many clips were of each label. */
    readonly labels: Readonly<Record<string, number>>;
  } | null;
  /** When it was made, ISO 8601. */
  readonly created: string;
}

/** What a voice changes in a model; null: nothing. */
export interface Adaptation {
  /** Added to every frame of features, shape (columns). */
  readonly shift: Float32Array | null;
  /** All statistics of the model, moved by what the voice measures. */
  readonly statistics: Float32Array | null;
  /** All weights of the model, those of its last layer other ones. */
  readonly weights: Float32Array | null;
}

/** The last layer of a model's weights as a profile holds it. */
export function headOf({ metadata }: Model, weights: Float32Array): string {
  const layout = layoutOf(metadata.network).weights;
  const head = Float32Array.from([...layout.view(weights, `${HEAD}/kernel`), ...layout.view(weights, `${HEAD}/bias`)]);
  return toBase64(new Uint8Array(head.buffer));
}

/**
 * What `voice` changes in `model`.
 *
 * @throws InputError `voice_mismatch` when it belongs to another model, `voice_invalid` when its numbers are not as many
 */
export async function adaptationOf(model: Model, voice: VoiceProfile): Promise<Adaptation> {
  if (voice.model !== (await fingerprint(model))) {
    throw new InputError(
      "voice_mismatch",
      `the voice profile of ${voice.created} belongs to another model (of ${voice.featureSet}); calibrate the voice to this one, ` +
        'e.g. with "ser calibrate", or use it with its own',
    );
  }
  const { network, voiceReference } = model.metadata;
  const { shift, share, temperature } = voice.baseline ?? { shift: null };
  const count = voiceReference ? functionalsCount(network) : network.features;
  if (shift && shift.length !== count) {
    throw invalid(
      "voice",
      `its shift has ${shift.length} numbers, the model has ${count} ${voiceReference ? "measures" : "columns"}`,
    );
  }
  if (shift && voiceReference && share === undefined) {
    throw invalid("voice", "it does not say which share the branch for voices has in the answers");
  }
  const heeded = share !== undefined && { share, temperature: temperature ?? voiceTemperature(share, Infinity) };
  const heard = hearing(model, shift && { shift: Float32Array.from(shift), ...heeded });
  const head = voice.head && floatsOf(fromBase64(voice.head.weights));
  return { ...heard, weights: head ? weightsWith(model, head) : heard.weights };
}

/** What recordings tell a model without a branch for voices. */
interface FrameBaseline {
  /** Added to every frame, shape (columns). */
  readonly shift: Float32Array;
}

/** What recordings tell a model with a branch for voices. */
export interface VoiceBaseline {
  /** Added to what a clip measures, shape (N). */
  readonly shift: Float32Array;
  /** That branch's part in the answers, 0 … 1. */
  readonly share: number;
  /** What the logits are divided by, positive. */
  readonly temperature: number;
}

/** What recordings tell of a voice, as a profile holds it. */
export type Baseline = FrameBaseline | VoiceBaseline;

/**
 * What recordings tell a model with a branch for voices.
 *
 * @param measures of n windows of the voice, at least one, each (N)
 */
export function baselineOf(measures: readonly Float32Array[], reference: VoiceReference): VoiceBaseline {
  const offset = voiceOffset(measures, reference);
  const share = voiceShare(foreignness(measures, reference));
  return { shift: offset.map((value) => -value), share, temperature: voiceTemperature(share, measures.length) };
}

/** How a model hears a voice with that baseline: by frames that are shifted, or by its branch for voices, in a last layer that heeds it. */
export function hearing(model: Model, baseline: Baseline | null): Adaptation {
  const { network, voiceReference } = model.metadata;
  if (baseline === null || voiceReference === undefined || !("share" in baseline)) {
    return { shift: baseline?.shift ?? null, statistics: null, weights: null };
  }
  const { share, temperature } = baseline;
  const offset = baseline.shift.map((value) => -value);
  return {
    shift: null,
    statistics: statisticsOfVoice(network, model.statistics, offset),
    weights: weightsOfVoice(network, model.weights, voiceReference, { share, temperature }),
  };
}

function weightsWith(model: Model, head: Float32Array): Float32Array {
  const layout = layoutOf(model.metadata.network).weights;
  const weights = model.weights.slice();
  const [kernel, bias] = [layout.view(weights, `${HEAD}/kernel`), layout.view(weights, `${HEAD}/bias`)];
  if (head.length !== kernel.length + bias.length) {
    throw invalid("voice", `its last layer has ${head.length} weights, the model's ${kernel.length + bias.length}`);
  }
  kernel.set(head.subarray(0, kernel.length));
  bias.set(head.subarray(kernel.length));
  return weights;
}

/**
 * Reads a profile that was kept as JSON; what format 1 called `neutral` is its baseline.
 *
 * @param text the JSON
 * @param name what messages call it: its path
 * @throws InputError `voice_invalid` when it is no profile, a damaged one, or of a newer format
 */
export function parseVoiceProfile(text: string, name = "voice"): VoiceProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(name, "it is no JSON", cause);
  }
  if (!isRecord(value) || value["kind"] !== "speech-emotion/voice") throw invalid(name, "it is none of speech-emotion");
  const { version } = value;
  if (typeof version !== "number" || version > VOICE_FORMAT) {
    throw invalid(name, `it has format ${String(version)}, this version reads up to ${VOICE_FORMAT}`);
  }
  for (const field of ["model", "featureSet", "created"]) {
    if (typeof value[field] !== "string") throw invalid(name, `"${field}" must be a text`);
  }
  const { neutral, ...rest } = value;
  const profile = version === 1 ? { ...rest, version: VOICE_FORMAT, baseline: neutral } : value;
  requireBaseline(profile["baseline"], version === 1 ? "neutral" : "baseline", name);
  requireHead(value["head"], name);
  return profile as unknown as VoiceProfile;
}

/** A profile as it is kept, in `*.voice.json` and elsewhere: {@link parseVoiceProfile} reads it. */
export function formatVoiceProfile(voice: VoiceProfile): string {
  return `${JSON.stringify(voice, null, 2)}\n`;
}

function requireBaseline(baseline: unknown, field: string, name: string): void {
  if (baseline === null) return;
  if (!isRecord(baseline) || !areFinite(baseline, ["recordings", "seconds"])) {
    throw invalid(name, `"${field}" must be null or have shift, recordings and seconds`);
  }
  const { shift, share = 0, temperature = 1 } = baseline;
  if (typeof share !== "number" || !(share >= 0 && share <= 1))
    throw invalid(name, `"${field}.share" must be in 0 … 1`);
  if (typeof temperature !== "number" || !(temperature > 0 && temperature < Infinity)) {
    throw invalid(name, `"${field}.temperature" must be a positive number`);
  }
  if (!Array.isArray(shift) || !shift.every((each) => Number.isFinite(each))) {
    throw invalid(name, `"${field}.shift" must be a list of finite numbers`);
  }
}

function requireHead(head: unknown, name: string): void {
  if (head === null) return;
  if (!isRecord(head) || !areFinite(head, ["clips", "seconds"]) || !isRecord(head["labels"])) {
    throw invalid(name, '"head" must be null or have weights, clips, seconds and labels');
  }
  if (!areFinite(head["labels"], Object.keys(head["labels"]))) {
    throw invalid(name, '"head.labels" must be numbers of clips');
  }
  const { weights } = head;
  // Any other text is refused here, so that a damaged profile is told from a wrong one.
  if (
    typeof weights !== "string" ||
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(weights)
  ) {
    throw invalid(name, '"head.weights" must be base64');
  }
  const bytes = fromBase64(weights);
  if (bytes.length % 4 !== 0 || !floatsOf(bytes).every((each) => Number.isFinite(each))) {
    throw invalid(name, '"head.weights" must be finite 32-bit floats');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function areFinite(record: Record<string, unknown>, fields: readonly string[]): boolean {
  return fields.every((field) => Number.isFinite(record[field]));
}

function invalid(name: string, why: string, cause?: unknown): InputError {
  return new InputError(
    "voice_invalid",
    `${name}: this is no voice profile, or a damaged one: ${why}; make it anew, e.g. with "ser calibrate"`,
    cause === undefined ? {} : { cause },
  );
}
