import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Random } from "../src/random.ts";
import { wavFile } from "./audio/wav-file.ts";

/** Writes a SAVEE of tones: each emotion once a speaker. */
export function writeSavee(root: string, speakers: readonly string[]): void {
  for (const [s, speaker] of speakers.entries()) {
    mkdirSync(path.join(root, speaker), { recursive: true });
    for (const [e, code] of ["a", "d", "f", "h", "n", "sa", "su"].entries()) {
      const random = new Random(s, speaker, code);
      const samples = Float32Array.from(
        { length: 4_000 },
        (_, t) => 0.3 * Math.sin(t * (0.02 + 0.06 * e + 0.003 * s)) + 0.05 * random.normal(),
      );
      writeFileSync(path.join(root, speaker, `${code}01.wav`), wavFile(samples));
    }
  }
}
