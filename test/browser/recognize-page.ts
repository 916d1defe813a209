/**
 * Runs in the browser: for each file in the address's query (`?files=/a.wav,/b.wav`) what `recognize` says of it and what a
 * stream says that gets it in chunks. The answers are left on the window.
 */
import { loadRecognizer, readAudio, type StreamEvent } from "../../src/browser.ts";
import { leave } from "./leave.ts";

/** Answers for one file. */
export interface PageAnswer {
  readonly probabilities: readonly number[] | null;
  /** Numbers of all the stream's events, in order. */
  readonly stream: readonly number[];
}

/** The numbers of a stream's events. */
export function numbersOf(events: readonly StreamEvent[]): number[] {
  return events.flatMap((event) => {
    if (event.type === "utterance.start") return [event.start];
    const probabilities = event.type === "measurement" ? Object.values(event.probabilities) : [];
    return [event.start, event.end, ...probabilities];
  });
}

async function answers(): Promise<PageAnswer[]> {
  const recognizer = await loadRecognizer(undefined, { wasmPaths: "/" });
  const found: PageAnswer[] = [];
  for (const file of (await (await fetch("/files.json")).json()) as string[]) {
    const sound = await readAudio(file);
    const { probabilities } = await recognizer.recognize(sound);
    const stream = recognizer.stream({ sampleRate: sound.sampleRate });
    const events: StreamEvent[] = [];
    // Chunks of 10 ms to 0.5 s.
    for (let at = 0, i = 0; at < sound.samples.length; i++) {
      const length = Math.round((0.01 + 0.49 * ((i * 0.37) % 1)) * sound.sampleRate);
      events.push(...(await stream.push(sound.samples.subarray(at, at + length))));
      at += length;
    }
    events.push(...(await stream.end()));
    found.push({ probabilities: probabilities && Object.values(probabilities), stream: numbersOf(events) });
  }
  await recognizer.release();
  return found;
}

// The test in Node takes `numbersOf` alone.
if (typeof window !== "undefined") leave(answers());
