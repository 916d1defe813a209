import type { Measurement, StreamEvent } from "../recognize/index.ts";
import { percent } from "./numbers.ts";

/** Cells of a full bar. */
const BAR = 30;

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of a share of {@link BAR} cells, to an eighth of a cell. */
export function renderBar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR * 8);
  return `${"█".repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8]}`.padEnd(BAR);
}

/** `0:07.3` of 7.3 s. */
export function clock(seconds: number): string {
  const tenths = Math.round(10 * seconds);
  const [m, s] = [Math.floor(tenths / 600), Math.floor(tenths / 10) % 60];
  return `${m}:${String(s).padStart(2, "0")}.${tenths % 10}`;
}

/** One line of what a measurement says: `0:01.2 – 0:03.4  happy  87.3 %`. */
export function renderMeasurement({ start, end, emotion, confidence }: Measurement): string {
  return `${clock(start).padStart(8)} – ${clock(end).padStart(8)}  ${emotion.padEnd(9)} ${percent(confidence).padStart(7)}\n`;
}

/** What a listener sees: whether somebody speaks, and a bar an emotion. It is drawn again over itself. */
export class LiveView {
  readonly #labels: readonly string[];
  readonly #write: (text: string) => void;
  #speaking = false;
  #last: Measurement | null = null;
  #drawn = false;

  constructor(labels: readonly string[], write: (text: string) => void) {
    this.#labels = labels;
    this.#write = write;
  }

  /** @param events the latest; @param seconds of sound so far */
  update(events: readonly StreamEvent[], seconds: number): void {
    for (const event of events) {
      if (event.type === "measurement") this.#last = event;
      else this.#speaking = event.type === "utterance.start";
    }
    const up = this.#drawn ? `\u001B[${this.#labels.length + 1}A` : "";
    this.#write(
      up +
        this.render(seconds)
          .map((line) => `\u001B[2K${line}\n`)
          .join(""),
    );
    this.#drawn = true;
  }

  /** The lines of the view. */
  render(seconds: number): string[] {
    const last = this.#last;
    const answer = last === null ? "" : `${this.#speaking ? "" : "last: "}${last.emotion} ${percent(last.confidence)}`;
    const head = `${clock(seconds).padStart(8)}  ${(this.#speaking ? "● speech" : "○ no speech").padEnd(12)} ${answer}`;
    const column = Math.max(...this.#labels.map((label) => label.length));
    const bars = this.#labels.map((label) => {
      const share = this.#speaking ? (last?.probabilities[label] ?? 0) : 0;
      const mark = this.#speaking && last?.emotion === label ? "▸" : " ";
      return `${mark} ${label.padEnd(column)}  ${renderBar(share)} ${this.#speaking && last ? percent(share).padStart(7) : ""}`.trimEnd();
    });
    return [head.trimEnd(), ...bars];
  }
}
