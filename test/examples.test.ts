import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, describe } from "vitest";
import { readAudio } from "../src/audio/read-audio.node.ts";
import { loadRecognizer } from "../src/recognize/load.node.ts";
import { HAS_CHROMIUM } from "./browser/chromium.ts";
import { openSite } from "./browser/site.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const voice = `${root}examples/clips/espeak-even-middle.wav`;

/** Runs an example with the package as `npm run build` has made it. */
function run(example: string, args: readonly string[], input?: Uint8Array): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${root}examples/${example}`, ...args], {
    encoding: "utf8",
    cwd: root,
    ...(input && { input }),
  });
  expect({ example, status, stderr }).toEqual({ example, status: 0, stderr: "" });
  return stdout;
}

const recognizer = await loadRecognizer();
const { emotion, confidence, probabilities } = await recognizer.recognize(await readAudio(voice));
await recognizer.release();

describe("examples", () => {
  test("recognize.js tells the emotion of files", () => {
    const stdout = run("recognize.js", [voice, `${root}examples/clips/silence.wav`]);
    expect(stdout).toContain(`${emotion} ${Math.round(100 * confidence!)} %`);
    expect(stdout).toContain("silence.wav no speech");
  });

  test("pipeline.js has the shape of transformers.js", () => {
    const labels = [...run("pipeline.js", [voice]).matchAll(/label: '(\w+)', score: ([\d.]+)/g)];
    const expected = Object.entries(probabilities!)
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, 3);
    expect(labels.map(([, label]) => label)).toEqual(expected.map(([label]) => label));
    expect(labels.map(([, , score]) => Number(score))).toBeAllClose(
      expected.map(([, score]) => score),
      { atol: 1e-6 },
    );
  });

  test("timeline.js writes subtitles", () => {
    expect(run("timeline.js", [voice])).toMatch(
      new RegExp(`^WEBVTT\\n\\n00:00:00.\\d{3} --> 00:00:0\\d.\\d{3}\\n${emotion} `),
    );
  });

  test("stream.js hears raw samples on its standard input", () => {
    // The clip's samples begin after 44 bytes; played at 16 kHz it is a slower voice.
    const lines = run("stream.js", [], readFileSync(voice).subarray(44)).trim().split("\n");
    expect(lines[0]).toMatch(/^0\.0 utterance\.start$/);
    expect(lines.filter((line) => /^\d+\.\d speech_ended \w+ 0\.\d\d$/.test(line)).length).toBe(1);
    expect(lines.at(-1)).toMatch(/utterance\.end$/);
  });

  test("every program is tested here and short", () => {
    const programs = readdirSync(`${root}examples`).filter((name) => name.endsWith(".js"));
    expect(programs.sort()).toEqual(["pipeline.js", "recognize.js", "stream.js", "timeline.js"]);
    for (const name of programs)
      expect(readFileSync(`${root}examples/${name}`, "utf8").split("\n").length).toBeLessThan(16);
  });
});

describe.skipIf(!HAS_CHROMIUM)("the page of examples/browser", () => {
  test("recognises a file, and what the microphone hears", async () => {
    const site = await openSite("examples/browser/index.html", {}, voice);
    try {
      const { page, errors } = site;
      const told = async (text: string): Promise<string> => {
        await page.waitForFunction(
          `document.querySelector("pre").textContent.includes(${JSON.stringify(text)})`,
          undefined,
          {
            timeout: 60_000,
          },
        );
        return (await page.textContent("pre")) ?? "";
      };
      await told("ready");
      await page.setInputFiles("input", voice);
      const answer = JSON.parse(await told("probabilities")) as { probabilities: Record<string, number> };
      expect(Object.values(answer.probabilities)).toBeAllClose(Object.values(probabilities!), { atol: 1e-4 });
      await page.click("button");
      await told('"trigger"');
      expect(errors).toEqual([]);
    } finally {
      await site.close();
    }
  }, 180_000);
});
