import type { StreamEvent, StreamOptions } from "../recognize/index.ts";
import {
  clientMessage,
  type EndReason,
  type ErrorMessage,
  LIVE_ERRORS,
  type LiveErrorCode,
  type ServerMessage,
  type SessionUpdate,
} from "./live-messages.ts";
import { RateLimit } from "./rate-limit.ts";
import { faultOf } from "./schema.ts";
import type { PlainError } from "./worker-messages.ts";

/** What a session needs of its connection. */
export interface LiveSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Stops reading, so that the client has to wait. */
  pause(): void;
  resume(): void;
  /** Bytes that the client has not taken yet. */
  readonly bufferedAmount: number;
}

/** A stream of sound that is measured elsewhere. */
export interface LiveStream {
  /** 16-bit little-endian samples; given away. */
  push(samples: ArrayBuffer): void;
  end(): void;
  drop(): void;
}

/** What a {@link LiveStream} tells. */
export interface LiveStreamEvents {
  /** @param bytes of sound that are done with them; `ended`: these are the last */
  onEvents(events: readonly StreamEvent[], bytes: number, ended: boolean): void;
  onError(error: PlainError): void;
}

/** Where streams are measured. */
export interface LiveEngine {
  open(options: StreamOptions, events: LiveStreamEvents): LiveStream;
}

/** Limits of a session: those of `ServerSettings`. */
export interface LiveLimits {
  readonly liveSeconds: number;
  readonly liveIdleSeconds: number;
  readonly liveFrameBytes: number;
  readonly liveMessages: number;
}

/** Seconds of sound that may wait for a thread before the client has to. */
const AHEAD_SECONDS = 0.5;
/** Bytes that a client may leave unread. */
const UNREAD_BYTES = 1 << 20;
/** The longest text message, in characters. */
export const MESSAGE_CHARACTERS = 4096;

const toMs = (seconds: number): number => Math.round(1000 * seconds);

/** One live session: messages in, messages out. */
export class LiveSession {
  readonly id: string;
  readonly #socket: LiveSocket;
  readonly #engine: LiveEngine;
  readonly #limits: LiveLimits;
  readonly #labels: readonly string[];
  readonly #rate: RateLimit;
  readonly #onClosed: () => void;
  #idle: ReturnType<typeof setTimeout> | undefined;
  /** Until then nothing is read. */
  #held: ReturnType<typeof setTimeout> | undefined;
  #config: SessionUpdate | null = null;
  #stream: LiveStream | null = null;
  #taken = 0;
  #waiting = 0;
  #paused = false;
  #ending: EndReason | null = null;
  #closed = false;

  /** @param onClosed called once, when the session is over from either side */
  constructor(
    id: string,
    socket: LiveSocket,
    engine: LiveEngine,
    { limits, labels, onClosed }: { limits: LiveLimits; labels: readonly string[]; onClosed: () => void },
  ) {
    this.id = id;
    this.#socket = socket;
    this.#engine = engine;
    this.#limits = limits;
    this.#labels = labels;
    this.#onClosed = onClosed;
    this.#rate = new RateLimit(limits.liveMessages, 2 * limits.liveMessages);
    this.#touch();
  }

  /** A text message came. */
  text(text: string): void {
    if (!this.#admit()) return;
    if (text.length > MESSAGE_CHARACTERS) {
      return this.#error("message_too_large", `a message of ${text.length} characters; ${MESSAGE_CHARACTERS} at most`);
    }
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return this.#error("message_invalid", "the message is no JSON");
    }
    const type = typeof json === "object" && json !== null && "type" in json ? json.type : undefined;
    if (type !== "session.update" && type !== "session.end") {
      return this.#error("message_invalid", 'type must be "session.update" or "session.end"');
    }
    const parsed = clientMessage.safeParse(json);
    if (!parsed.success)
      return this.#error(type === "session.update" ? "config_invalid" : "message_invalid", faultOf(parsed.error, json));
    if (parsed.data.type === "session.end") return this.finish("client");
    this.#configure(parsed.data);
  }

