import { decodeStream, type Recognizer, type Segment, timeline, type Waveform } from "../../../src/browser.ts";
import { UNSURE_BELOW } from "../look/emotions.ts";
import type { FileNews, Piece } from "./messages.ts";

/** One file's work. */
export interface Analysis {
  readonly id: number;
  readonly abort: AbortController;
  tell(news: FileNews): void;
  /** Where the next piece of sound that the page has decoded goes. */
  takePiece: ((piece: Piece | null) => void) | null;
}

/** Peaks a second. */
const PEAK_RATE = 100;

/** From one report to the next, in milliseconds. */
const REPORT_EVERY = 200;

async function* bytesOf(file: Blob, read: (bytes: number) => void): AsyncGenerator<Uint8Array, void, undefined> {
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
async function* fromPage(analysis: Analysis): AsyncGenerator<Waveform, void, undefined> {
  analysis.tell({ type: "foreign", id: analysis.id });
  for (;;) {
    const piece = await new Promise<Piece | null>((resolve) => {
      analysis.takePiece = resolve;
      analysis.tell({ type: "next", id: analysis.id });
    });
    if (piece === null) return;
    yield piece;
  }
}

/** The file's sound by the decoders of Node; where they do not know it, by the browser's. */
async function* soundOf(file: Blob, analysis: Analysis, read: (bytes: number) => void): AsyncGenerator<Waveform> {
  let begun = false;
  try {
    for await (const piece of decodeStream(bytesOf(file, read))) {
      begun = true;
      yield piece;
    }
  } catch (cause) {
    if (begun || analysis.abort.signal.aborted || file.size === 0) throw cause;
    yield* fromPage(analysis);
  }
}

/** The largest magnitude of each hundredth of a second. */
class Peaks {
  #found: number[] = [];
  #open = 0;
  #samples = 0;
  #index = 0;
  seconds = 0;

  add({ samples, sampleRate }: Waveform): void {
    const first = this.#samples;
    for (let i = 0; i < samples.length;) {
      const stop = Math.min(samples.length, Math.ceil(((this.#index + 1) * sampleRate) / PEAK_RATE) - first);
      for (; i < stop; i++) {
        const magnitude = Math.abs(samples[i]!);
        if (magnitude > this.#open) this.#open = magnitude;
      }
      if (i < samples.length) this.#close();
    }
    this.#samples = first + samples.length;
    this.seconds = this.#samples / sampleRate;
  }

  #close(): void {
    this.#found.push(this.#open);
    this.#open = 0;
    this.#index++;
  }

  /** Those since the last call; @param last the sound is over */
  take(last = false): Float32Array {
    if (last) this.#close();
    const found = Float32Array.from(this.#found);
    this.#found = [];
    return found;
  }
}

/** The timeline of a file of any length, told as it grows. @throws InputError for what nobody can decode */
export async function analyse(recognizer: Recognizer, file: Blob, analysis: Analysis): Promise<void> {
  const { id, tell } = analysis;
  const { signal } = analysis.abort;
  const peaks = new Peaks();
  let segments: Segment[] = [];
  let read = 0;
  let reported = performance.now();
  const report = (last = false): void => {
    reported = performance.now();
    tell({ type: "progress", id, peaks: peaks.take(last), segments, share: last ? 1 : read / file.size });
    segments = [];
  };
  const heard = async function* (): AsyncGenerator<Waveform> {
    for await (const piece of soundOf(file, analysis, (bytes) => (read += bytes))) {
      signal.throwIfAborted();
      peaks.add(piece);
      if (performance.now() - reported > REPORT_EVERY) report();
      yield piece;
    }
  };
  for await (const segment of timeline(recognizer, heard(), { minConfidence: UNSURE_BELOW, signal })) {
    segments.push(segment);
  }
  report(true);
  tell({ type: "done", id, seconds: peaks.seconds });
}

/** Any sound that the decoders of Node know as 16-bit wav. */
export async function toWav(file: Blob): Promise<Blob> {
  const parts: Int16Array<ArrayBuffer>[] = [];
  let rate = 0;
  let samples = 0;
  for await (const piece of decodeStream(bytesOf(file, () => undefined))) {
    rate = piece.sampleRate;
    samples += piece.samples.length;
    parts.push(Int16Array.from(piece.samples, (x) => Math.round(32767 * Math.max(-1, Math.min(1, x)))));
  }
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, four: string): void => {
    for (let i = 0; i < 4; i++) header.setUint8(at + i, four.charCodeAt(i));
  };
  text(0, "RIFF");
  header.setUint32(4, 36 + 2 * samples, true);
  text(8, "WAVE");
  text(12, "fmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, rate, true);
  header.setUint32(28, 2 * rate, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, 2 * samples, true);
  return new Blob([header, ...parts], { type: "audio/wav" });
}
