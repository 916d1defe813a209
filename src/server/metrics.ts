import { Counter, type Figure, Histogram, PROMETHEUS_TYPE, readFigure, renderFigures } from "./prometheus.ts";

/** What is counted in other places and read when somebody asks. */
export interface Gauges {
  /** Recordings at work and waiting. */
  jobs(): number;
  liveSessions(): number;
  pendingBytes(): number;
}

/** The server's figures, for Prometheus. */
export class Metrics {
  readonly contentType: string = PROMETHEUS_TYPE;
  readonly #requests = new Counter("ser_http_requests_total", "Requests answered.", true);
  readonly #duration = new Histogram(
    "ser_http_request_duration_seconds",
    "From a request's headers to its answer.",
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30, 60],
  );
  readonly #audio = new Counter("ser_audio_seconds_total", "Sound of recordings recognised.");
  readonly #replaced = new Counter("ser_threads_replaced_total", "Threads that ended or were ended.");
  readonly #figures: readonly Figure[];

  /** @param more figures, such as those of the process */
  constructor({ jobs, liveSessions, pendingBytes }: Gauges, more: readonly Figure[] = []) {
    this.#figures = [
      ...more,
      this.#requests,
      this.#duration,
      this.#audio,
      this.#replaced,
      readFigure("ser_jobs", "Recordings at work and waiting.", jobs),
      readFigure("ser_live_sessions", "Live sessions.", liveSessions),
      readFigure("ser_pending_bytes", "Bytes of uploads in memory.", pendingBytes),
    ];
  }

  /** @param route as in the table of operations, never what a client wrote */
  answered(route: string, status: number, seconds: number): void {
    this.#requests.add(1, { route, status: String(status) });
    this.#duration.observe(seconds, { route });
  }

  recognized(seconds: number): void {
    this.#audio.add(seconds);
  }

  threadReplaced(): void {
    this.#replaced.add();
  }

  render(): string {
    return renderFigures(this.#figures);
  }
}
