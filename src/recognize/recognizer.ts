import type { Waveform } from "../audio/index.ts";
import { InputError } from "../errors.ts";
import { featureSet, type FeatureSet } from "../features/index.ts";
import { detectSpeech } from "../gate/index.ts";
import type { Matrix } from "../matrix.ts";
import { decodeModel, type ModelMetadata } from "../model/index.ts";
import { Session, type Device } from "../runtime/index.ts";

/** What a recording sounds like. */
export interface Recognition {
  /** False when no speech was found; then there is no emotion either. */
  readonly speech: boolean;
  /** The most probable label, or null without speech. */
  readonly emotion: string | null;
  /** Probability of that label, 0 … 1, or null without speech. */
  readonly confidence: number | null;
  /** Probability of each of the model's labels, in their order, summing to 1; null without speech. */
  readonly probabilities: Readonly<Record<string, number>> | null;
  /** Length of the recording. */
  readonly seconds: number;
}

/** Options of {@link Recognizer.load}. */
export interface RecognizerOptions {
  /** What messages call the model: its path. */
  readonly name?: string;
  /** Threads for one operation; default 1: a single clip is too small to share. 0 for all cores. */
  readonly threads?: number;
  /** What runs the network; default "cpu". */
  readonly device?: Device;
}

/** Clips that go through the network in one run. */
const BATCH = 32;

/**
 * A trained model, ready to listen. It exists so that features, gate, network and labels can only be used together, as
 * the model file says.
 */
export class Recognizer {
  readonly metadata: ModelMetadata;
  /** The longest stretch of audio that the network sees at once, in seconds. */
  readonly windowSeconds: number;
  readonly #set: FeatureSet;
  readonly #session: Session;

  private constructor(metadata: ModelMetadata, set: FeatureSet, session: Session) {
    this.metadata = metadata;
    this.#set = set;
    this.#session = session;
    // librosa's centred frames: n samples give 1 + ⌊n / hop⌋ of them.
    this.windowSeconds = (metadata.network.frames * set.hopLength - 1) / set.sampleRate;
  }

  /**
   * Makes a recogniser from the bytes of a model file.
   *
   * @throws InputError `model_invalid` for a file that is none, or is damaged; `model_mismatch` when this version of the
   *   package does not know the model's feature set, or computes it at another rate or with other columns.
   * @throws ParameterError when the device is not available.
   */
  static async load(
    bytes: Uint8Array,
    { name = "model", threads = 1, device = "cpu" }: RecognizerOptions = {},
  ): Promise<Recognizer> {
    const { metadata } = await decodeModel(bytes, name);
    const set = matchingSet(metadata, name);
    return new Recognizer(metadata, set, await Session.create(bytes, { device, ...(threads > 0 && { threads }) }));
  }

  /** The labels, in the order of the probabilities. */
  get labels(): readonly string[] {
    return this.metadata.labels.labels;
  }

  /**
   * Recognises the emotion in a recording. One that is longer than {@link windowSeconds} is cut into windows of equal
   * length; those with speech are recognised apart and their probabilities averaged.
   */
  async recognize(waveform: Waveform): Promise<Recognition> {
    const seconds = waveform.samples.length / waveform.sampleRate;
    const windows = this.#windows(waveform).filter((window) => detectSpeech(window).speech);
    if (windows.length === 0) return { speech: false, emotion: null, confidence: null, probabilities: null, seconds };
    const probabilities = await this.#mean(windows);
    const best = probabilities.indexOf(Math.max(...probabilities));
    return {
      speech: true,
      emotion: this.labels[best]!,
      confidence: probabilities[best]!,
      probabilities: Object.fromEntries(this.labels.map((label, i) => [label, probabilities[i]!])),
      seconds,
    };
  }

  /** Probabilities of the labels for a waveform whether or not the gate hears speech in it: for evaluation. */
  async classify(waveform: Waveform): Promise<readonly number[]> {
    return this.#mean(this.#windows(waveform));
  }

  /**
   * Probabilities of the labels for feature matrices (frames × columns) of the model's set, each of at most
   * `network.frames` frames: (clips × labels), row-major.
   */
  async classifyFeatures(clips: readonly Matrix[]): Promise<Float32Array> {
    const { frames, features } = this.metadata.network;
    const labels = this.labels.length;
    const out = new Float32Array(clips.length * labels);
    for (let start = 0; start < clips.length; start += BATCH) {
      const batch = clips.slice(start, start + BATCH);
      const longest = Math.max(...batch.map((clip) => clip.rows));
      if (longest > frames) {
        throw new InputError("model_mismatch", `the model sees ${frames} frames at once, a clip has ${longest}`);
      }
      const x = new Float32Array(batch.length * longest * features);
      for (const [i, clip] of batch.entries()) x.set(clip.data, i * longest * features);
      const { probabilities } = await this.#session.run({
        features: { type: "float32", data: x, shape: [batch.length, longest, features] },
        lengths: {
          type: "int64",
          data: BigInt64Array.from(batch, (clip) => BigInt(clip.rows)),
          shape: [batch.length],
        },
      });
      out.set(probabilities!.data as Float32Array, start * labels);
    }
    return out;
  }

  /** Frees the network's memory; the recogniser cannot be used afterwards. */
  async release(): Promise<void> {
    await this.#session.release();
  }

  /** The fewest stretches of equal length that fit the network. */
  #windows({ samples, sampleRate }: Waveform): Waveform[] {
    const count = Math.max(1, Math.ceil(samples.length / (this.windowSeconds * sampleRate)));
    const length = Math.ceil(samples.length / count);
    return Array.from({ length: count }, (_, i) => ({
      samples: samples.subarray(i * length, Math.min((i + 1) * length, samples.length)),
      sampleRate,
    }));
  }

  async #mean(windows: readonly Waveform[]): Promise<number[]> {
    const labels = this.labels.length;
    const sum = Array.from({ length: labels }, () => 0);
    // A batch at a time: an hour of features need not be in memory at once.
    for (let start = 0; start < windows.length; start += BATCH) {
      const batch = windows.slice(start, start + BATCH).map((window) => this.#set.extract(window));
      const probabilities = await this.classifyFeatures(batch);
      for (const [i, p] of probabilities.entries()) sum[i % labels]! += p / windows.length;
    }
    return sum;
  }
}

/** The feature set that the model was trained on. */
function matchingSet(metadata: ModelMetadata, name: string): FeatureSet {
  let set: FeatureSet;
  try {
    set = featureSet(metadata.featureSet);
  } catch (cause) {
    throw new InputError(
      "model_mismatch",
      `${name}: the model wants the feature set "${metadata.featureSet}", which this version of speech-emotion does not know`,
      { cause },
    );
  }
  if (set.sampleRate !== metadata.sampleRate || set.columns.length !== metadata.network.features) {
    throw new InputError(
      "model_mismatch",
      `${name}: the model wants ${metadata.network.features} columns at ${metadata.sampleRate} Hz, ` +
        `the feature set "${set.id}" has ${set.columns.length} at ${set.sampleRate} Hz`,
    );
  }
  return set;
}
