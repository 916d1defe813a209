import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { floatsOf, fromBase64 } from "../../src/bytes.ts";
import {
  calibrateVoice,
  formatVoiceProfile,
  parseVoiceProfile,
  type Recognizer,
  type Segment,
  timeline,
  type VoiceProfile,
} from "../../src/recognize/index.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { HAS_CHROMIUM, launchChromium } from "../browser/chromium.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";
import { drop, faults, longestTask, MINUTES, openFile, saved, WAIT } from "./actions.ts";
import { buildPage, type Host, hostPage, openPage, removeFolder, writeSpeech } from "./page.ts";

const scratch = mkdtempSync(path.join(tmpdir(), "ser-voice-page-"));
const clips = fileURLToPath(new URL("../../examples/clips/", import.meta.url));
const espeak = (name: string): string => `${clips}espeak-${name}.wav`;
const actor = (name: string): string => `${DATA_FOLDER}/ravdess/Actor_02/03-01-${name}-02.opus`;
const neutral = HAS_DATA
  ? ["01-01-01-01", "01-01-02-01", "01-01-01-02", "01-01-02-02"].map(actor)
  : [espeak("even-middle"), espeak("slow-low"), espeak("even-middle"), espeak("slow-low")];
/** Recordings in known emotions, and one to be recognised. */
const acted = (
  HAS_DATA
    ? ["05-01-01-01", "05-01-02-01", "03-01-01-01", "03-01-02-01", "04-01-01-01", "04-01-02-01"].map(actor)
    : ["loud-rough", "loud-rough", "fast-high", "fast-high", "slow-low", "slow-low"].map(espeak)
).map((file, i) => ({ emotion: ["angry", "happy", "sad"][i >> 1]!, file }));
const heard = HAS_DATA ? actor("06-01-01-01") : espeak("even-middle");

/** Copies a file so that its name tells something. */
function named(file: string, name: string): string {
  const copy = path.join(scratch, `${name}${path.extname(file)}`);
  copyFileSync(file, copy);
  return copy;
}

/** The file's segments as the page exports them. */
async function segmentsIn(page: Page, file: string): Promise<{ segments: Segment[]; voice?: { created: string } }> {
  await openFile(page, file);
  return JSON.parse(await saved(page, () => page.click("text=JSON"))) as { segments: Segment[] };
}

async function segmentsOf(recognizer: Recognizer, file: string): Promise<Segment[]> {
  const found: Segment[] = [];
  for await (const each of timeline(recognizer, [await readAudio(file)], { minConfidence: 0.4 })) found.push(each);
  return found;
}

/** Same emotions, times and confidences, the latter within 1e-3. */
function expectSame(page: readonly Segment[], node: readonly Segment[]): void {
  expect(page.map(({ emotion }) => emotion)).toEqual(node.map(({ emotion }) => emotion));
  expect(page.map(({ confidence }) => confidence)).toBeAllClose(
    node.map(({ confidence }) => confidence),
    { atol: 1e-3 },
  );
}

const alertOf = async (page: Page): Promise<string | null> => {
  const alert = page.locator('.voice > [role="alert"]');
  await alert.waitFor(WAIT);
  return alert.textContent();
};

async function importVoice(page: Page, name: string, text: string): Promise<void> {
  const file = path.join(scratch, name);
  writeFileSync(file, text);
  await page.setInputFiles("input[aria-label='Voice file']", file);
}

