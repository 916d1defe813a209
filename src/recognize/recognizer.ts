import type { Waveform } from "../audio/index.ts";
import { InputError, ParameterError, SpeechEmotionError } from "../errors.ts";
import { frontEnd, type FrontEnd } from "../gate/index.ts";
import type { Matrix } from "../matrix.ts";
import { decodeModel, encodeModel, type Model, type ModelMetadata } from "../model/index.ts";
import { Session, type Device } from "../runtime/index.ts";
import { clipWindows, wholeClipWindows, type ClipWindow } from "./clip-windows.ts";
import { BATCH, runNetwork } from "./run-network.ts";
import { answer, EmotionStream, type StreamEvent, type StreamModel, type StreamOptions } from "./stream.ts";
import { adaptationOf, type VoiceProfile } from "./voice-profile.ts";

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
  /** Ends the work with a `SpeechEmotionError` `aborted`. */
  readonly signal?: AbortSignal;
}

/** Options of {@link Recognizer.load}. */
export interface RecognizerOptions {
  /** What messages call the model: its path. */
  readonly name?: string;
  /** Threads for one operation; default 1: a single clip is too small to share. 0 for all cores. */
  readonly threads?: number;
  /** What runs the network; default "cpu". */
  readonly device?: Device;
  /** The voice to expect, from `calibrateVoice`; default: any. */
  readonly voice?: VoiceProfile;
}

/**
 * A trained model, ready to listen. It exists so that features, gate, network and labels can only be used together, as
 * the model file says.
 */
export class Recognizer implements StreamModel, AsyncDisposable {
  /** What was in the model file, without any voice. */
  readonly model: Model;
  readonly metadata: ModelMetadata;
  /** The voice that is expected; null: any. */
  readonly voice: VoiceProfile | null;
  /** The longest stretch of audio that the network sees at once, in seconds. */
  readonly windowSeconds: number;
  /** The way from sound to the network's features. */
  readonly frontEnd: FrontEnd;
  readonly #session: Session;
  /** Added to every frame. */
  readonly #shift: Float32Array | null;
  readonly #options: RecognizerOptions;

  private constructor(
    model: Model,
    front: FrontEnd,
    session: Session,
    shift: Float32Array | null,
    options: RecognizerOptions,
  ) {
    const { metadata } = model;
    this.model = model;
    this.metadata = metadata;
    this.frontEnd = front;
    this.voice = options.voice ?? null;
    this.#session = session;
    this.#shift = shift;
    this.#options = options;
    // Frames are centred: n samples give 1 + ⌊n / hop⌋ of them.
    this.windowSeconds = (metadata.network.frames * front.set.hopLength - 1) / front.set.sampleRate;
  }

  /**
   * Makes a recogniser from the bytes of a model file.
   *
   * @throws InputError `model_invalid` for a file that is none, or is damaged; `model_mismatch` when this version of the
   *   package does not know the model's feature set, or computes it at another rate or with other columns;
   *   `voice_mismatch` when the voice is of another model.
   * @throws ParameterError when the device is not available.
   */
  static async load(bytes: Uint8Array, options: RecognizerOptions = {}): Promise<Recognizer> {
    const { name = "model" } = options;
    const model = await decodeModel(bytes, name);
    return Recognizer.#create(model, matchingFrontEnd(model.metadata, name), options, bytes);
  }

  /**
   * The same model, expecting another voice: a recogniser of its own, to be released on its own.
   *
   * @param voice from `calibrateVoice` with this model; null: any voice
   * @throws InputError `voice_mismatch` when the voice is of another model
   */
  async withVoice(voice: VoiceProfile | null): Promise<Recognizer> {
    const { voice: _, ...options } = this.#options;
    return Recognizer.#create(this.model, this.frontEnd, { ...options, ...(voice && { voice }) });
  }

