/** Runs in the browser: the times of `bench/live-updates.ts`. */
import { measureUpdates, type UpdateTimes } from "../../bench/live-updates.ts";
import { loadRecognizer, readAudio } from "../../src/browser.ts";
import { leave } from "./leave.ts";

async function measure(): Promise<UpdateTimes> {
  const recognizer = await loadRecognizer(undefined, { wasmPaths: "/" });
  const { samples, sampleRate } = await readAudio("/speech.wav");
  return measureUpdates(recognizer, samples, sampleRate);
}

leave(measure());
