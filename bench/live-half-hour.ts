/** Half an hour of live sound in accelerated time, with `node --expose-gc`: heap, frames and clock as JSON. */
import { fileURLToPath } from "node:url";
import { readAudio } from "../src/audio/read-audio.node.ts";
import { loadRecognizer } from "../src/recognize/load.node.ts";
import { conversation } from "./live-sound.ts";

const clip = fileURLToPath(new URL("../examples/clips/espeak-even-middle.wav", import.meta.url));
const RATE = 16_000;
const MINUTES = 30;
const { samples, onsets } = conversation([await readAudio(clip)], 60, RATE);
const recognizer = await loadRecognizer();
const stream = recognizer.stream({ sampleRate: RATE });
const collect = globalThis.gc ?? ((): void => {});
const heaps: number[] = [];
const errors: number[] = [];
let measured = 0;
let spans = 0;
for (let minute = 0; minute < MINUTES; minute++) {
  for (let at = 0; at < samples.length; at += RATE / 10) {
    for (const event of await stream.push(samples.subarray(at, at + RATE / 10))) {
      if (event.type === "measurement") measured++;
      if (event.type !== "utterance.end") continue;
      spans++;
      // Where the same voice begins in every minute.
      const distances = onsets.map((onset) => ((event.start - onset + 90) % 60) - 30);
      errors.push(Math.min(...distances.map((distance) => Math.abs(distance))));
    }
  }
  collect();
  heaps.push(process.memoryUsage().heapUsed / 1e6);
}
await recognizer.release();
const cpu = process.cpuUsage();
const growth = heaps.at(-1)! - heaps[4]!;
const spread = Math.max(...heaps.slice(4)) - Math.min(...heaps.slice(4));
console.log(
  JSON.stringify({
    growth,
    spread,
    measured,
    spans,
    expected: MINUTES * onsets.length,
    drift: Math.max(...errors),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  }),
);
