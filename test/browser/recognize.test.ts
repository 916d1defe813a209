import { writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import type { StreamEvent } from "../../src/recognize/index.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";
import { HAS_CHROMIUM } from "./chromium.ts";
import { type PageAnswer, numbersOf } from "./recognize-page.ts";
import { openSite, resultOf } from "./site.ts";

const clips = fileURLToPath(new URL("../../examples/clips/", import.meta.url));
const recordings = [
  ...["espeak-even-middle.wav", "espeak-slow-low.wav", "hum.wav"].map((name) => `${clips}${name}`),
  ...(HAS_DATA
    ? [
        `${DATA_FOLDER}/ravdess/Actor_01/03-01-05-02-01-01-01.opus`,
        `${DATA_FOLDER}/crema-d/1002_DFA_ANG_XX.opus`,
        `${DATA_FOLDER}/tess/OAF_back_happy.opus`,
        `${DATA_FOLDER}/savee/DC/a01.opus`,
        `${DATA_FOLDER}/originals/tess/OAF_read_angry.wav`,
      ]
    : []),
];

describe.skipIf(!HAS_CHROMIUM)("recognition in headless Chromium with onnxruntime-web", () => {
  test("file and stream give the probabilities of Node within 1e-4", async () => {
    const list = path.join(mkdtempSync(path.join(tmpdir(), "ser-list-")), "files.json");
    const addresses = recordings.map((file, i) => `/${i}-${path.basename(file)}`);
    writeFileSync(list, JSON.stringify(addresses));
    const files = Object.fromEntries(addresses.map((address, i) => [address, recordings[i]!]));
    const site = await openSite("recognize-page.ts", { "/files.json": list, ...files });
    try {
      const answers = await resultOf<PageAnswer[]>(site);
      const recognizer = await loadRecognizer();
      for (const [i, file] of recordings.entries()) {
        const sound = await readAudio(file);
        const { probabilities } = await recognizer.recognize(sound);
        const answer = answers[i]!;
        expect(answer.probabilities === null).toBe(probabilities === null);
        if (probabilities) expect(answer.probabilities!).toBeAllClose(Object.values(probabilities), { atol: 1e-4 });
        const stream = recognizer.stream({ sampleRate: sound.sampleRate });
        const events: StreamEvent[] = [...(await stream.push(sound.samples)), ...(await stream.end())];
        expect(answer.stream).toBeAllClose(numbersOf(events), { atol: 1e-4 });
      }
      await recognizer.release();
    } finally {
      await site.close();
    }
  }, 240_000);
});
