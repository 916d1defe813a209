import type { Segment } from "../../../src/browser.ts";
import { decodeInPage } from "./decode-in-page.ts";
import type { FileNews, LiveNews, ModelFacts, News, Order } from "./messages.ts";

/** Told while a file is worked on. */
export interface FileListener {
  progress(peaks: Float32Array, segments: readonly Segment[], share: number): void;
  done(seconds: number): void;
  failed(message: string): void;
}

/** The page's side of the worker that computes. There is one, and it lives as long as the page. */
export class Engine {
  /** Resolves when the model can answer; rejects with a sentence for the user. */
  readonly ready: Promise<ModelFacts>;
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #files = new Map<number, (news: FileNews) => void>();
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
        else if (news.type !== "live") this.#files.get(news.id)?.(news);
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
    let pieces: ReturnType<typeof decodeInPage> | null = null;
    const close = (): void => void this.#files.delete(id);
    const fail = (message: string): void => {
      close();
      this.#order({ type: "cancel", id });
      listener.failed(message);
    };
    this.#files.set(id, (news) => {
      if (news.type === "progress") listener.progress(news.peaks, news.segments, news.share);
      else if (news.type === "foreign") pieces = decodeInPage(file);
      else if (news.type === "next") {
        void pieces?.next().then(
          ({ value }) => {
            const piece = value ?? null;
            this.#order({ type: "piece", id, piece }, piece ? [piece.samples.buffer] : []);
          },
          () =>
            fail(
              "This file holds no sound that this browser can decode. Common formats are wav, mp3, m4a, flac, ogg and webm.",
            ),
        );
      } else {
        close();
        if (news.type === "done") listener.done(news.seconds);
        else if (news.type === "failed") listener.failed(news.message);
      }
    });
    this.#order({ type: "file", id, file });
    return () => {
      close();
      this.#order({ type: "cancel", id });
    };
  }

  /** The sound of a file that the browser itself does not play, as wav. */
  playable(file: Blob): Promise<Blob> {
    const id = this.#ids++;
    return new Promise((resolve, reject) => {
      this.#files.set(id, (news) => {
        this.#files.delete(id);
        if (news.type === "playable") resolve(news.wav);
        else reject(new Error(news.type === "failed" ? news.message : news.type));
      });
      this.#order({ type: "playable", id, file });
    });
  }

  #order(order: Order, transfer: Transferable[] = []): void {
    this.#worker.postMessage(order, transfer);
  }
}
