import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach } from "vitest";
import { sine, wavFile } from "../audio/wav-file.ts";

const created: string[] = [];
afterEach(() => {
  for (const folder of created.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-test-"));
  created.push(folder);
  return folder;
}

/** A new folder with the files given (relative paths; content empty unless told), removed after the test. */
export function tree(files: readonly string[] | Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  const contents = Array.isArray(files) ? Object.fromEntries(files.map((file: string) => [file, ""])) : files;
  for (const [file, content] of Object.entries(contents)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content as string | Uint8Array);
  }
  return folder;
}

/** A mono 16-bit wav file. */
export function wav(samples: ArrayLike<number>, sampleRate = 16_000): Uint8Array {
  return wavFile(samples, { sampleRate });
}

/** A sine of amplitude 0.5, in a wav file at 16 kHz. */
export function tone(hertz: number, seconds = 0.25): Uint8Array {
  return wav(sine(hertz, 16_000, seconds));
}
