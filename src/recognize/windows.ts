import { FeatureWindows } from "../features/index.ts";
import { type FrontEnd, type GateEvent, SpeechGate } from "../gate/index.ts";
import type { Matrix } from "../matrix.ts";

/** Where and how often a stream is measured; everything in seconds. */
export interface WindowOptions {
  /** The longest stretch that is measured at once. */
  readonly window: number;
  /** From one measurement to the next while somebody speaks; Infinity: none but those with a weight. */
  readonly interval: number;
  /** Measured before the utterance's begin, and after its end. */
  readonly preRoll: number;
  readonly postRoll: number;
}

/** Why a stretch is measured: the interval is over, or the utterance. */
export type Trigger = "interval" | "speech_ended";

/** A stretch of the stream that the network is asked about. Times are in seconds from the stream's beginning. */
export interface WindowStep {
  readonly type: "window";
  readonly trigger: Trigger;
  readonly start: number;
  readonly end: number;
  /** How many seconds of the stretch no weighted one before has had; 0 for those in between. */
  readonly weight: number;
  /** Shape (frames, columns). */
  readonly features: Matrix;
}

/** What comes of pushed samples, in order. */
export type StreamStep = GateEvent | WindowStep;

/** Samples are kept so long, in seconds, that a begin found late lies in them. */
const KEPT_SECONDS = 10;

/** So long after a moment, in seconds, the gate has told of every utterance that began before it. */
const TOLD_SECONDS = 1.5;

/**
 * Cuts a stream into the stretches that are measured. It exists so that a clip and a stream cannot differ: both are this
 * class, hop by hop, and nothing in it depends on how the samples were cut into pieces.
 *
 * Where the front end trims, an utterance is measured when it ends, and each time it fills another window; these carry
 * weights that add up to the utterance. A front end that takes recordings whole is given the stream in windows, one
 * behind the other, of which those with speech carry their lengths as weights, and at the end of an utterance the last
 * window's length of sound.
 */
export class StreamWindows {
  readonly #options: WindowOptions;
  readonly #rate: number;
  readonly #hop: number;
  readonly #trims: boolean;
  readonly #gate: SpeechGate;
  readonly #features: FeatureWindows;
  readonly #slice: Float32Array;
  #filled = 0;
  /** Samples so far, a multiple of the hop but at the end. */
  #received = 0;
  /** End of the last utterance. */
  #free = 0;
  /** Begin of the utterance, with its pre-roll, and of what no weighted window has had yet. */
  #begin = 0;
  #uncovered = 0;
  /** When the next measurement is due, and how far the voice was known at the last. */
  #due = 0;
  #measuredVoice = 0;
  /** Where speech was heard that a window may still hold: [begin, end) in samples. Only kept where the front end does not trim. */
  #spans: [begin: number, end: number][] = [];
  #steps: StreamStep[] = [];

  constructor({ set, trims }: FrontEnd, options: WindowOptions) {
    this.#options = options;
    this.#rate = set.sampleRate;
    this.#hop = set.hopLength;
    this.#trims = trims;
    this.#gate = new SpeechGate(set.sampleRate);
    this.#features = new FeatureWindows(set);
    this.#slice = new Float32Array(set.hopLength);
  }

