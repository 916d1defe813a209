import { type Recognizer, type Segment, timeline, type Waveform } from "../../../src/browser.ts";
import { UNSURE_BELOW } from "../look/emotions.ts";
import { PEAK_RATE } from "./messages.ts";
import { type Job, soundOf } from "./sound.ts";

/** From one report to the next, in milliseconds. */
const REPORT_EVERY = 200;

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
export async function analyse(recognizer: Recognizer, file: Blob, job: Job): Promise<void> {
  const { id, tell } = job;
  const { signal } = job.abort;
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
    for await (const piece of soundOf(file, job, (bytes) => (read += bytes))) {
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
