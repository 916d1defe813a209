import { SAMPLE_RATE_RANGE, StreamResampler } from "../audio/index.ts";
import { InputError, ParameterError, SpeechEmotionError } from "../errors.ts";
import type { FrontEnd } from "../gate/index.ts";
import type { Matrix } from "../matrix.ts";
import { requireFinite } from "./finite.ts";
import { type StreamStep, StreamWindows, type Trigger, type WindowStep } from "./windows.ts";

/** Options of {@link EmotionStream}. Times are in seconds. */
export interface StreamOptions {
  /** Of the samples that will be pushed, in hertz. */
  readonly sampleRate: number;
  /** From one measurement to the next while somebody speaks; default 0.5. Infinity: none before the window is full. */
  readonly interval?: number;
  /** The longest stretch that is measured at once, at least 0.5; default and at most the model's own (`windowSeconds`). */
  readonly window?: number;
  /**
   * Time constant of the exponential smoothing of interval measurements within an utterance; default 0.5, 0 switches it
   * off. What is measured when speech has ended is never smoothed.
   */
  readonly smoothing?: number;
  /** Measured before the utterance's begin, 0 … 2; default 0: the model was trained on utterances as the gate cuts them. */
  readonly preRoll?: number;
  /** Measured after the utterance's end, 0 … 0.5; default 0. */
  readonly postRoll?: number;
  /** Measurements that may wait for the network before {@link EmotionStream.push} refuses; default 120: a minute. */
  readonly backlog?: number;
  /** Ends the stream with a `SpeechEmotionError` `aborted`. */
  readonly signal?: AbortSignal;
}

/** Somebody began to speak. */
export interface UtteranceStart {
  readonly type: "utterance.start";
  /** When, in seconds of sound from the stream's beginning, as far as is known; the end tells it exactly. */
  readonly start: number;
}

/** What a stretch of speech sounds like. */
export interface Measurement {
  readonly type: "measurement";
  /** `interval`: in the course of the utterance; `speech_ended`: at its end, over all of it or its last window. */
  readonly trigger: Trigger;
  /** The stretch, in seconds of sound from the stream's beginning. */
  readonly start: number;
  /** Where the stretch ends, in seconds of sound from the stream's beginning. */
  readonly end: number;
  /** The most probable label. */
  readonly emotion: string;
  /** Its probability, 0 … 1. */
  readonly confidence: number;
  /** Probability of each of the model's labels, in their order, summing to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
  /**
   * How many seconds of speech this measurement stands for when the stream is summed up; 0 for those in between. The mean
   * of a clip's measurements, so weighted, is `recognize(clip)`.
   */
  readonly weight: number;
}

/** Somebody has stopped speaking. */
export interface UtteranceEnd {
  readonly type: "utterance.end";
  /** Begin and end of the utterance, in seconds of sound from the stream's beginning. */
  readonly start: number;
  /** In seconds of sound from the stream's beginning. */
  readonly end: number;
}

/** What an {@link EmotionStream} tells. */
export type StreamEvent = UtteranceStart | Measurement | UtteranceEnd;

/** What a stream needs of a recogniser. */
export interface StreamModel {
  readonly frontEnd: FrontEnd;
  readonly labels: readonly string[];
  /** The longest stretch that the network sees at once, in seconds. */
  readonly windowSeconds: number;
  /** Probabilities (clips × labels) of feature matrices. */
  classifyFeatures(clips: readonly Matrix[]): Promise<Float32Array>;
}

/**
 * Emotion while somebody speaks. Push samples in chunks of any length; each promise brings the events that came of its
 * chunk, in order. Which events come depends on the sound alone, never on how it was cut into chunks.
 *
 * ```ts
 * const stream = recognizer.stream({ sampleRate: 48000 });
 * for await (const chunk of microphone) for (const event of await stream.push(chunk)) show(event);
 * for (const event of await stream.end()) show(event);
 * ```
 *
 * Gate and features are computed within the call, the network runs beside it. Await a push before the next one and nothing
 * piles up; whoever does not may be ahead by `backlog` measurements. Chunks are not kept.
 */
export class EmotionStream implements AsyncDisposable {
  readonly #model: StreamModel;
  readonly #options: Required<Omit<StreamOptions, "signal">> & Pick<StreamOptions, "signal">;
  readonly #windows: StreamWindows;
  readonly #resampler: StreamResampler;
  #waiting = 0;
  #closed = false;
  /** Resolves when everything so far has been told. */
  #told: Promise<unknown> = Promise.resolve();
  #smooth: { readonly probabilities: Float32Array; readonly end: number } | null = null;

  /** @throws ParameterError for an option that breaks its rule; InputError `audio_rate_unsupported` */
  constructor(model: StreamModel, options: StreamOptions) {
    this.#model = model;
    this.#options = checkedOptions(options, model.windowSeconds);
    this.#windows = new StreamWindows(model.frontEnd, this.#options);
    this.#resampler = new StreamResampler(options.sampleRate, model.frontEnd.set.sampleRate);
  }

