import type {
  ErrorMessage,
  MeasurementMessage,
  ServerMessage,
  SessionEnded,
  SessionUpdate,
  SessionUpdated,
  UtteranceEndMessage,
  UtteranceStartMessage,
} from "../server/index.ts";
import { RemoteError } from "./remote-error.ts";

/** Options of a live session. */
export interface LiveOptions {
  /** Of the samples that will be sent, in hertz. */
  readonly sampleRate: number;
  /** From one measurement to the next while somebody speaks; default 500. */
  readonly intervalMs?: number;
}

/** What a live session tells. */
export type LiveEvent = UtteranceStartMessage | MeasurementMessage | UtteranceEndMessage | SessionEnded;

/** The part of `WebSocket` that is used; that of browsers and of the package ws both have it. */
interface Socket {
  binaryType: string;
  readonly bufferedAmount: number;
  send(message: string | ArrayBuffer): void;
  close(code?: number): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number; reason: string }) => void): void;
}

/** Samples a message: 0.1 s at 16 kHz as others do, and far below what a server takes. */
const FRAME_SAMPLES = 4096;
/** Bytes on their way above which `send` waits. */
const UNSENT_BYTES = 1 << 18;

/** Node has a WebSocket of its own only since version 22. */
async function openSocket(url: URL, protocols: string[]): Promise<Socket> {
  if (typeof WebSocket === "function") return new WebSocket(url, protocols);
  const { WebSocket: NodeSocket } = await import("ws");
  return new NodeSocket(url, protocols) as unknown as Socket;
}

function toInt16(samples: Float32Array | Int16Array): Int16Array {
  if (samples instanceof Int16Array) return samples;
  return Int16Array.from(samples, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))));
}

/**
 * A live session: samples in, events out.
 *
 * ```ts
 * const live = await client.live({ sampleRate: 16000 });
 * for (const samples of microphone) await live.send(samples); // Float32Array, -1 … 1
 * live.end();
 * for await (const event of live) if (event.type === "measurement.result") show(event);
 * ```
 */
export class LiveConnection implements AsyncIterable<LiveEvent> {
  /** What the server made of the options, and its labels. */
  readonly session: SessionUpdated;
  readonly #socket: Socket;
  readonly #events: ServerMessage[] = [];
  #failure: RemoteError | null = null;
  #over = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket, session: SessionUpdated) {
    this.#socket = socket;
    this.session = session;
  }

  /**
   * Connects, and waits for the server's settings: `SpeechEmotionClient.live` calls it.
   *
   * @throws RemoteError
   */
  static async open(url: URL, { sampleRate, intervalMs }: LiveOptions, apiKey?: string): Promise<LiveConnection> {
    const protocols = ["speech-emotion.v1", ...(apiKey === undefined ? [] : [`key.${apiKey}`])];
    const socket = await openSocket(url, protocols);
    socket.binaryType = "arraybuffer";
    return new Promise((resolve, reject) => {
      let connection: LiveConnection | null = null;
      const refused = new RemoteError(
        "unreachable",
        `${url.origin} lets no live session in: is it there, and the key right?`,
      );
      socket.addEventListener("error", () => reject(refused));
      socket.addEventListener("close", ({ code, reason }) => {
        reject(refused);
        if (connection) connection.#closed(code, reason);
      });
      socket.addEventListener("open", () => {
        const update: SessionUpdate = {
          type: "session.update",
          sample_rate: sampleRate,
          ...(intervalMs !== undefined && { interval_ms: intervalMs }),
        };
        socket.send(JSON.stringify(update));
      });
      socket.addEventListener("message", ({ data }) => {
        const message = JSON.parse(String(data)) as ServerMessage;
        if (connection) return connection.#take(message);
        if (message.type === "session.updated") {
          connection = new LiveConnection(socket, message);
          resolve(connection);
        } else if (message.type === "error") {
          reject(new RemoteError(message.code, message.message));
          socket.close();
        }
      });
    });
  }

  /**
   * Sends samples, as many as there are; floats are -1 … 1. Resolves when the network has taken most of them: who awaits
   * it never fills the memory.
   *
   * @throws RemoteError when the session is over
   */
  async send(samples: Float32Array | Int16Array): Promise<void> {
    const integers = toInt16(samples);
    for (let at = 0; at < integers.length; at += FRAME_SAMPLES) {
      while (!this.#over && this.#socket.bufferedAmount > UNSENT_BYTES) await new Promise((go) => setTimeout(go, 10));
      if (this.#over) throw this.#failure ?? new RemoteError("unreachable", "the session is over");
      this.#socket.send(integers.slice(at, at + FRAME_SAMPLES).buffer as ArrayBuffer);
    }
  }

  /** The sound is over. The last events still come, `session.ended` behind them. */
  end(): void {
    if (!this.#over) this.#socket.send(JSON.stringify({ type: "session.end" }));
  }

  /** Leaves at once; nothing more is told. */
  close(): void {
    this.#over = true;
    this.#socket.close(1000);
    this.#wake();
  }

  /** Events as they come, until the session has ended. @throws RemoteError what the server refused, or a lost connection */
  async *[Symbol.asyncIterator](): AsyncGenerator<LiveEvent, void, undefined> {
    for (;;) {
      const event = this.#events.shift();
      if (event === undefined) {
        if (this.#failure) throw this.#failure;
        if (this.#over) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else if (event.type !== "error" && event.type !== "session.updated") {
        yield event;
      }
    }
  }

  #take(message: ServerMessage): void {
    if (message.type === "error") this.#fail(message);
    else this.#events.push(message);
    if (message.type === "session.ended") this.#over = true;
    this.#wake();
  }

  #fail({ code, message }: ErrorMessage): void {
    this.#failure ??= new RemoteError(code, message);
  }

  #closed(code: number, reason: string): void {
    if (!this.#over) {
      // 1009: so large that it was not even read.
      const known = code === 1009 ? "message_too_large" : "unreachable";
      this.#failure ??= new RemoteError(known, `the connection was closed (${code}${reason && `, ${reason}`})`);
    }
    this.#over = true;
    this.#wake();
  }
}
