import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { StreamResampler } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { exportWaveform } from "../../src/exchange/index.ts";
import { readModelFile } from "../../src/model/files.node.ts";
import { DEFAULT_MODEL, loadRecognizer } from "../../src/recognize/load.node.ts";
import { HAS_DATA } from "../data.ts";
import { HAS_PYTHON, python, withFolder } from "../python.ts";
import { spreadRecordings } from "../recordings.ts";

/** A 16-bit WAV file of samples at 16 kHz, already rounded to 16 bits. */
function wavBytes(samples: Float32Array): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void => bytes.set(new TextEncoder().encode(word), at);
  const entries: [number, number][] = [
    [4, 36 + 2 * samples.length],
    [16, 16],
    [24, 16_000],
    [28, 32_000],
    [40, 2 * samples.length],
  ];
  for (const [at, value] of entries) view.setUint32(at, value, true);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    view.setUint16(at, value, true);
  for (const [at, word] of [
    [0, "RIFF"],
    [8, "WAVEfmt "],
    [36, "data"],
  ] as const)
    text(at, word);
  for (const [i, x] of samples.entries()) view.setInt16(44 + 2 * i, Math.round(x * 32_768), true);
  return bytes;
}

describe.skipIf(!HAS_PYTHON || !HAS_DATA)("examples/python on real recordings", () => {
  test("Python's onnxruntime gives recognize's probabilities within 1e-3: 52 recordings", async () => {
    const recognizer = await loadRecognizer();
    const { model } = await readModelFile(DEFAULT_MODEL);
    await withFolder(async (at) => {
      writeFileSync(at("waveform.onnx"), exportWaveform(model, "default"));
      const files: string[] = [];
      const expected: Record<string, number>[] = [];
      for (const [n, file] of spreadRecordings(13).entries()) {
        const { samples, sampleRate } = await readAudio(file);
        const length = Math.ceil((samples.length * 16_000) / sampleRate);
        const resampled = new StreamResampler(sampleRate, 16_000, length).convert(samples);
        const heard = resampled.map((x) => Math.min(32_767, Math.max(-32_768, Math.round(x * 32_768))) / 32_768);
        writeFileSync(at(`${n}.wav`), wavBytes(heard));
        files.push(at(`${n}.wav`));
        const { probabilities } = await recognizer.recognize({ samples: heard, sampleRate: 16_000 });
        expected.push(probabilities!);
      }
      const lines = python("examples/python/emotion.py", at("waveform.onnx"), ...files)
        .trim()
        .split("\n");
      expect(lines).toHaveLength(files.length);
      let worst = 0;
      for (const [n, line] of lines.entries()) {
        const found = JSON.parse(line.slice(line.indexOf("{"))) as Record<string, number>;
        for (const [label, p] of Object.entries(expected[n]!)) worst = Math.max(worst, Math.abs(p - found[label]!));
      }
      console.log(
        `${lines.length} recordings, largest difference of a probability ${worst.toExponential(1)} (printed to 4 digits)`,
      );
      expect(worst).toBeLessThan(1e-3);
    });
    await recognizer.release();
  });
});
