import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resample, type Waveform } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { featureSet } from "../../src/features/index.ts";
import { HAS_DATA } from "../data.ts";
import { HAS_PYTHON, PYTHON } from "../python.ts";
import { spreadRecordings } from "../recordings.ts";

const SCRIPT = fileURLToPath(new URL("../../reference/librosa54.py", import.meta.url));
/** Recordings a corpus; 13 · 4 is the fifty that are promised. `SER_PARITY` asks for more. */
const PER_CORPUS = Number(process.env["SER_PARITY"] ?? 13);

const librosa54 = featureSet("librosa54@1");

/** librosa's features of each waveform: of its very samples, or (`--resample`) after librosa has brought them to 22,050 Hz. */
function librosaFeatures(waveforms: readonly Waveform[], ...flags: string[]): Float32Array[] {
  const folder = mkdtempSync(join(tmpdir(), "ser-parity-"));
  try {
    const stems = waveforms.map(({ samples, sampleRate }, i) => {
      const stem = join(folder, `${i}.${sampleRate}`);
      writeFileSync(`${stem}.f32`, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
      return stem;
    });
    execFileSync(PYTHON, [SCRIPT, folder, ...flags], { stdio: "inherit" });
    return stems.map((stem) => {
      const bytes = readFileSync(`${stem}.features.f32`);
      return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!HAS_DATA || !HAS_PYTHON)("librosa54@1 equals live librosa on real recordings", () => {
  let paths: string[];
  let decoded: Waveform[];
  let resampled: Waveform[];
  beforeAll(async () => {
    paths = spreadRecordings(PER_CORPUS);
    decoded = [];
    for (const path of paths) decoded.push(await readAudio(path));
    resampled = decoded.map((waveform) => resample(waveform, librosa54.sampleRate));
  });

  const worst = { mfcc: 0, zcr: 0, chroma: 0, rms: 0 };
  afterAll(() => {
    if (resampled) console.log(`largest differences over ${resampled.length} recordings:`, worst);
  });

  test("from the same samples: MFCC within 1e-3, the rest within 1e-4", () => {
    const expected = librosaFeatures(resampled);
    for (const [i, waveform] of resampled.entries()) {
      const ours = librosa54.extract(waveform);
      expect(ours.data.length, paths[i]).toBe(expected[i]!.length);
      for (let j = 0; j < ours.data.length; j++) {
        const column = j % 54;
        const name = column < 40 ? "mfcc" : column === 40 ? "zcr" : column < 53 ? "chroma" : "rms";
        const difference = Math.abs(ours.data[j]! - expected[i]![j]!);
        if (difference > worst[name]) worst[name] = difference;
        if (!(difference <= (name === "mfcc" ? 1e-3 : 1e-4))) {
          expect.fail(`${paths[i]}: ${name} of frame ${Math.floor(j / 54)} differs by ${difference}`);
        }
      }
    }
  });

  test("resampling included: 99 % of MFCC within 0.3 of soxr_hq's", () => {
    const expected = librosaFeatures(decoded, "--resample");
    let within = 0;
    let count = 0;
    for (const [i, waveform] of resampled.entries()) {
      const ours = librosa54.extract(waveform);
      for (let j = 0; j < ours.data.length; j++) {
        if (j % 54 >= 40) continue;
        count++;
        if (Math.abs(ours.data[j]! - expected[i]![j]!) < 0.3) within++;
      }
    }
    console.log(`MFCC within 0.3 of librosa with soxr_hq: ${((100 * within) / count).toFixed(3)} % of ${count}`);
    expect(within / count).toBeGreaterThan(0.99);
  });
});
