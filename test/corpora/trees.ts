import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach } from "vitest";

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
export function wav(samples: readonly number[], sampleRate = 16000): Uint8Array {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (const [i, sample] of samples.entries()) bytes.writeInt16LE(Math.round(sample * 32767), 44 + i * 2);
  return bytes;
}

/** A sine of amplitude 0.5, in a wav file at 16 kHz. */
export function tone(hertz: number, seconds = 0.25): Uint8Array {
  const count = Math.round(seconds * 16000);
  return wav(Array.from({ length: count }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / 16000)));
}