  /** A binary message came: sound. */
  binary(bytes: Uint8Array): void {
    if (this.#over) return;
    const { liveFrameBytes, liveSeconds } = this.#limits;
    if (bytes.byteLength > liveFrameBytes) {
      return this.#refuse("message_too_large", `a frame of ${bytes.byteLength} bytes; ${liveFrameBytes} at most`);
    }
    if (bytes.byteLength === 0 || bytes.byteLength % 2 !== 0) {
      return this.#refuse("invalid_audio_frame", `a frame of ${bytes.byteLength} bytes: must be whole 16-bit samples`);
    }
    if (!this.#config)
      return this.#refuse("config_invalid", "say session.update with sample_rate before the first sound");
    this.#touch();
    // Good sound that comes too fast is slowed, not refused: who sends a recording as fast as it goes may.
    this.#hold(this.#rate.owe("sound"));
    const { sample_rate: sampleRate, interval_ms: interval = 500 } = this.#config;
    this.#stream ??= this.#engine.open(
      { sampleRate, interval: interval / 1000, backlog: Infinity },
      { onEvents: (...told) => this.#tell(...told), onError: (error) => this.#failed(error) },
    );
    const samples = new ArrayBuffer(bytes.byteLength);
    new Uint8Array(samples).set(bytes);
    this.#taken += bytes.byteLength / 2;
    this.#waiting += bytes.byteLength;
    this.#stream.push(samples);
    this.#press();
    if (this.#taken >= liveSeconds * sampleRate) this.finish("session_limit");
  }

  /** Tells what is still to be told, and closes. Sound that comes later is not taken. */
  finish(reason: EndReason): void {
    if (this.#ending !== null || this.#closed) return;
    this.#ending = reason;
    clearTimeout(this.#idle);
    if (this.#stream) this.#stream.end();
    else this.#end();
  }

  /** The connection is gone. */
  gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#idle);
    clearTimeout(this.#held);
    this.#stream?.drop();
    this.#onClosed();
  }

  #configure(config: SessionUpdate): void {
    if (this.#stream) return this.#error("config_invalid", "session.update must come before the first sound");
    this.#config = config;
    this.#send({
      type: "session.updated",
      session_id: this.id,
      sample_rate: config.sample_rate,
      interval_ms: config.interval_ms ?? 500,
      encoding: "s16le",
      labels: this.#labels,
    });
  }

  get #over(): boolean {
    return this.#closed || this.#ending !== null;
  }

  /** Whether a message is looked at. */
  #admit(): boolean {
    if (this.#over) return false;
    this.#touch();
    if (this.#rate.take("other") === 0) return true;
    this.#error("rate_limited", `more than ${this.#limits.liveMessages} messages a second`);
    return false;
  }

  #touch(): void {
    clearTimeout(this.#idle);
    const { liveIdleSeconds } = this.#limits;
    this.#idle = setTimeout(() => {
      // A client that has to wait for us is not idle.
      if (this.#paused) this.#touch();
      else this.#error("idle_timeout", `nothing came for ${liveIdleSeconds} s`);
    }, liveIdleSeconds * 1000);
  }

  /** Reads nothing for so many seconds. */
  #hold(seconds: number): void {
    if (seconds === 0) return;
    clearTimeout(this.#held);
    this.#held = setTimeout(() => {
      this.#held = undefined;
      this.#press();
    }, 1000 * seconds);
  }

  #press(): void {
    const full = this.#held !== undefined || this.#waiting > 2 * AHEAD_SECONDS * this.#config!.sample_rate;
    if (full === this.#paused) return;
    this.#paused = full;
    if (full) this.#socket.pause();
    else this.#socket.resume();
  }

  /** An error about a message, which counts like any other. */
  #refuse(code: LiveErrorCode, message: string): void {
    if (this.#admit()) this.#error(code, message);
  }

  #tell(events: readonly StreamEvent[], bytes: number, ended: boolean): void {
    if (this.#closed) return;
    this.#waiting -= bytes;
    this.#press();
    for (const event of events) if (!isForSums(event)) this.#send(toMessage(event));
    if (ended) this.#end();
  }

  #end(): void {
    const rate = this.#config?.sample_rate ?? 1;
    const reason = this.#ending ?? "client";
    this.#send({ type: "session.ended", reason, audio_ms: toMs(this.#taken / rate) });
    this.#close(reason === "stopping" ? 1001 : 1000, reason);
  }

  #failed({ code, message }: PlainError): void {
    if (this.#closed) return;
    if (code === "audio_rate_unsupported" || code === "parameter_invalid") this.#error("config_invalid", message, true);
    else this.#error("internal", "an error of the server", true);
  }

  #error(code: LiveErrorCode, message: string, fatal: boolean = LIVE_ERRORS[code].fatal): void {
    this.#send({ type: "error", code, message, fatal });
    if (fatal) this.#close(LIVE_ERRORS[code].close, code);
  }

  #send(message: ServerMessage): void {
    if (this.#closed) return;
    this.#socket.send(JSON.stringify(message));
    if (this.#socket.bufferedAmount <= UNREAD_BYTES) return;
    // Behind all that is unread; who begins to read again is told.
    const told: ErrorMessage = {
      type: "error",
      code: "client_too_slow",
      message: `more than ${UNREAD_BYTES} bytes of events are unread`,
      fatal: true,
    };
    this.#socket.send(JSON.stringify(told));
    this.#close(LIVE_ERRORS.client_too_slow.close, "client_too_slow");
  }

  #close(code: number, reason: string): void {
    if (this.#closed) return;
    if (this.#paused) this.#socket.resume();
    this.gone();
    this.#socket.close(code, reason);
  }
}

/**
 * Whether a measurement only serves to sum a long utterance up: it is of a window that ended a while ago, between two of the
 * client's intervals.
 */
function isForSums(event: StreamEvent): boolean {
  return event.type === "measurement" && event.trigger === "interval" && event.weight > 0;
}

function toMessage(event: StreamEvent): ServerMessage {
  switch (event.type) {
    case "utterance.start":
      return { type: "utterance.start", audio_start_ms: toMs(event.start) };
    case "utterance.end":
      return { type: "utterance.end", audio_start_ms: toMs(event.start), audio_end_ms: toMs(event.end) };
    case "measurement": {
      const { trigger, start, end, emotion, confidence, probabilities } = event;
      return {
        type: "measurement.result",
        trigger,
        audio_start_ms: toMs(start),
        audio_end_ms: toMs(end),
        emotion,
        confidence,
        probabilities,
      };
    }
  }
}
