/** A stream that may be a terminal. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
}

/** How {@link Progress} draws; the defaults are for people. */
export interface ProgressOptions {
  /** A clock in milliseconds; default `performance.now`. */
  readonly now?: () => number;
  /** Least time between two redraws on a terminal, in milliseconds; default 100. */
  readonly redrawMs?: number;
  /** Least time between two plain lines where there is no terminal, in milliseconds; default 10,000. */
  readonly lineMs?: number;
}

const CLEAR_LINE = "\r\u001B[2K";

function twoDigits(n: number | undefined): string {
  return String(n).padStart(2, "0");
}

/** `75` → `1:15`, `3,700` → `1:01:40`; whole seconds, rounded up so that the end is never announced too early. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h === 0 ? `${m}:${twoDigits(s)}` : `${h}:${twoDigits(m)}:${twoDigits(s)}`;
}

function formatRate(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond)}/s`;
  return perSecond >= 0.1 ? `${perSecond.toFixed(1)}/s` : `${(perSecond * 60).toFixed(1)}/min`;
}

/** `decode  42 %  4,305/10,250  512/s  0:12 left`; rate and time left appear once a second has passed. */
export function renderProgress(label: string, done: number, total: number, elapsedSeconds: number): string {
  const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
  const count = `${done.toLocaleString("en")}/${total.toLocaleString("en")}`;
  const parts = [label, `${String(percent).padStart(3)} %`, count];
  if (done > 0 && elapsedSeconds >= 1) {
    parts.push(formatRate(done / elapsedSeconds));
    if (done < total) parts.push(`${formatDuration((elapsedSeconds * (total - done)) / done)} left`);
  }
  return parts.join("  ");
}

/**
 * One line that tells how far the work is. On a terminal it is redrawn in place and gone at the end; elsewhere (a log
 * file, CI) a plain line appears now and then. It always goes to stderr, so that stdout holds results only.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #redrawMs: number;
  readonly #lineMs: number;
  #label = "";
  #startedAt = 0;
  #drawnAt = 0;
  #shown = "";

  constructor(stream: ProgressStream, options: ProgressOptions = {}) {
    this.#stream = stream;
    this.#now = options.now ?? ((): number => performance.now());
    this.#redrawMs = options.redrawMs ?? 100;
    this.#lineMs = options.lineMs ?? 10_000;
  }

  /**
   * `done` of `total` pieces are done. A new label starts a new piece of work with a clock of its own.
   *
   * @param label what is being done, e.g. `decode` or `epoch 3/40`.
   * @param note shown at the end of the line, e.g. `loss 1.234`.
   */
  update(label: string, done: number, total: number, note = ""): void {
    const now = this.#now();
    if (label !== this.#label) {
      this.finish();
      this.#label = label;
      this.#startedAt = now;
      // A terminal shows the line at once; a log only once there is something to tell.
      this.#drawnAt = this.#stream.isTTY === true ? -Infinity : now;
    }
    const last = done >= total;
    const wait = this.#stream.isTTY === true ? this.#redrawMs : this.#lineMs;
    if (now - this.#drawnAt < wait && !last) return;
    this.#drawnAt = now;
    const line = renderProgress(label, done, total, (now - this.#startedAt) / 1000) + (note === "" ? "" : `  ${note}`);
    if (this.#stream.isTTY === true) {
      // One character less than the width: a full line would wrap and could not be redrawn.
      this.#shown = line.slice(0, Math.max(1, (this.#stream.columns ?? 80) - 1));
      this.#stream.write(CLEAR_LINE + this.#shown);
    } else {
      this.#stream.write(`${line}\n`);
    }
  }

  /** Writes `text` (whole lines) above the progress line. */
  write(text: string): void {
    if (this.#shown === "") {
      this.#stream.write(text);
      return;
    }
    this.#stream.write(CLEAR_LINE + text);
    if (text.endsWith("\n")) this.#stream.write(this.#shown);
    else this.#shown = "";
  }

  /** The work is over: takes the line off the terminal. */
  finish(): void {
    if (this.#shown !== "") this.#stream.write(CLEAR_LINE);
    this.#shown = "";
    this.#label = "";
  }
}
