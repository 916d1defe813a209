import type { ErrorCode, Segment, VoiceProfile } from "../../../src/browser.ts";
import { decodeInPage } from "./decode-in-page.ts";
import type { Enough, JobNews, Lesson, LiveNews, ModelFacts, News, Order } from "./messages.ts";

/** Told while a file is worked on. */
export interface FileListener {
  progress(peaks: Float32Array, segments: readonly Segment[], share: number): void;
  done(seconds: number): void;
  failed(message: string): void;
}

/** Told while the voice is recorded. */
export interface TakeListener {
  /** Seconds of speech so far. */
  heard(seconds: number): void;
  /** It is kept, by itself or because it was done. */
  taken(seconds: number): void;
  failed(message: string): void;
}

/** A recording that is being made. */
export interface Taking {
  readonly id: number;
  /** For chunks of samples, to be transferred. */
  readonly port: MessagePort;
  /** It is to be kept. */
  done(): void;
  /** It is to be dropped. */
  cancel(): void;
}

/** What the engine could not do, in a sentence. */
export class EngineError extends Error {
  /** As the package's errors have it. */
  readonly code: ErrorCode | undefined;

  constructor(message: string, code?: ErrorCode) {
    super(message);
    this.code = code;
  }
}

const UNDECODABLE =
  "This file holds no sound that this browser can decode. Common formats are wav, mp3, m4a, flac, ogg and webm.";

/** The page's side of the worker that computes. There is one, and it lives as long as the page. */
export class Engine {
  /** Resolves when the model can answer; rejects with a sentence for the user. */
  readonly ready: Promise<ModelFacts>;
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #jobs = new Map<number, (news: JobNews) => void>();
  #live: ((news: LiveNews) => void) | null = null;
  #ids = 0;
  #sessions = 0;

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.#worker.addEventListener("error", () =>
        reject(new Error("The part of the page that computes did not start.")),
      );
      this.#worker.addEventListener("message", ({ data: news }: MessageEvent<News>) => {
        if (news.type === "ready") resolve(news.model);
        else if (news.type === "broken") reject(new Error(news.message));
        else if (news.type !== "live") this.#jobs.get(news.id)?.(news);
        else if (news.session === this.#sessions) this.#live?.(news.news);
      });
    });
    // Whoever shows it awaits it; nobody else need.
    this.ready.catch(() => undefined);
  }

  /** @returns the port for chunks of samples at `sampleRate`, to be transferred */
  listen(sampleRate: number, told: (news: LiveNews) => void): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#live = told;
    this.#order({ type: "live", session: ++this.#sessions, sampleRate, port: port2 }, [port2]);
    return port1;
  }

  /** No more sound comes; what has come is still told of. */
  stopListening(): void {
    this.#order({ type: "live-stop" });
  }

  /** @returns what ends the work */
  analyse(file: Blob, listener: FileListener): () => void {
    const id = this.#ids++;
    this.#order({ type: "file", id, file });
    return this.#followFile(id, file, (news) => {
      if (news.type === "progress") listener.progress(news.peaks, news.segments, news.share);
      else if (news.type === "done") listener.done(news.seconds);
      else if (news.type === "failed") listener.failed(news.message);
      return news.type !== "progress";
    });
  }

  /** The sound of a file that the browser itself does not play, as wav. */
  playable(file: Blob): Promise<Blob> {
    return this.#ask((id) => ({ type: "playable", id, file }), wavOf);
  }

  /**
   * What a voice profile says of itself.
   *
   * @param text as `ser calibrate` writes it; null: none
   * @param use whether it is answered by from now on; otherwise any voice is expected
   * @throws EngineError when it is no profile, or of another model
   */
  voice(text: string | null, use: boolean): Promise<VoiceProfile | null> {
    return this.#ask(
      (id) => ({ type: "voice", id, text, use }),
      (news) => (news.type === "voice" ? news.voice : undefined),
    );
  }

  /** Records the voice; what is kept can be learnt from, by its id. */
  record(sampleRate: number, enough: Enough, listener: TakeListener): Taking {
    const id = this.#ids++;
    const { port1: port, port2 } = new MessageChannel();
    this.#jobs.set(id, (news) => {
      if (news.type === "heard") return listener.heard(news.seconds);
      this.#jobs.delete(id);
      if (news.type === "taken") listener.taken(news.seconds);
      else if (news.type === "failed") listener.failed(news.message);
    });
    this.#order({ type: "take", id, sampleRate, port: port2, enough }, [port2]);
    return {
      id,
      port,
      done: () => this.#order({ type: "take-done", id }),
      cancel: () => this.#cancel(id),
    };
  }

  /** Takes a file as a recording of the voice. @throws EngineError when nobody speaks in it, or nobody can decode it */
  takeFile(file: Blob): Promise<{ readonly id: number; readonly seconds: number }> {
    const id = this.#ids++;
    return new Promise((resolve, reject) => {
      this.#order({ type: "take-file", id, file });
      this.#followFile(id, file, (news) => {
        if (news.type === "taken") resolve({ id, seconds: news.seconds });
        else if (news.type === "failed") reject(new EngineError(news.message, news.code));
        return true;
      });
    });
  }

  /** A recording of the voice as wav. */
  takePlayable(take: number): Promise<Blob> {
    return this.#ask((id) => ({ type: "take-playable", id, take }), wavOf);
  }

  /** Drops recordings of the voice. */
  forget(takes: readonly number[]): void {
    this.#order({ type: "take-forget", takes });
  }

  /**
   * Learns a voice; its recordings are dropped then.
   *
   * @returns the profile's text
   * @throws EngineError when there is too little of the voice
   */
  learn(lesson: Lesson, progress: (done: number, total: number) => void): Promise<string> {
    return this.#ask(
      (id) => ({ type: "learn", id, lesson }),
      (news) => {
        if (news.type === "learning") progress(news.done, news.total);
        return news.type === "learnt" ? news.text : undefined;
      },
    );
  }

  /** One order, one answer. @param read the answer in what is told; undefined as long as it is none */
  #ask<T>(order: (id: number) => Order, read: (news: JobNews) => T | undefined): Promise<T> {
    const id = this.#ids++;
    return new Promise((resolve, reject) => {
      this.#jobs.set(id, (news) => {
        const answer = read(news);
        if (answer === undefined && news.type !== "failed") return;
        this.#jobs.delete(id);
        if (news.type === "failed") reject(new EngineError(news.message, news.code));
        else resolve(answer as T);
      });
      this.#order(order(id));
    });
  }

  /** Work on a file, which the page decodes where the engine cannot. @param told returns whether the work is over */
  #followFile(id: number, file: Blob, told: (news: JobNews) => boolean): () => void {
    let pieces: ReturnType<typeof decodeInPage> | null = null;
    this.#jobs.set(id, (news) => {
      if (news.type === "foreign") pieces = decodeInPage(file);
      else if (news.type === "next") {
        void pieces?.next().then(
          ({ value }) => {
            const piece = value ?? null;
            this.#order({ type: "piece", id, piece }, piece ? [piece.samples.buffer] : []);
          },
          () => {
            this.#cancel(id);
            told({ type: "failed", id, message: UNDECODABLE });
          },
        );
      } else if (told(news)) this.#jobs.delete(id);
    });
    return () => this.#cancel(id);
  }

  #cancel(id: number): void {
    this.#jobs.delete(id);
    this.#order({ type: "cancel", id });
  }

  #order(order: Order, transfer: Transferable[] = []): void {
    this.#worker.postMessage(order, transfer);
  }
}

const wavOf = (news: JobNews): Blob | undefined => (news.type === "playable" ? news.wav : undefined);
