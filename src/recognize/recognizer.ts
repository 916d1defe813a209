import type { Waveform } from "../audio/index.ts";
import { InputError, ParameterError } from "../errors.ts";
import { detectSpeech, frontEnd, type FrontEnd, type SpeechDetection } from "../gate/index.ts";
import type { Matrix } from "../matrix.ts";
import { decodeModel, type ModelMetadata } from "../model/index.ts";
import { Session, type Device } from "../runtime/index.ts";

/** What a recording sounds like. */
export interface Recognition {
  /** False when no speech was found; then there is no emotion either. */
  readonly speech: boolean;
  /** The most probable label; null without speech, and when the model is unsure. */
  readonly emotion: string | null;
  /** True when there is speech, but no label reaches `minConfidence`; the probabilities are told all the same. */
  readonly unsure: boolean;
  /** Probability of the most probable label, 0 … 1, or null without speech. */
  readonly confidence: number | null;
  /** Probability of each of the model's labels, in their order, summing to 1; null without speech. */
  readonly probabilities: Readonly<Record<string, number>> | null;
  /** Length of the recording. */
  readonly seconds: number;
}

/** Options of {@link Recognizer.recognize}. */
export interface RecognizeOptions {
  /** Below this probability, 0 … 1, of the most probable label the answer is "unsure"; default 0: always a label. */
  readonly minConfidence?: number;
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
  readonly #frontEnd: FrontEnd;
  readonly #session: Session;

  private constructor(metadata: ModelMetadata, front: FrontEnd, session: Session) {
    this.metadata = metadata;
    this.#frontEnd = front;
    this.#session = session;
    // Frames are centred: n samples give 1 + ⌊n / hop⌋ of them.
    this.windowSeconds = (metadata.network.frames * front.set.hopLength - 1) / front.set.sampleRate;
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
    const front = matchingFrontEnd(metadata, name);
    return new Recognizer(metadata, front, await Session.create(bytes, { device, ...(threads > 0 && { threads }) }));
  }

  /** The labels, in the order of the probabilities. */
  get labels(): readonly string[] {
    return this.metadata.labels.labels;
  }

  /**
   * Recognises the emotion in a recording. One whose speech is longer than {@link windowSeconds} is cut into windows of
   * equal length; those with speech are recognised apart and their probabilities averaged.
   *
   * @throws ParameterError when `minConfidence` is not in 0 … 1.
   */
  async recognize(waveform: Waveform, { minConfidence = 0 }: RecognizeOptions = {}): Promise<Recognition> {
    if (!(minConfidence >= 0 && minConfidence <= 1)) {
      throw new ParameterError(`minConfidence=${minConfidence} must be in 0 … 1`);
    }
    const seconds = waveform.samples.length / waveform.sampleRate;
    const pieces = this.#pieces(waveform).filter(({ detection }) => detection.speech);
    if (pieces.length === 0) {
      return { speech: false, emotion: null, unsure: false, confidence: null, probabilities: null, seconds };
    }
    const probabilities = await this.#mean(pieces);
    const confidence = Math.max(...probabilities);
    const unsure = confidence < minConfidence;
    return {
      speech: true,
      emotion: unsure ? null : this.labels[probabilities.indexOf(confidence)]!,
      unsure,
      confidence,
      probabilities: Object.fromEntries(this.labels.map((label, i) => [label, probabilities[i]!])),
      seconds,
    };
  }

  /** Probabilities of the labels for a waveform whether or not the gate hears speech in it: for evaluation. */
  async classify(waveform: Waveform): Promise<readonly number[]> {
    return this.#mean(this.#pieces(waveform));
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

  /** What goes through the network: the whole waveform when its (trimmed) speech fits, else windows of equal length. */
  #pieces(waveform: Waveform): Piece[] {
    const { samples, sampleRate } = waveform;
    const detection = detectSpeech(waveform);
    const length =
      this.#frontEnd.trims && detection.speech ? detection.end - detection.start : samples.length / sampleRate;
    if (length <= this.windowSeconds) return [{ waveform, detection }];
    const count = Math.ceil(samples.length / sampleRate / this.windowSeconds);
    const size = Math.ceil(samples.length / count);
    return Array.from({ length: count }, (_, i) => {
      const window = { samples: samples.subarray(i * size, Math.min((i + 1) * size, samples.length)), sampleRate };
      return { waveform: window, detection: detectSpeech(window) };
    });
  }

  /** The mean of the pieces' probabilities. */
  async #mean(pieces: readonly Piece[]): Promise<number[]> {
    const labels = this.labels.length;
    const sum = Array.from({ length: labels }, () => 0);
    // A batch at a time: an hour of features need not be in memory at once.
    for (let start = 0; start < pieces.length; start += BATCH) {
      const batch = pieces
        .slice(start, start + BATCH)
        .map(({ waveform }) => this.#frontEnd.extract(waveform));
      const probabilities = await this.classifyFeatures(batch);
      for (const [i, p] of probabilities.entries()) sum[i % labels]! += p / pieces.length;
    }
    return sum;
  }
}

/** A stretch of a recording, and what the gate says of it. */
interface Piece {
  readonly waveform: Waveform;
  readonly detection: SpeechDetection;
}

/** The front end that the model was trained on. */
function matchingFrontEnd(metadata: ModelMetadata, name: string): FrontEnd {
  let front: FrontEnd;
  try {
    front = frontEnd(metadata.featureSet);
  } catch (cause) {
    throw new InputError(
      "model_mismatch",
      `${name}: the model wants the feature set "${metadata.featureSet}", which this version of speech-emotion does not know`,
      { cause },
    );
  }
  const { sampleRate, columns } = front.set;
  if (sampleRate !== metadata.sampleRate || columns.length !== metadata.network.features) {
    throw new InputError(
      "model_mismatch",
      `${name}: the model wants ${metadata.network.features} columns at ${metadata.sampleRate} Hz, ` +
        `the feature set "${front.id}" has ${columns.length} at ${sampleRate} Hz`,
    );
  }
  return front;
}