  /** @param bytes of the model as it is, where they are at hand */
  static async #create(
    model: Model,
    front: FrontEnd,
    options: RecognizerOptions,
    bytes?: Uint8Array,
  ): Promise<Recognizer> {
    const { threads = 1, device = "cpu", voice } = options;
    const nothing = { shift: null, weights: null, statistics: null };
    const { shift, weights, statistics } = voice ? await adaptationOf(model, voice) : nothing;
    const { rooms, ...anywhere } = model;
    // A known voice is known with its room.
    const heard = voice || !rooms ? anywhere : model;
    const adapted = { ...heard, ...(weights && { weights }), ...(statistics && { statistics }) };
    const network = voice || !bytes ? await encodeModel(adapted) : bytes;
    const session = await Session.create(network, { device, ...(threads > 0 && { threads }) });
    return new Recognizer(model, front, session, shift, options);
  }

  /** The labels, in the order of the probabilities. */
  get labels(): readonly string[] {
    return this.metadata.labels.labels;
  }

  /**
   * Recognises the emotion in a recording. A clip is a short stream: this is {@link stream} over the whole recording, and
   * the mean of its measurements by their weights. One utterance of at most {@link windowSeconds} is one measurement, that
   * of its end; longer ones and several are averaged by their lengths; nothing is truncated.
   *
   * @throws ParameterError when `minConfidence` is not in 0 … 1, or for a rate that is none; InputError `audio_not_finite` for a
   *   sample that is NaN or infinite; SpeechEmotionError `aborted`.
   */
  async recognize(waveform: Waveform, { minConfidence = 0, signal }: RecognizeOptions = {}): Promise<Recognition> {
    if (!(minConfidence >= 0 && minConfidence <= 1)) {
      throw new ParameterError(`minConfidence=${minConfidence} must be in 0 … 1`);
    }
    const seconds = waveform.samples.length / waveform.sampleRate;
    const mean = await this.#mean(clipWindows(this, waveform), signal);
    if (!mean) return { speech: false, emotion: null, unsure: false, confidence: null, probabilities: null, seconds };
    const { emotion, confidence, probabilities } = answer(this.labels, mean);
    const unsure = confidence < minConfidence;
    return { speech: true, emotion: unsure ? null : emotion, unsure, confidence, probabilities, seconds };
  }

  /**
   * Opens a stream of live sound.
   *
   * @throws ParameterError for an option that breaks its rule; InputError `audio_rate_unsupported`
   */
  stream(options: StreamOptions): EmotionStream {
    return new EmotionStream(this, options);
  }

  /**
   * {@link stream} over chunks of samples that come by themselves, such as a microphone's: its events, in order. A chunk is asked for
   * when the last one has been answered.
   *
   * @throws as {@link EmotionStream.push}
   */
  async *listen(
    chunks: AsyncIterable<Float32Array> | Iterable<Float32Array>,
    options: StreamOptions,
  ): AsyncGenerator<StreamEvent, void, undefined> {
    const stream = this.stream(options);
    for await (const chunk of chunks) yield* await stream.push(chunk);
    yield* await stream.end();
  }

  /**
   * Probabilities, one for each label in their order, of a waveform whether or not the gate hears speech in it: for evaluation.
   *
   * @throws ParameterError and InputError as {@link recognize}
   */
  async classify(waveform: Waveform): Promise<readonly number[]> {
    return (await this.#mean(clipWindows(this, waveform))) ?? (await this.#mean(wholeClipWindows(this, waveform)))!;
  }

  /**
   * Probabilities of the labels for feature matrices (frames × columns) of the model's set, each of at most
   * `network.frames` frames: (clips × labels), row-major.
   */
  async classifyFeatures(clips: readonly Matrix[]): Promise<Float32Array> {
    return runNetwork(this.#session, this.metadata.network, clips, this.#shift);
  }

  /** Frees the network's memory; the recogniser cannot be used afterwards. */
  async release(): Promise<void> {
    await this.#session.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  /** The mean of the windows' probabilities by their weights; null without any. */
  async #mean(windows: Iterable<ClipWindow>, signal?: AbortSignal): Promise<number[] | null> {
    const labels = this.labels.length;
    const sum = Array.from({ length: labels }, () => 0);
    let total = 0;
    const waiting: ClipWindow[] = [];
    const settle = async (): Promise<void> => {
      if (signal?.aborted === true) throw new SpeechEmotionError("aborted", "recognize: aborted");
      const probabilities = await this.classifyFeatures(waiting.map(({ features }) => features));
      for (const [i, p] of probabilities.entries()) sum[i % labels]! += p * waiting[Math.floor(i / labels)]!.weight;
      for (const { weight } of waiting) total += weight;
      waiting.length = 0;
    };
    for (const window of windows) {
      // A batch at a time: an hour of features need not be in memory at once.
      if (waiting.push(window) === BATCH) await settle();
    }
    await settle();
    return total === 0 ? null : sum.map((p) => p / total);
  }
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
