import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** What is counted in other places and read when somebody asks. */
export interface Gauges {
  /** Recordings at work and waiting. */
  jobs(): number;
  liveSessions(): number;
  pendingBytes(): number;
}

/** The server's figures, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<"route" | "status">;
  readonly #duration: Histogram<"route">;
  readonly #audio: Counter;
  readonly #replaced: Counter;

  /** @param processMetrics figures of the process as well: memory, processor time, event loop */
  constructor({ jobs, liveSessions, pendingBytes }: Gauges, processMetrics = true) {
    const registers = [this.#registry];
    if (processMetrics) collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: "ser_http_requests_total",
      help: "Requests answered.",
      labelNames: ["route", "status"],
      registers,
    });
    this.#duration = new Histogram({
      name: "ser_http_request_duration_seconds",
      help: "From a request's headers to its answer.",
      labelNames: ["route"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    });
    this.#audio = new Counter({ name: "ser_audio_seconds_total", help: "Sound of recordings recognised.", registers });
    this.#replaced = new Counter({
      name: "ser_threads_replaced_total",
      help: "Threads that ended or were ended.",
      registers,
    });
    for (const [name, help, read] of [
      ["ser_jobs", "Recordings at work and waiting.", jobs],
      ["ser_live_sessions", "Live sessions.", liveSessions],
      ["ser_pending_bytes", "Bytes of uploads in memory.", pendingBytes],
    ] as const) {
      const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(read()) });
    }
  }

  /** @param route as in the table of operations, never what a client wrote */
  answered(route: string, status: number, seconds: number): void {
    this.#requests.inc({ route, status: String(status) });
    this.#duration.observe({ route }, seconds);
  }

  recognized(seconds: number): void {
    this.#audio.inc(seconds);
  }

  threadReplaced(): void {
    this.#replaced.inc();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
