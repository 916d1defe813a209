import type { Measurement } from "../../../src/browser.ts";
import { UNSURE_BELOW } from "../look/emotions.ts";

/** Bars of the waveform a second. */
export const BARS_PER_SECOND = 10;

/** What is kept, in seconds: more than the widest window shows. */
const KEPT = 90;

/** Probabilities at a moment, in the order of the labels. */
export interface Point {
  /** In seconds of sound. */
  readonly time: number;
  readonly values: readonly number[];
}

/** The last minute, for drawing. Times are in seconds of sound since listening began. */
export class History {
  /** Magnitudes, one a tenth of a second; the first is number {@link first}. */
  readonly peaks: number[] = [];
  first: number = 0;
  /** The label of each bar in which somebody spoke; "": unsure. */
  readonly labels: Map<number, string> = new Map<number, string>();
  /** Measurements, an array for each utterance. */
  readonly utterances: Point[][] = [];
  #colored = 0;

  /** Seconds of sound so far. */
  get seconds(): number {
    return (this.first + this.peaks.length) / BARS_PER_SECOND;
  }

  addPeak(magnitude: number): void {
    this.peaks.push(magnitude);
    if (this.peaks.length < 2 * KEPT * BARS_PER_SECOND) return;
    const drop = this.peaks.length - KEPT * BARS_PER_SECOND;
    this.peaks.splice(0, drop);
    for (let i = 0; i < drop; i++) this.labels.delete(this.first + i);
    this.first += drop;
    const begin = this.first / BARS_PER_SECOND;
    while (this.utterances.length > 0 && (this.utterances[0]!.at(-1)?.time ?? 0) < begin) this.utterances.shift();
  }

  startUtterance(start: number): void {
    this.#colored = Math.max(this.#colored, Math.floor(start * BARS_PER_SECOND));
    this.utterances.push([]);
  }

  measured({ trigger, start, end, emotion, confidence, probabilities }: Measurement): void {
    const label = confidence < UNSURE_BELOW ? "" : emotion;
    const stop = Math.ceil(end * BARS_PER_SECOND);
    if (trigger === "speech_ended") this.#settle(Math.floor(start * BARS_PER_SECOND), stop);
    for (; this.#colored < stop; this.#colored++) this.labels.set(this.#colored, label);
    const points = this.utterances.at(-1);
    if (!points) return;
    while (points.length > 0 && points.at(-1)!.time >= end) points.pop();
    const values = Object.values(probabilities);
    if (points.length === 0) points.push({ time: start, values });
    points.push({ time: end, values });
  }

  /** The answer for all of an utterance takes the place of those on the way; behind its end there was no speech after all. */
  #settle(from: number, to: number): void {
    for (let bar = to; bar < this.#colored; bar++) this.labels.delete(bar);
    this.#colored = from;
  }
}
