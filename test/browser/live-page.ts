/** Runs in the browser: the times of `bench/live-updates.ts`. */
import { measureUpdates, type UpdateTimes } from "../../bench/live-updates.ts";
import { loadRecognizer, readAudio } from "../../src/browser.ts";

const page = window as unknown as { result?: UpdateTimes; failure?: string };

async function measure(): Promise<UpdateTimes> {
  const recognizer = await loadRecognizer(undefined, { wasmPaths: "/" });
  const { samples, sampleRate } = await readAudio("/speech.wav");
  return measureUpdates(recognizer, samples, sampleRate);
}

measure().then(
  (times) => (page.result = times),
  (error: unknown) => (page.failure = String(error)),
);