  /** Takes samples[0 … count − 1] in, at the feature set's rate. @returns what comes of them */
  push(samples: Float32Array, count: number = samples.length): readonly StreamStep[] {
    for (let i = 0; i < count;) {
      const stop = Math.min(count, i + this.#hop - this.#filled);
      this.#slice.set(samples.subarray(i, stop), this.#filled);
      this.#filled += stop - i;
      i = stop;
      if (this.#filled === this.#hop) this.#takeSlice();
    }
    return this.#taken();
  }

  /** The stream is over. */
  end(): readonly StreamStep[] {
    if (this.#filled > 0) this.#takeSlice();
    this.#features.end();
    this.#follow(this.#gate.end());
    if (!this.#trims) this.#wholeWindows(this.#received, 0);
    return this.#taken();
  }

  #taken(): readonly StreamStep[] {
    const steps = this.#steps;
    this.#steps = [];
    return steps;
  }

  #takeSlice(): void {
    this.#received += this.#filled;
    this.#features.push(this.#slice, this.#filled);
    const events = this.#gate.push(this.#slice, this.#filled);
    this.#filled = 0;
    this.#follow(events);
    if (!this.#trims) this.#wholeWindows(this.#received - this.#samples(TOLD_SECONDS), this.#windowSamples);
    if (this.#gate.speaking) {
      if (this.#trims) this.#fullWindows();
      this.#measureAtIntervals();
    }
    const kept = this.#windowSamples + this.#samples(KEPT_SECONDS + this.#options.preRoll);
    this.#features.forget(this.#received - kept);
  }

  #follow(events: readonly GateEvent[]): void {
    for (const event of events) {
      if (event.type === "start") {
        this.#begin = this.#withPreRoll(event.start);
        this.#due = this.#received;
        this.#measuredVoice = 0;
        if (this.#trims) this.#uncovered = -1;
        else this.#spans.push([this.#samples(event.start), Infinity]);
        this.#steps.push(event);
        continue;
      }
      if (this.#trims) this.#endUtterance(event.start, event.end);
      else {
        this.#spans.at(-1)![1] = this.#samples(event.end);
        this.#measure("speech_ended", Math.max(0, this.#received - this.#windowSamples), this.#received, 0);
      }
      this.#steps.push(event);
      this.#free = this.#samples(event.end);
    }
  }

  #endUtterance(start: number, end: number): void {
    const to = Math.min(this.#received, this.#samples(end + this.#options.postRoll));
    const begin = this.#withPreRoll(start);
    const uncovered = this.#uncovered < 0 ? begin : this.#uncovered;
    this.#measure("speech_ended", Math.max(begin, to - this.#windowSamples), to, Math.max(1, to - uncovered));
  }

  /** The windows that the utterance has filled beyond doubt: its voice goes on after them. */
  #fullWindows(): void {
    const window = this.#windowSamples;
    const voiced = this.#samples(this.#gate.voicedUntil);
    if (this.#uncovered < 0) {
      if (voiced <= this.#begin + window) return;
      this.#begin = this.#uncovered = this.#withPreRoll(this.#gate.fixStart());
    }
    for (; voiced > this.#uncovered + window; this.#uncovered += window) {
      this.#measure("interval", this.#uncovered, this.#uncovered + window, window);
    }
  }

  /** Of a front end that does not trim: windows of at least `shortest` samples up to sample `known`. */
  #wholeWindows(known: number, shortest: number): void {
    const window = this.#windowSamples;
    for (let from = this.#uncovered; from < known && known - from >= shortest; from = this.#uncovered) {
      const to = Math.min(from + window, known);
      if (this.#spans.some(([begin, end]) => begin < to && end > from)) this.#measure("interval", from, to, to - from);
      this.#uncovered = to;
      this.#spans = this.#spans.filter(([, end]) => end > to);
    }
  }

  #measureAtIntervals(): void {
    const { voicedUntil } = this.#gate;
    if (this.#received < this.#due || voicedUntil <= this.#measuredVoice) return;
    const earliest = this.#received - this.#windowSamples;
    this.#measure("interval", Math.max(this.#trims ? this.#begin : 0, earliest), this.#received, 0);
    this.#measuredVoice = voicedUntil;
    while (this.#due <= this.#received) this.#due += Math.max(1, this.#options.interval * this.#rate);
  }

  #measure(trigger: Trigger, begin: number, end: number, weight: number): void {
    if (weight === 0 && this.#options.interval === Infinity) return;
    const features = this.#features.extract(begin, end);
    const seconds = (samples: number): number => samples / this.#rate;
    this.#steps.push({
      type: "window",
      trigger,
      start: seconds(begin),
      end: seconds(end),
      weight: seconds(weight),
      features,
    });
  }

  #withPreRoll(start: number): number {
    return Math.max(this.#free, this.#samples(start - this.#options.preRoll));
  }

  /** The longest window: frames are centred, so n samples hold at most 1 + ⌊n / hop⌋ of them. */
  get #windowSamples(): number {
    return Math.floor(this.#options.window * this.#rate + 1e-6);
  }

  #samples(seconds: number): number {
    return Math.round(seconds * this.#rate);
  }
}
