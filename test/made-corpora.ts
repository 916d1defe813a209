import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Random } from "../src/random.ts";
import { wavFile } from "./audio/wav-file.ts";

const RATE = 16_000;

/** A buzz of 0.4 s whose pitch is the emotion's, a little higher or lower with the speaker; noise makes every file its own. */
function buzz(emotion: number, speaker: number, name: string): Uint8Array {
  const random = new Random(speaker, name);
  const step = (2 * Math.PI * (110 + 40 * emotion + 4 * speaker)) / RATE;
  return wavFile(
    Float32Array.from(
      { length: 0.4 * RATE },
      (_, t) => 0.2 * (Math.sin(t * step) + Math.sin(2 * t * step) + Math.sin(3 * t * step)) + 0.02 * random.normal(),
    ),
    { sampleRate: RATE },
  );
}

/** Names of recordings as the four corpora give them, with the places of emotion and speaker. */
function* names(): Generator<readonly [name: string, emotion: number, speaker: number]> {
  const two = (n: number): string => String(n).padStart(2, "0");
  for (const actor of [1, 2, 3, 4, 5]) {
    for (let emotion = 1; emotion <= 8; emotion++) {
      for (const take of [1, 2]) {
        yield [`ravdess/Actor_${two(actor)}/03-01-${two(emotion)}-01-01-${two(take)}-${two(actor)}`, emotion, actor];
      }
    }
  }
  for (const actor of [1001, 1002, 1003, 1005, 1012]) {
    for (const [e, emotion] of ["NEU", "HAP", "SAD", "ANG", "FEA", "DIS"].entries()) {
      yield [`crema-d/${actor}_DFA_${emotion}_XX`, e, actor - 1000];
    }
  }
  for (const [s, speaker] of ["OAF", "YAF"].entries()) {
    for (const word of ["back", "bar", "base", "bath", "bean"]) {
      for (const [e, emotion] of ["neutral", "happy", "sad", "angry", "fear", "disgust", "ps"].entries()) {
        yield [`tess/${speaker}_${word}_${emotion}`, e, s];
      }
    }
  }
  for (const [s, speaker] of ["DC", "JE", "KL"].entries()) {
    for (const [e, emotion] of ["n", "h", "sa", "a", "f", "d", "su"].entries()) {
      yield [`savee/${speaker}/${emotion}01`, e, s];
    }
  }
}

/** Writes small corpora of buzzes, named as the four corpora name theirs: 201 recordings. */
export function writeCorpora(folder: string): void {
  for (const [name, emotion, speaker] of names()) {
    const file = path.join(folder, `${name}.wav`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, buzz(emotion, speaker, name));
  }
}
