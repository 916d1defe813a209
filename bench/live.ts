import { fileURLToPath } from "node:url";
import { resample } from "../src/audio/index.ts";
import { readAudio } from "../src/audio/read-audio.node.ts";
import { loadRecognizer } from "../src/recognize/load.node.ts";
import { type BenchCase, timed } from "./harness.ts";
import { conversation, pieces } from "./live-sound.ts";

const clip = fileURLToPath(new URL("../examples/clips/espeak-even-middle.wav", import.meta.url));

/** One update: half a second of speech into a stream whose window is full, and the measurement that comes of it. */
export async function cases(): Promise<BenchCase[]> {
  const recognizer = await loadRecognizer();
  const speech = conversation([await readAudio(clip)], 60, 48_000);
  const resampled = resample(speech, 16_000);
  const updates = [speech, resampled].map((sound) => {
    const chunks = pieces(sound.samples, sound.sampleRate / 2);
    let stream = recognizer.stream({ sampleRate: sound.sampleRate });
    let next = 0;
    return async (): Promise<void> => {
      if (next === chunks.length) {
        stream = recognizer.stream({ sampleRate: sound.sampleRate });
        next = 0;
      }
      await stream.push(chunks[next++]!);
    };
  });
  const peer = "no peer measures speech as it comes";
  return [
    {
      name: "an update (0.5 s at 48 kHz: resampling, gate, features, network)",
      ours: timed("ours", updates[0]!),
      peer,
      rounds: 110,
    },
    { name: "an update (0.5 s at 16 kHz)", ours: timed("ours", updates[1]!), peer, rounds: 110 },
  ];
}
