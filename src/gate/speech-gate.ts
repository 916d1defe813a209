import { HOP_SECONDS } from "./frames.ts";
import { KEPT_FRAMES, RUN_FRAMES, VoiceDetector } from "./voice.ts";

/** Pauses of the voice up to this long are part of the utterance, in seconds. */
export const HANGOVER_SECONDS = 0.64;
export const HANGOVER_FRAMES: number = Math.round(HANGOVER_SECONDS / HOP_SECONDS);

/** Around its voiced part an utterance has unvoiced sounds and pauses: so long at most, in frames (0.6 s). */
export const REACH_FRAMES = 38;

/** An unvoiced edge may have a silence so long before the voice sets in (a stop consonant), in frames (0.12 s). */
export const PAUSE_FRAMES = 8;

/** So much before an utterance tells the noise that it stands in, in frames (1 s). */
export const AROUND_FRAMES = 62;

/**
 * Voiced frames that an utterance has at least (0.08 s). Of 1,000 recordings one is lost with 5 and 14 fall into two; with 10,
 * three of 600 are lost.
 */
export const VOICED_FRAMES = 5;

/** Kept at either side of the speech, in frames (0.05 s). */
export const MARGIN_FRAMES = 3;

/** A stretch of speech between pauses, in seconds from the beginning of the stream. */
export interface SpeechSpan {
  readonly start: number;
  readonly end: number;
  /** Length of its voiced frames. */
  readonly voicedSeconds: number;
}

/** What the gate has found. */
export type GateEvent =
  /** Somebody speaks, since about `start`: the end tells it exactly. */
  { readonly type: "start"; readonly start: number } | ({ readonly type: "end" } & SpeechSpan);

const NOTHING: readonly GateEvent[] = [];

/**
 * Finds the utterances in a stream, with a bounded delay: the begin of one at most 0.7 s after its voice has lasted for
 * 64 ms, the end {@link HANGOVER_SECONDS} and at most 0.6 s after its last voiced frame. A clip is a short stream, so what is
 * found in a file and live is the same, wherever the pieces are cut.
 *
 * An utterance is a sequence of voiced frames ({@link VoiceDetector}) with pauses up to {@link HANGOVER_SECONDS}, and the
 * unvoiced sounds that adjoin it.
 */
export class SpeechGate {
  readonly #voice: VoiceDetector;
  #events: GateEvent[] = [];
  /** First and last voiced frame of the utterance that may be going on, and how many there are. */
  #first = 0;
  #last = 0;
  #count = 0;
  /** First frame of the utterance, once it is one. */
  #start = -1;
  #fixed = false;
  /** No utterance begins before this frame. */
  #free = 0;
  /** End of the last voiced frame that is known, in seconds; 0 before the first. */
  voicedUntil = 0;

  /** @param sampleRate of the samples, in hertz */
  constructor(sampleRate: number) {
    this.#voice = new VoiceDetector(sampleRate, (frame, voiced) => this.#take(frame, voiced));
  }

  /** Whether an utterance is going on, as far as is known. */
  get speaking(): boolean {
    return this.#start >= 0;
  }

  /**
   * Where the utterance that is going on begins, in seconds, with all that is known of it by now; it stays so. For
   * whoever has to use the begin before the end is known. 0 when nobody speaks.
   */
  fixStart(): number {
    if (!this.speaking) return 0;
    if (!this.#fixed) this.#refineStart();
    this.#fixed = true;
    return this.#start * HOP_SECONDS;
  }

  /** Takes samples[0 … count − 1] in. @returns what was found meanwhile, in order */
  push(samples: Float32Array, count: number = samples.length): readonly GateEvent[] {
    this.#voice.push(samples, count);
    return this.#found();
  }

  /** The stream is over, and with it the utterance that is going on. */
  end(): readonly GateEvent[] {
    this.#voice.end();
    if (this.speaking) this.#close();
    return this.#found();
  }

  #found(): readonly GateEvent[] {
    if (this.#events.length === 0) return NOTHING;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #take(frame: number, voiced: boolean): void {
    if (!voiced) {
      if (this.#count === 0 || frame - this.#last <= HANGOVER_FRAMES) return;
      if (this.speaking) this.#close();
      this.#count = 0;
      return;
    }
    if (this.#count++ === 0) this.#first = frame;
    this.#last = frame;
    this.voicedUntil = (frame + 1) * HOP_SECONDS;
    if (this.#count < VOICED_FRAMES || this.speaking) return;
    this.#start = this.#begin(this.#voice.activeLevel);
    this.#events.push({ type: "start", start: this.#start * HOP_SECONDS });
  }

  #close(): void {
    const voice = this.#voice;
    const active = this.#fixed ? this.#activeLevel() : this.#refineStart();
    const edge = this.#reach(this.#last, 1, active);
    const end = Math.min(voice.frames, edge + 1 + MARGIN_FRAMES);
    this.#events.push({
      type: "end",
      start: this.#start * HOP_SECONDS,
      end: end * HOP_SECONDS,
      voicedSeconds: this.#count * HOP_SECONDS,
    });
    this.#free = end;
    this.#start = -1;
    this.#fixed = false;
  }

  /** The utterance's levels are known by now, and some of the noise around it: its begin is found with them. */
  #refineStart(): number {
    const active = this.#activeLevel();
    const known = Math.max(0, this.#first - AROUND_FRAMES) > this.#voice.frames - KEPT_FRAMES;
    if (known) this.#start = this.#begin(active);
    return active;
  }

  #activeLevel(): number {
    const { frames } = this.#voice;
    const from = Math.max(0, this.#first - AROUND_FRAMES, frames - KEPT_FRAMES);
    return this.#voice.activeLevelWithin(from, frames);
  }

  /** First frame of the utterance. What is voiced and not active for long is a hum before the voice. */
  #begin(active: number): number {
    let first = this.#first;
    for (let t = first; t <= this.#last && t - first < RUN_FRAMES; t++) {
      if (this.#voice.level(t) <= active) first = t + 1;
    }
    return Math.max(this.#free, this.#reach(Math.min(first, this.#last), -1, active) - MARGIN_FRAMES);
  }

  /** The frame up to which the utterance reaches from its voiced edge `from` in direction `step`: active frames, short pauses. */
  #reach(from: number, step: 1 | -1, active: number): number {
    let edge = from;
    for (
      let t = from + step;
      t >= this.#free && t < this.#voice.frames && Math.abs(t - from) <= REACH_FRAMES;
      t += step
    ) {
      if (this.#voice.level(t) > active) edge = t;
      else if (Math.abs(t - edge) > PAUSE_FRAMES) break;
    }
    return edge;
  }
}