  /**
   * Takes samples in.
   *
   * @param chunk of any length, also 0, -1 … 1; may be used again at once
   * @returns what came of it, when the network has answered
   * @throws SpeechEmotionError `stream_ended` after the end, `aborted`, `stream_overrun` when `backlog` measurements wait
   *   already (the chunk is not taken then: push it again later); InputError `audio_not_finite` (not taken either)
   */
  async push(chunk: Float32Array): Promise<readonly StreamEvent[]> {
    this.#requireOpen();
    requireFinite(chunk, (index) => `push: sample ${index} of the chunk`);
    if (this.#waiting >= this.#options.backlog) {
      throw new SpeechEmotionError(
        "stream_overrun",
        `push: ${this.#waiting} measurements wait for the network; await each push, or raise the interval`,
      );
    }
    const samples = this.#resampler.push(chunk);
    return this.#tell(this.#windows.push(this.#resampler.output, samples));
  }

  /**
   * The sound is over, and with it the utterance that was going on. The stream takes nothing more.
   *
   * @returns the last events
   * @throws as {@link push}
   */
  async end(): Promise<readonly StreamEvent[]> {
    this.#requireOpen();
    this.#closed = true;
    const samples = this.#resampler.finish();
    const steps = this.#windows.push(this.#resampler.output, samples);
    return this.#tell([...steps, ...this.#windows.end()]);
  }

  /** Ends the stream and drops what it would still have told. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#told;
  }

  #requireNotAborted(): void {
    if (this.#options.signal?.aborted === true) throw new SpeechEmotionError("aborted", "the stream was aborted");
  }

  #requireOpen(): void {
    this.#requireNotAborted();
    if (this.#closed) {
      throw new SpeechEmotionError("stream_ended", "push: the stream has ended; open another with recognizer.stream()");
    }
  }

  /** The events of these steps, after those of all steps before. */
  #tell(steps: readonly StreamStep[]): Promise<readonly StreamEvent[]> {
    const windows = steps.filter((step) => step.type === "window");
    this.#waiting += windows.length;
    const events = this.#told.then(() => this.#answered(steps, windows));
    // Its failure is its caller's; the next ones still come.
    this.#told = events.catch(() => undefined);
    return events;
  }

  async #answered(steps: readonly StreamStep[], windows: readonly WindowStep[]): Promise<readonly StreamEvent[]> {
    if (steps.length === 0) return [];
    try {
      const probabilities = await this.#model.classifyFeatures(windows.map(({ features }) => features));
      this.#requireNotAborted();
      return this.#events(steps, probabilities);
    } finally {
      this.#waiting -= windows.length;
    }
  }

  #events(steps: readonly StreamStep[], probabilities: Float32Array): StreamEvent[] {
    const labels = this.#model.labels.length;
    let window = 0;
    return steps.map((step) => {
      if (step.type === "window") {
        return this.#measurement(step, probabilities.slice(window * labels, ++window * labels));
      }
      this.#smooth = null;
      if (step.type === "start") return { type: "utterance.start", start: step.start };
      return { type: "utterance.end", start: step.start, end: step.end };
    });
  }

  #measurement({ trigger, start, end, weight }: WindowStep, measured: Float32Array): Measurement {
    const { smoothing } = this.#options;
    let probabilities = measured;
    if (weight === 0 && trigger === "interval") {
      const before = this.#smooth;
      if (before && smoothing > 0) {
        const kept = Math.exp((before.end - end) / smoothing);
        probabilities = measured.map((p, i) => kept * before.probabilities[i]! + (1 - kept) * p);
      }
      this.#smooth = { probabilities, end };
    }
    return { type: "measurement", trigger, start, end, ...answer(this.#model.labels, probabilities), weight };
  }
}

/** Probabilities by label, and the largest of them. */
export function answer(
  labels: readonly string[],
  probabilities: ArrayLike<number>,
): Pick<Measurement, "emotion" | "confidence" | "probabilities"> {
  let best = 0;
  for (let i = 1; i < labels.length; i++) if (probabilities[i]! > probabilities[best]!) best = i;
  return {
    emotion: labels[best]!,
    confidence: probabilities[best]!,
    probabilities: Object.fromEntries(labels.map((label, i) => [label, probabilities[i]!])),
  };
}

function checkedOptions(
  { sampleRate, signal, ...given }: StreamOptions,
  windowSeconds: number,
): Required<Omit<StreamOptions, "signal">> & Pick<StreamOptions, "signal"> {
  const [lowest, highest] = SAMPLE_RATE_RANGE;
  if (!(Number.isInteger(sampleRate) && sampleRate >= lowest && sampleRate <= highest)) {
    throw new InputError(
      "audio_rate_unsupported",
      `stream: sampleRate=${sampleRate} must be a whole number, ${lowest} to ${highest} Hz`,
    );
  }
  const options = {
    interval: 0.5,
    window: windowSeconds,
    smoothing: 0.5,
    preRoll: 0,
    postRoll: 0,
    backlog: 120,
    ...given,
  };
  const ranges: Record<keyof typeof options, readonly [number, number]> = {
    interval: [0.02, Infinity],
    window: [0.5, windowSeconds],
    smoothing: [0, 60],
    preRoll: [0, 2],
    postRoll: [0, 0.5],
    backlog: [1, Infinity],
  };
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = options[name as keyof typeof options];
    if (!(value >= least && value <= most)) {
      throw new ParameterError(
        `stream: ${name}=${value} must be in ${least} … ${most}${name === "backlog" ? "" : " s"}`,
      );
    }
  }
  return { sampleRate, ...options, ...(signal && { signal }) };
}
