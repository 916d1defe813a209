import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import type { Recognition } from "../../src/recognize/index.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { HAS_CHROMIUM } from "../browser/chromium.ts";
import { linkedApp, pack, root } from "./app.ts";
import { plainPage, viteApp } from "./pages.ts";

describe.skipIf(!HAS_CHROMIUM)("the installed package in Chromium", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-pages-"));
  let app = "";
  let expected: Recognition;

  beforeAll(async () => {
    app = linkedApp(path.join(folder, "app"), pack(folder), ["onnxruntime-web"]);
    const recognizer = await loadRecognizer();
    expected = await recognizer.recognize(await readAudio(path.join(root, "examples/clips/espeak-even-middle.wav")));
    await recognizer.release();
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["built by Vite", viteApp],
    ["by an import map, without any bundler", plainPage],
  ])(
    "%s: the answer of Node",
    async (_, open) => {
      const { emotion, probabilities } = await open(app);
      expect(emotion).toBe(expected.emotion);
      expect(Object.values(probabilities!)).toBeAllClose(Object.values(expected.probabilities!), { atol: 1e-4 });
    },
    180_000,
  );
});
