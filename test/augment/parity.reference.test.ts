import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { pitchShift, timeStretch } from "../../src/augment/index.ts";
import { resample } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { SAMPLE_RATE } from "../features/signals.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";

/** A Python with reference/requirements.txt. */
const PYTHON = process.env["SER_PYTHON"] ?? "/opt/ref/venv/bin/python";
const HAS_PYTHON = existsSync(PYTHON);
const SCRIPT = fileURLToPath(new URL("../../reference/augment.py", import.meta.url));
/** Recordings a corpus. */
const PER_CORPUS = 6;

if (!HAS_PYTHON) console.warn(`SKIPPED: parity with librosa, there is no ${PYTHON} (set SER_PYTHON)`);

/** Evenly spread over a corpus's files in the order of their names. */
function spread(corpus: string): string[] {
  const all = (readdirSync(join(DATA_FOLDER, corpus), { recursive: true }) as string[])
    .filter((name) => name.endsWith(".opus"))
    .sort();
  return Array.from({ length: PER_CORPUS }, (_, i) =>
    join(DATA_FOLDER, corpus, all[Math.floor(((i + 0.5) * all.length) / PER_CORPUS)]!),
  );
}

/** Samples at either end of a shifted clip where a recording that begins with a jump shows the two resamplers' ringing. */
const EDGE = 32;

function largestDifference(ours: Float32Array, expected: Float32Array, edge = 0): number {
  expect(ours.length).toBe(expected.length);
  let largest = 0;
  for (let i = edge; i < ours.length - edge; i++) largest = Math.max(largest, Math.abs(ours[i]! - expected[i]!));
  return largest;
}

describe.skipIf(!HAS_DATA || !HAS_PYTHON)("stretch and shift equal live librosa on real recordings", () => {
  test("every sample of a stretch, and of a shift but at its edges, within 1e-3; at the edges 3e-3", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ser-parity-"));
    try {
      const paths = ["ravdess", "crema-d", "tess", "savee"].flatMap(spread);
      const waveforms = [];
      for (const [i, path] of paths.entries()) {
        const waveform = resample(await readAudio(path), SAMPLE_RATE);
        waveforms.push(waveform);
        const { buffer, byteOffset, byteLength } = waveform.samples;
        writeFileSync(join(folder, `${i}.f32`), new Uint8Array(buffer, byteOffset, byteLength));
      }
      execFileSync(PYTHON, [SCRIPT, "--live", folder], { stdio: "inherit" });
      const worst = { stretch: 0, shift: 0, shiftEdges: 0 };
      for (const [i, waveform] of waveforms.entries()) {
        const answer = (call: string): Float32Array => {
          const bytes = readFileSync(join(folder, `${i}.${call}`));
          return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
        };
        const shifted = pitchShift(waveform, { nSteps: 1.3 }).samples;
        const differences = {
          stretch: largestDifference(timeStretch(waveform, { rate: 0.87 }).samples, answer("stretch")),
          shift: largestDifference(shifted, answer("shift"), EDGE),
          shiftEdges: largestDifference(shifted, answer("shift")),
        };
        for (const name of ["stretch", "shift", "shiftEdges"] as const) {
          worst[name] = Math.max(worst[name], differences[name]);
          expect(differences[name], `${paths[i]}: ${name}`).toBeLessThan(name === "shiftEdges" ? 3e-3 : 1e-3);
        }
      }
      console.log(`largest differences over ${paths.length} recordings:`, worst);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
