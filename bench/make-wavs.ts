/** Writes the recordings of a list (a path a line) as 16-bit wav files at 16 kHz: `tsx bench/make-wavs.ts <list> <folder>`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { resample } from "../src/audio/index.ts";
import { readAudio } from "../src/audio/read-audio.node.ts";
import { wavFile } from "../test/audio/wav-file.ts";

const [list, folder] = process.argv.slice(2) as [string, string];
mkdirSync(folder, { recursive: true });
for (const [i, file] of readFileSync(list, "utf8").trim().split("\n").entries()) {
  const { samples } = resample(await readAudio(file), 16_000);
  writeFileSync(path.join(folder, `${i}.wav`), wavFile(samples, { sampleRate: 16_000 }));
}
