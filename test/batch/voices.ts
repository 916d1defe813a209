import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Random } from "../../src/random.ts";
import { wavFile } from "../audio/wav-file.ts";

/** A wav file of 0.7 s at 16 kHz: a voice-like hum with noise, none like another of the same `kind`. */
export function hum(i: number, kind: string): Uint8Array {
  const random = new Random(i, kind);
  const pitch = 0.04 + 0.002 * (i % 30);
  const samples = Float32Array.from({ length: 11_200 }, (_, t) => {
    const syllable = Math.max(0, Math.sin(t / 900));
    return syllable * 0.2 * (Math.sin(t * pitch) + Math.sin(2 * t * pitch)) + 0.002 * random.normal();
  });
  return wavFile(samples, { sampleRate: 16_000 });
}

/** Writes `count` recordings of {@link hum}. @returns their paths */
export function writeVoices(folder: string, count: number): string[] {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, i) => {
    const file = path.join(folder, `${i}.wav`);
    writeFileSync(file, hum(i, "voices"));
    return file;
  });
}