describe.skipIf(!HAS_CHROMIUM)("a voice in the page, in headless Chromium", () => {
  let folder = "";
  let host: Host;
  let recognizer: Recognizer;

  beforeAll(async () => {
    folder = buildPage();
    host = await hostPage(folder, "/here");
    recognizer = await loadRecognizer();
  }, MINUTES);
  afterAll(async () => {
    await host?.close();
    await recognizer?.release();
    removeFolder(folder);
    removeFolder(scratch);
  });

  test(
    "neutral seconds from the microphone: learnt, kept over a reload, answered by as in Node, switched off, removed",
    async () => {
      const microphone = path.join(scratch, "neutral.wav");
      await writeSpeech(microphone, neutral, { lead: 0.3, pause: 0.3 });
      const browser = await launchChromium(microphone);
      try {
        const { page, errors } = await openPage(browser, host.address, { acceptDownloads: true });
        await page.click("nav >> text=Voice");
        expect(await page.locator("text=Learn my voice").isDisabled()).toBe(true);
        expect(await faults(page)).toEqual([]);
        await actOnce(page);
        await page.click("text=Record");
        await page.waitForSelector(".recorder .counter .figure", WAIT);
        expect(await faults(page)).toEqual([]);
        // It ends by itself.
        await page.waitForSelector(".step > .takes .take", WAIT);
        expect(await page.locator(".recorder").count()).toBe(0);
        await page.click("text=Learn my voice");
        await page.waitForSelector('.kept[data-use="on"]', WAIT);
        expect(await faults(page)).toEqual([]);
        // The recordings are gone.
        expect(await page.locator(".take").count()).toBe(0);

        const text = await saved(page, () => page.click("text=Export"));
        const voice = parseVoiceProfile(text);
        expect(formatVoiceProfile(voice)).toBe(text);
        expect(voice.head).toBeNull();
        expect(voice.baseline!.seconds).toBeGreaterThan(7.5);
        expect(voice.baseline!.seconds).toBeLessThan(10);
        // The same sound by another way, begun and ended elsewhere: close, not equal.
        const here = await calibrateVoice(recognizer, { neutral: [await readAudio(microphone)] });
        const distance = (a: readonly number[], b: readonly number[]): number =>
          Math.hypot(...a.map((x, i) => x - b[i]!));
        const none = here.baseline!.shift.map(() => 0);
        expect(distance(voice.baseline!.shift, here.baseline!.shift)).toBeLessThan(
          0.25 * distance(here.baseline!.shift, none),
        );

        await using mine = await recognizer.withVoice(voice);
        const pairs: [mineSays: Segment[], anyoneSays: Segment[]][] = [];
        for (const file of new Set([heard, ...acted.map((clip) => clip.file)]))
          pairs.push([await segmentsOf(mine, file), await segmentsOf(recognizer, file)]);
        // How much the voice changes depends on the recording: at least one answer by more than the comparison below allows.
        const moved = pairs.map(([mineSays, anyoneSays]) =>
          Math.abs(mineSays[0]!.confidence - anyoneSays[0]!.confidence),
        );
        expect(Math.max(...moved)).toBeGreaterThan(0.01);
        const [own, any] = pairs[0]!;
        const told = await segmentsIn(page, heard);
        expectSame(told.segments, own);
        expect(told.voice).toEqual({ created: voice.created });
        await page.reload();
        await page.waitForSelector("footer >> text=My voice", WAIT);
        expectSame((await segmentsIn(page, heard)).segments, own);

        await page.click("nav >> text=Voice");
        await page.click('[role="switch"]');
        await page.waitForSelector('.kept[data-use="off"]', WAIT);
        const off = await segmentsIn(page, heard);
        expectSame(off.segments, any);
        expect(off.voice).toBeUndefined();
        await page.click("nav >> text=Voice");
        await page.click('[role="switch"]');
        await page.waitForSelector('.kept[data-use="on"]', WAIT);
        await page.click("text=Remove");
        await page.keyboard.press("Enter");
        await page.waitForSelector("text=Speak without emotion", WAIT);
        expect(await page.evaluate<string | null>("localStorage.getItem('speech-emotion.voice')")).toBeNull();
        expectSame((await segmentsIn(page, heard)).segments, any);
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    MINUTES,
  );

  test(
    "labelled clips from files: learnt within seconds, nothing blocks the page, the profile is Node's; others are refused",
    async () => {
      const browser = await launchChromium();
      try {
        const { page, errors } = await openPage(browser, host.address, { acceptDownloads: true });
        await page.click("nav >> text=Voice");
        const text = await teach(browser, page);
        const voice = parseVoiceProfile(text);
        const here = await calibrateVoice(recognizer, {
          neutral: await Promise.all(neutral.slice(0, 3).map((file) => readAudio(file))),
          clips: await Promise.all(
            // In the order in which they came in.
            acted.map(async ({ file, emotion }) => ({ waveform: await readAudio(file), emotion })),
          ),
        });
        expect(voice.model).toBe(here.model);
        expect(voice.baseline!.shift).toBeAllClose(here.baseline!.shift, { atol: 1e-4 });
        const head = (profile: VoiceProfile): Float32Array => floatsOf(fromBase64(profile.head!.weights));
        expect(head(voice)).toBeAllClose(head(here), { atol: 1e-3 });
        expect({ ...voice.head, weights: "" }).toEqual({ ...here.head, weights: "" });
        await using mine = await recognizer.withVoice(here);
        expectSame((await segmentsIn(page, heard)).segments, await segmentsOf(mine, heard));

        await page.click("nav >> text=Voice");
        const foreign = formatVoiceProfile({ ...voice, model: "0".repeat(64) });
        await importVoice(page, "else.voice.json", foreign);
        expect(await alertOf(page)).toContain("“else” was made with another version of the model");
        await importVoice(page, "broken.voice.json", "{}");
        await page.waitForSelector("text=“broken” is no voice file", WAIT);
        // What was kept still is, and answers.
        expect(await page.inputValue(".rename")).toBe("My voice");
        expectSame((await segmentsIn(page, heard)).segments, await segmentsOf(mine, heard));
        await page.click("nav >> text=Voice");
        await importVoice(page, "me at work.voice.json", text);
        await page.waitForSelector("footer >> text=me at work", WAIT);
        expect(await page.inputValue(".rename")).toBe("me at work");

        // As a page finds it that has come with another model.
        await page.evaluate(
          `localStorage.setItem("speech-emotion.voice", ${JSON.stringify(JSON.stringify({ name: "Old", text: foreign, on: true }))})`,
        );
        await page.reload();
        await page.waitForSelector('.kept[data-use="refused"]', WAIT);
        expect(await alertOf(page)).toContain("“Old” was made with another version of the model");
        expectSame((await segmentsIn(page, heard)).segments, await segmentsOf(recognizer, heard));
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    MINUTES,
  );

  /** A clip from the microphone: it ends with the utterance, is heard, recorded again and removed. */
  async function actOnce(page: Page): Promise<void> {
    const clip = page.locator('[data-place="sad"] .take');
    await page.click("[aria-label='Record sad']");
    await clip.waitFor(WAIT);
    await page.click("[aria-label^='Play clip 1, sad']");
    await page.waitForSelector("[aria-label^='Stop clip 1, sad']", WAIT);
    await page.waitForSelector("[aria-label^='Play clip 1, sad']", WAIT);
    await page.click("[aria-label='Record clip 1, sad again']");
    await page.waitForSelector(".recorder .counter .figure", WAIT);
    await page.locator(".recorder").waitFor({ state: "detached", ...WAIT });
    expect(await clip.count()).toBe(1);
    await page.click("[aria-label='Remove clip 1, sad']");
    expect(await clip.count()).toBe(0);
    expect(await page.evaluate<string>("document.activeElement.ariaLabel")).toBe("Record sad");
  }

  /** Gives recordings by all ways but the microphone and learns them. @returns the profile's text */
  async function teach(browser: Browser, page: Page): Promise<string> {
    await page.setInputFiles("input[aria-label='Neutral recordings']", neutral.slice(0, 3));
    await page.locator(".step > .takes .take").nth(2).waitFor(WAIT);
    // Too little, and named so that nobody can tell: it is dropped on its emotion, or said in words.
    const [dropped, told, ...others] = acted as [(typeof acted)[0], (typeof acted)[0], ...typeof acted];
    await drop(page, `[data-place="${dropped.emotion}"] .which`, dropped.file);
    await page.locator(`[data-place="${dropped.emotion}"] .take`).waitFor(WAIT);
    expect(await page.textContent("#learn-why")).toContain("1 clip: 4 more clips are needed");
    await page.setInputFiles("input[aria-label='Clips in known emotions']", named(told.file, "memo"));
    await page.locator(".undecided select").waitFor(WAIT);
    expect(await faults(page)).toEqual([]);
    await page.selectOption(".undecided select", told.emotion);
    await page.setInputFiles(
      "input[aria-label='Clips in known emotions']",
      others.map(({ file, emotion }, i) => named(file, `${emotion} ${i}`)),
    );
    await page
      .locator(".acts .take")
      .nth(acted.length - 1)
      .waitFor(WAIT);
    const counts = await page.locator(".acts .count").allTextContents();
    expect(counts.map((count) => count.replace(/\D/g, ""))).toEqual(["2", "2", "2"]);
    let seconds = Infinity;
    const longest = await longestTask(browser, page, async () => {
      const begun = performance.now();
      await page.click("text=Learn my voice");
      await page.waitForSelector('.kept[data-use="on"]', WAIT);
      seconds = (performance.now() - begun) / 1000;
    });
    expect(longest).toBeLessThan(50);
    expect(seconds).toBeLessThan(20);
    return saved(page, () => page.click("text=Export"));
  }

  test(
    "a blocked microphone is told of where it is asked for; Escape closes and the focus is where it was",
    async () => {
      const browser = await launchChromium(undefined, ["--use-fake-device-for-media-stream"]);
      try {
        const { page } = await openPage(browser, host.address);
        const session = await browser.newBrowserCDPSession();
        await session.send("Browser.setPermission", { permission: { name: "microphone" }, setting: "denied" });
        await page.click("nav >> text=Voice");
        await page.focus("[aria-label='Record happy']");
        await page.keyboard.press("Enter");
        const alert = page.locator('.recorder [role="alert"]');
        await alert.waitFor(WAIT);
        expect(await alert.textContent()).toContain("The microphone is blocked");
        expect(await faults(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await page.locator(".recorder").waitFor({ state: "detached", ...WAIT });
        expect(await page.evaluate<string>("document.activeElement.ariaLabel")).toBe("Record happy");
      } finally {
        await browser.close();
      }
    },
    MINUTES,
  );
});
