import type { ModelDescription, ModelsResponse, RecognizeResponse } from "../server/index.ts";
import { LiveConnection, type LiveOptions } from "./live-connection.ts";
import { errorOf, RemoteError } from "./remote-error.ts";

/** Options of {@link SpeechEmotionClient}. */
export interface ClientOptions {
  /** Where the server is: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** For a server with keys. */
  readonly apiKey?: string;
}

/** Options of {@link SpeechEmotionClient.recognize}. */
export interface RemoteRecognizeOptions {
  /** Below this probability, 0 … 1, a segment has no emotion (null); default 0. */
  readonly minConfidence?: number;
  readonly signal?: AbortSignal;
}

/**
 * A server of `ser serve`, from Node or a browser.
 *
 * ```ts
 * const client = new SpeechEmotionClient({ url: "http://127.0.0.1:8080", apiKey });
 * const { segments } = await client.recognize(file);
 * const live = await client.live({ sampleRate: 16000 });
 * live.close();
 * ```
 */
export class SpeechEmotionClient {
  readonly #url: URL;
  readonly #apiKey: string | undefined;

  constructor({ url, apiKey }: ClientOptions) {
    this.#url = new URL(url.endsWith("/") ? url : `${url}/`);
    this.#apiKey = apiKey;
  }

  /**
   * The emotions of a recording as they follow each other.
   *
   * @param audio a file in any common format, whole
   * @throws RemoteError
   */
  recognize(
    audio: Blob | ArrayBuffer | Uint8Array,
    { minConfidence, signal }: RemoteRecognizeOptions = {},
  ): Promise<RecognizeResponse> {
    const query = minConfidence === undefined ? "" : `?minConfidence=${minConfidence}`;
    return this.#ask<RecognizeResponse>(`v1/recognize${query}`, {
      method: "POST",
      body: audio as Blob | ArrayBuffer,
      headers: { "content-type": "application/octet-stream" },
      ...(signal && { signal }),
    });
  }

  /** The models that answer. @throws RemoteError */
  async models(): Promise<readonly ModelDescription[]> {
    return (await this.#ask<ModelsResponse>("v1/models")).models;
  }

  /**
   * Opens a live session.
   *
   * @throws RemoteError
   */
  live(options: LiveOptions): Promise<LiveConnection> {
    const url = new URL("v1/live", this.#url);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return LiveConnection.open(url, options, this.#apiKey);
  }

  async #ask<T>(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<T> {
    const headers = { ...init.headers, ...(this.#apiKey !== undefined && { authorization: `Bearer ${this.#apiKey}` }) };
    let response: Response;
    try {
      response = await fetch(new URL(path, this.#url), { ...init, headers });
    } catch (cause) {
      if (init.signal?.aborted === true) throw cause;
      throw new RemoteError("unreachable", `${this.#url.origin} does not answer`, { cause });
    }
    if (!response.ok) throw await errorOf(response);
    return (await response.json()) as T;
  }
}
