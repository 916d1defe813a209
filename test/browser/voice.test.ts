import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { floatsOf, fromBase64 } from "../../src/bytes.ts";
import { writeModelFile } from "../../src/model/files.node.ts";
import { calibrateVoice } from "../../src/recognize/index.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { tinyVoiceModel } from "../recognize/models.ts";
import { HAS_CHROMIUM } from "./chromium.ts";
import { openSite, resultOf } from "./site.ts";
import type { VoiceAnswer } from "./voice-page.ts";

const clip = (name: string): string =>
  fileURLToPath(new URL(`../../examples/clips/espeak-${name}.wav`, import.meta.url));

describe.skipIf(!HAS_CHROMIUM)("voice calibration in headless Chromium with onnxruntime-web", () => {
  test("gives the profile and the answer of Node within 1e-4", async () => {
    const model = path.join(mkdtempSync(path.join(tmpdir(), "ser-voice-")), "tiny.onnx");
    await writeModelFile(model, tinyVoiceModel());
    const files = { even: clip("even-middle"), slow: clip("slow-low"), fast: clip("fast-high") };
    const site = await openSite("voice-page.ts", {
      "/tiny.onnx": model,
      ...Object.fromEntries(Object.entries(files).map(([name, file]) => [`/${name}.wav`, file])),
    });
    try {
      const there = await resultOf<VoiceAnswer>(site, 200_000);
      await using recognizer = await loadRecognizer(model);
      const [even, slow, fast] = [
        await readAudio(files.even),
        await readAudio(files.slow),
        await readAudio(files.fast),
      ];
      const labelled = [
        ["neutral", even],
        ["sad", slow],
        ["happy", fast],
        ["sad", slow],
        ["happy", fast],
      ] as const;
      const clips = labelled.map(([emotion, waveform]) => ({ emotion, waveform }));
      const here = await calibrateVoice(recognizer, { neutral: [even, slow], clips });
      expect(there.voice.model).toBe(here.model);
      expect(there.voice.baseline!.shift).toBeAllClose(here.baseline!.shift, { atol: 1e-4 });
      const head = (voice: typeof here): Float32Array => floatsOf(fromBase64(voice.head!.weights));
      expect(head(there.voice)).toBeAllClose(head(here), { atol: 1e-4 });
      expect({ ...there.voice.head, weights: "" }).toEqual({ ...here.head, weights: "" });
      await using mine = await recognizer.withVoice(there.voice);
      const { probabilities } = await mine.recognize(fast);
      expect(there.probabilities).toBeAllClose(Object.values(probabilities!), { atol: 1e-4 });
    } finally {
      await site.close();
    }
  }, 240_000);
});
