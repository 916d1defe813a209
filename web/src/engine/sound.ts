import { decodeStream, type Waveform } from "../../../src/browser.ts";
import type { JobNews, Piece } from "./messages.ts";

/** Work that the page has asked for. */
export interface Job {
  readonly id: number;
  readonly abort: AbortController;
  tell(news: JobNews): void;
  /** Where the next piece of sound that the page has decoded goes. */
  takePiece: ((piece: Piece | null) => void) | null;
}

/** The bytes of a file as they are read. */
export async function* bytesOf(file: Blob, read: (bytes: number) => void): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = file.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      read(value.length);
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Sound that the page has decoded, asked for piece by piece. */
async function* fromPage(job: Job): AsyncGenerator<Waveform, void, undefined> {
  job.tell({ type: "foreign", id: job.id });
  for (;;) {
    const piece = await new Promise<Piece | null>((resolve) => {
      job.takePiece = resolve;
      job.tell({ type: "next", id: job.id });
    });
    if (piece === null) return;
    yield piece;
  }
}

/** The file's sound by the decoders of Node; where they do not know it, by the browser's. */
export async function* soundOf(file: Blob, job: Job, read: (bytes: number) => void): AsyncGenerator<Waveform> {
  let begun = false;
  try {
    for await (const piece of decodeStream(bytesOf(file, read))) {
      begun = true;
      yield piece;
    }
  } catch (cause) {
    if (begun || job.abort.signal.aborted || file.size === 0) throw cause;
    yield* fromPage(job);
  }
}
