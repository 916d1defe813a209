import { StreamResampler } from "../../../src/audio/index.ts";
import { SpeechGate, type GateEvent } from "../../../src/gate/index.ts";

/** Counts the speech in a sound as it comes: what the gate hears, and calibration will. */
export class SpeechClock {
  /** The longest utterance that is over, in seconds. */
  longest = 0;
  readonly #gate: SpeechGate;
  readonly #resampler: StreamResampler;
  #over = 0;
  #start: number | null = null;

  /**
   * @param sampleRate of the sound, in hertz
   * @param modelRate at which the model hears it
   */
  constructor(sampleRate: number, modelRate: number) {
    this.#gate = new SpeechGate(modelRate);
    this.#resampler = new StreamResampler(sampleRate, modelRate);
  }

  /** Seconds of speech so far, short pauses within it counted. */
  get seconds(): number {
    return this.#over + (this.#start === null ? 0 : Math.max(0, this.#gate.voicedUntil - this.#start));
  }

  push(samples: Float32Array): void {
    const count = this.#resampler.push(samples);
    this.#follow(this.#gate.push(this.#resampler.output, count));
  }

  /** The sound is over, and with it the utterance that was going on. */
  end(): void {
    const count = this.#resampler.finish();
    this.#follow(this.#gate.push(this.#resampler.output, count));
    this.#follow(this.#gate.end());
  }

  #follow(events: readonly GateEvent[]): void {
    for (const event of events) {
      this.#start = event.type === "start" ? event.start : null;
      if (event.type === "start") continue;
      this.#over += event.end - event.start;
      this.longest = Math.max(this.longest, event.end - event.start);
    }
  }
}
