import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { StreamResampler } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { exportWaveform } from "../../src/exchange/index.ts";
import { readModelFile } from "../../src/model/files.node.ts";
import { DEFAULT_MODEL, loadRecognizer } from "../../src/recognize/load.node.ts";
import { HAS_CHROMIUM } from "./chromium.ts";
import { openSite, resultOf } from "./site.ts";

const clip = fileURLToPath(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));

describe.skipIf(!HAS_CHROMIUM)("the graph from sound to emotion, in headless Chromium", () => {
  test("onnxruntime-web gives recognize's probabilities within 1e-3", async () => {
    const { samples, sampleRate } = await readAudio(clip);
    const heard = new StreamResampler(sampleRate, 16_000).convert(samples).slice();
    const recognizer = await loadRecognizer();
    const { probabilities } = await recognizer.recognize({ samples: heard, sampleRate: 16_000 });
    await recognizer.release();
    const folder = mkdtempSync(path.join(tmpdir(), "ser-waveform-"));
    const at = (name: string): string => path.join(folder, name);
    writeFileSync(at("waveform.onnx"), exportWaveform((await readModelFile(DEFAULT_MODEL)).model, "default"));
    writeFileSync(at("samples.f32"), heard);
    const site = await openSite("waveform-page.ts", {
      "/waveform.onnx": at("waveform.onnx"),
      "/samples.f32": at("samples.f32"),
    });
    try {
      expect(await resultOf<number[]>(site)).toBeAllClose([...Object.values(probabilities!), 1], { atol: 1e-3 });
    } finally {
      await site.close();
    }
  }, 240_000);
});
