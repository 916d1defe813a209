import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { timeline } from "../../src/recognize/index.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { HAS_CHROMIUM, launchChromium } from "../browser/chromium.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";
import { HAS_FFMPEG } from "../ffmpeg.ts";
import { buildPage, type Host, hostPage, openPage, removeFolder, writeSpeech } from "./page.ts";
import { faults, MINUTES, openFile, until, WAIT } from "./actions.ts";

const clips = fileURLToPath(new URL("../../examples/clips/", import.meta.url));
/** Happy, where the recordings are. */
const clip = HAS_DATA ? `${DATA_FOLDER}/ravdess/Actor_02/03-01-03-02-01-01-02.opus` : `${clips}espeak-even-middle.wav`;
const scratch = mkdtempSync(path.join(tmpdir(), "ser-page-"));

describe.skipIf(!HAS_CHROMIUM)("the page in headless Chromium", () => {
  let folder = "";
  let host: Host;

  beforeAll(async () => {
    folder = buildPage();
    // Under a path of its own: all addresses are relative.
    host = await hostPage(folder, "/tools/voice");
  }, MINUTES);
  afterAll(async () => {
    await host?.close();
    removeFolder(folder);
    removeFolder(scratch);
  });

  test(
    "hears through the microphone what ser predict reads in the file; then the microphone goes away",
    async () => {
      const voice = path.join(scratch, "voice.wav");
      await writeSpeech(voice, [clip], { lead: 1, pause: 3 });
      const recognizer = await loadRecognizer();
      const expected = await recognizer.recognize(await readAudio(voice));
      await recognizer.release();
      const browser = await launchChromium(`${voice}%noloop`);
      try {
        const { page, errors } = await openPage(browser, host.address);
        await page.click("text=Start listening");
        const answer = page.locator('.now[data-over="true"]');
        await answer.waitFor(WAIT);
        const shown = { emotion: await answer.getAttribute("data-voice"), text: await answer.textContent() };
        expect(shown.emotion).toBe(expected.emotion);
        const [, figure] = /(\d+) % confidence/.exec(shown.text ?? "") ?? [];
        // The gate knows as much of the silence before as the page had heard when it began to listen.
        expect(Math.abs(Number(figure) / 100 - expected.confidence!)).toBeLessThan(0.15);
        await page.waitForSelector('.now[data-voice="silence"]', WAIT);
        const spoken = await page.textContent('[role="status"]');
        expect(spoken).toMatch(new RegExp(`${expected.emotion}|No speech`, "i"));
        // Chromium does as asked.
        expect(await page.locator(".note").count()).toBe(0);
        expect(await page.locator("select option").count()).toBeGreaterThan(0);
        expect(await faults(page)).toEqual([]);
        expect(errors).toEqual([]);

        // The process through which the sound comes ends, as when a headset is pulled out.
        const session = await browser.newBrowserCDPSession();
        const { processInfo } = await session.send("SystemInfo.getProcessInfo");
        const sound = processInfo.filter(({ id }) =>
          readFileSync(`/proc/${id}/cmdline`, "utf8").includes("audio.mojom.AudioService"),
        );
        expect(sound.length).toBe(1);
        process.kill(sound[0]!.id);
        const alert = page.locator('[role="alert"]');
        await alert.waitFor(WAIT);
        expect(await alert.textContent()).toContain("The microphone was disconnected");
      } finally {
        await browser.close();
      }
    },
    MINUTES,
  );

  test(
    "without a microphone it says so, and offers a file",
    async () => {
      const browser = await launchChromium(undefined, ["--use-fake-ui-for-media-stream"]);
      try {
        const { page } = await openPage(browser, host.address);
        await page.click("text=Start listening");
        const alert = page.locator('[role="alert"]');
        await alert.waitFor(WAIT);
        expect(await alert.textContent()).toContain("No microphone found");
        expect(await faults(page)).toEqual([]);
        await page.click("a.button");
        await page.waitForSelector("text=Choose a file", WAIT);
      } finally {
        await browser.close();
      }
    },
    MINUTES,
  );

  test(
    "blocked, it says how to allow the microphone",
    async () => {
      const browser = await launchChromium(undefined, ["--use-fake-device-for-media-stream"]);
      try {
        const { page } = await openPage(browser, host.address);
        const session = await browser.newBrowserCDPSession();
        await session.send("Browser.setPermission", { permission: { name: "microphone" }, setting: "denied" });
        await page.click("text=Start listening");
        const alert = page.locator('[role="alert"]');
        await alert.waitFor(WAIT);
        expect(await alert.textContent()).toContain("The microphone is blocked");
      } finally {
        await browser.close();
      }
    },
    MINUTES,
  );

  test.skipIf(!HAS_FFMPEG)(
    "files of all formats, export, playing, keyboard; no serious fault in any view",
    async () => {
      const recognizer = await loadRecognizer();
      const browser = await launchChromium();
      try {
        const { page, errors } = await openPage(browser, host.address, { acceptDownloads: true });
        const formats = {
          wav: ["-c:a", "pcm_s24le"],
          aiff: ["-c:a", "pcm_s16be"],
          flac: [],
          mp3: ["-b:a", "128k"],
          ogg: ["-c:a", "libvorbis"],
          opus: ["-c:a", "libopus"],
          m4a: ["-c:a", "aac", "-b:a", "128k"],
          webm: ["-c:a", "libopus"],
        };
        for (const [format, codec] of Object.entries(formats)) {
          const file = path.join(scratch, `voice.${format}`);
          execFileSync("ffmpeg", ["-loglevel", "error", "-y", "-i", clip, "-ac", "1", ...codec, file]);
          await openFile(page, file);
          const segments: { emotion: string | null }[] = [];
          for await (const segment of timeline(recognizer, [await readAudio(file)], { minConfidence: 0.4 })) {
            segments.push(segment);
          }
          await page.click("summary");
          const rows = await page.locator(".segments li button span:nth-child(2)").allTextContents();
          expect({ format, rows }).toEqual({ format, rows: segments.map(({ emotion }) => emotion ?? "unsure") });
          await page.click("text=Play");
          await until(page, 'document.querySelector("[role=slider]").ariaValueText !== "0:00, no speech"');
        }
        const [download] = await Promise.all([page.waitForEvent("download", WAIT), page.click("text=JSON")]);
        const json = JSON.parse(readFileSync(await download.path(), "utf8")) as {
          file: string;
          segments: { start: number }[];
        };
        expect([json.file, json.segments.length]).toEqual(["voice.webm", 1]);
        const [picture] = await Promise.all([page.waitForEvent("download", WAIT), page.click("text=PNG")]);
        expect([...readFileSync(await picture.path()).subarray(1, 4)]).toEqual([..."PNG"].map((c) => c.charCodeAt(0)));
        await page.focus("[role=slider]");
        await page.keyboard.press("Home");
        await page.keyboard.press("ArrowRight");
        await until(page, 'document.querySelector("[role=slider]").ariaValueNow === "1"');
        await page.keyboard.press("+");
        expect(await page.locator("text=All").isEnabled()).toBe(true);
        expect(errors).toEqual([]);

        const nonsense = path.join(scratch, "nonsense.wav");
        writeFileSync(nonsense, "this is no sound");
        await page.setInputFiles("input[type=file]", nonsense);
        await page.waitForSelector('[role="alert"]', WAIT);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          for (const view of ["#live", "#file", "#about"]) {
            await page.goto(`${host.address}${view}`);
            expect({ view, colorScheme, faults: await faults(page) }).toEqual({ view, colorScheme, faults: [] });
          }
          await openFile(page, path.join(scratch, "voice.wav"));
          expect(await faults(page)).toEqual([]);
        }
      } finally {
        await browser.close();
        await recognizer.release();
      }
    },
    MINUTES,
  );

  test(
    "the first visit takes at most 150 kB of script and style besides the runtime and the model",
    async () => {
      const browser = await launchChromium(`${clips}espeak-even-middle.wav`);
      const own = await hostPage(folder);
      try {
        const { page } = await openPage(browser, own.address, { serviceWorkers: "block" });
        await page.click("text=Start listening");
        await page.waitForSelector(".scope", WAIT);
        const scripts = [...new Set(own.asked)].filter((name) => /\.(js|css)$/.test(name));
        expect(scripts.length).toBeGreaterThan(3);
        const bytes = scripts.map((name) => gzipSync(readFileSync(path.join(folder, name))).length);
        expect(bytes.reduce((a, b) => a + b)).toBeLessThan(150_000);
        // Nothing comes from elsewhere, and no decoder before a file wants it.
        expect(own.asked.filter((name) => /decode-/.test(name))).toEqual([]);
      } finally {
        await browser.close();
        await own.close();
      }
    },
    MINUTES,
  );

  test.skipIf(!HAS_FFMPEG)(
    "offline after the first visit: reloaded, it recognises a file with a decoder that it never used before",
    async () => {
      const browser = await launchChromium();
      const own = await hostPage(folder, "/under/here");
      try {
        const { page, errors } = await openPage(browser, own.address);
        await until(page, "navigator.serviceWorker.controller !== null");
        await own.close();
        await page.reload();
        await page.waitForSelector('[data-model="ready"]', WAIT);
        const file = path.join(scratch, "offline.mp3");
        execFileSync("ffmpeg", ["-loglevel", "error", "-y", "-i", clip, file]);
        await openFile(page, file);
        expect(await page.locator(".shares li").count()).toBeGreaterThan(0);
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    MINUTES,
  );
});
