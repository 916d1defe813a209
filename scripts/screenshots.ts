/**
 * docs/screenshots/*.png: the page in each state, light and dark, wide and on a phone, as a Chromium shows it that hears
 * recordings through a fake microphone. Wants the built page and, for real voices, the recordings (SER_DATA); without them
 * the synthetic voices of examples/clips speak. Run by `npm run screenshots -- [state …]`.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../test/browser/chromium.ts";
import { DATA_FOLDER, HAS_DATA } from "../test/data.ts";
import { hostPage, openPage, writeSpeech } from "../test/web/page.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const out = `${root}docs/screenshots/`;
const wanted = process.argv.slice(2);
const scratch = mkdtempSync(path.join(tmpdir(), "ser-shots-"));
const voice = path.join(scratch, "voice.wav");
const conversation = path.join(scratch, "conversation.wav");
const clips = ["even-middle", "fast-high", "loud-rough", "slow-low"].map(
  (name) => `${root}examples/clips/espeak-${name}.wav`,
);
const actor = (name: string): string => `${DATA_FOLDER}/ravdess/Actor_0${name}.opus`;
const heard = HAS_DATA
  ? [
      "1/03-01-05-02-01-01-01",
      "2/03-01-03-02-01-01-02",
      "2/03-01-04-02-02-01-02",
      "1/03-01-08-02-02-01-01",
      "2/03-01-01-01-02-01-02",
    ].map(actor)
  : clips;
await writeSpeech(voice, heard, { lead: 0.4, pause: 0.2 });
const long = HAS_DATA
  ? ["1", "3", "4", "5", "6", "8", "1", "7", "5", "3"].map((emotion, i) =>
      actor(`${1 + (i % 4)}/03-01-0${emotion}-0${emotion === "1" ? 1 : 2}-0${1 + (i % 2)}-01-0${1 + (i % 4)}`),
    )
  : clips;
await writeSpeech(conversation, long, { lead: 0.4, pause: 0.3, rate: 16_000 });

/** Clips of one voice in known emotions, which their names tell. */
const labelled = (
  HAS_DATA
    ? ["angry-5", "happy-3", "sad-4", "fear-6", "neutral-1", "surprise-8"].flatMap((name) =>
        ["1", "2"].map((statement) => ({
          name: `${name.slice(0, -2)}-${statement}.opus`,
          file: actor(`1/03-01-0${name.slice(-1)}-01-0${statement}-01-01`),
        })),
      )
    : ["angry", "happy", "sad"].flatMap((emotion, i) =>
        ["1", "2"].map((n) => ({ name: `${emotion}-${n}.wav`, file: clips[i]! })),
      )
).map(({ name, file }) => {
  copyFileSync(file, path.join(scratch, name));
  return path.join(scratch, name);
});
copyFileSync(clips[0]!, path.join(scratch, "memo.wav"));

/** The view of the voice with recordings in it. */
async function gather(page: Page): Promise<void> {
  await page.click("nav >> text=Voice");
  await page.setInputFiles("input[aria-label='Neutral recordings']", labelled.slice(-4, -2));
  await page.locator(".step > .takes .take").nth(1).waitFor({ timeout: 60_000 });
  await page.setInputFiles("input[aria-label='Clips in known emotions']", labelled);
  await page
    .locator(".acts .take")
    .nth(labelled.length - 1)
    .waitFor({ timeout: 60_000 });
}

async function learn(page: Page): Promise<void> {
  await gather(page);
  await page.click("text=Learn my voice");
  await page.waitForSelector(".kept", { timeout: 60_000 });
}

type Show = (page: Page) => Promise<void>;

const states: Record<string, Show> = {
  start: async () => undefined,
  live: async (page) => {
    await page.click("text=Start listening");
    // A while, until several utterances are to be seen.
    await page.waitForSelector(".scope");
    await page.waitForTimeout(24_000);
    await page
      .locator('.now:not([data-voice="silence"], [data-voice="onset"], [data-voice="unsure"], [data-over="true"])')
      .waitFor({ timeout: 60_000 });
  },
  "no-speech": async (page) => {
    await page.click("text=Start listening");
    await page.waitForSelector('[data-over="true"]', { timeout: 60_000 });
    await page.waitForSelector('[data-voice="silence"]', { timeout: 60_000 });
    await page.waitForTimeout(500);
  },
  recording: async (page) => {
    await page.click("nav >> text=File");
    await page.setInputFiles("input[type=file]", conversation);
    await page.waitForSelector('section[aria-busy="false"]', { timeout: 120_000 });
    await page.locator("canvas").click({ position: { x: 150, y: 60 } });
    await page.waitForTimeout(300);
  },
  "recording-start": async (page) => {
    await page.click("nav >> text=File");
  },
  "recording-refused": async (page) => {
    await page.click("nav >> text=File");
    await page.setInputFiles("input[type=file]", `${root}LICENSE`);
    await page.waitForSelector('[role="alert"]', { timeout: 60_000 });
  },
  "no-microphone": async (page) => {
    await page.click("text=Start listening");
    await page.waitForSelector('[role="alert"]', { timeout: 60_000 });
  },
  voice: async (page) => {
    await page.click("nav >> text=Voice");
  },
  "voice-recording": async (page) => {
    await page.click("nav >> text=Voice");
    await page.click("button.primary >> text=Record");
    await page.waitForTimeout(6000);
  },
  "voice-acting": async (page) => {
    await page.click("nav >> text=Voice");
    await page.click("[aria-label='Record happy']");
    await page.locator(".counter .figure", { hasText: /^[1-9]/ }).waitFor({ timeout: 30_000 });
  },
  "voice-clips": async (page) => {
    await gather(page);
    await page.setInputFiles("input[aria-label='Clips in known emotions']", path.join(scratch, "memo.wav"));
    await page.locator(".undecided .take").waitFor({ timeout: 60_000 });
    await page.locator(".steps").evaluate((steps) => steps.scrollIntoView({ block: "end" }));
  },
  "voice-learnt": learn,
  "voice-figures": async (page) => {
    await learn(page);
    await page.locator(".expect").evaluate((part) => part.scrollIntoView());
  },
  "voice-refused": async (page) => {
    await learn(page);
    // As a page finds it that has come with another model.
    await page.evaluate(
      "localStorage.setItem('speech-emotion.voice', localStorage.getItem('speech-emotion.voice').replace(/model(.{6})[0-9a-f]{8}/, 'model$100000000'))",
    );
    await page.reload();
    await page.waitForSelector('[data-use="refused"]', { timeout: 60_000 });
  },
  about: async (page) => {
    await page.click("nav >> text=About");
  },
};

const looks = [
  ["light", "light", { width: 1180, height: 860 }],
  ["dark", "dark", { width: 1180, height: 860 }],
  ["phone-light", "light", { width: 390, height: 780 }],
  ["phone-dark", "dark", { width: 390, height: 780 }],
] as const;

mkdirSync(out, { recursive: true });
const host = await hostPage(`${root}dist/web`);
const speaking = await launchChromium(`${voice}`);
const once = await launchChromium(`${clips[0]}%noloop`);
const deaf = await launchChromium(undefined, ["--use-fake-ui-for-media-stream"]);
const browserOf = (state: string): Browser =>
  state === "no-microphone" ? deaf : state === "no-speech" ? once : speaking;
for (const [state, show] of Object.entries(states).filter(([name]) => wanted.length === 0 || wanted.includes(name))) {
  for (const [look, colorScheme, viewport] of looks) {
    const { page, errors } = await openPage(browserOf(state), host.address, { colorScheme, viewport });
    await show(page);
    await page.mouse.move(0, 0);
    const file = `${out}${state}-${look}.png`;
    await page.screenshot({ path: file });
    console.log(`${path.relative(root, file)} ${Math.round(statSync(file).size / 1024)} kB ${errors.join("; ")}`);
    await page.context().close();
  }
}
for (const browser of [speaking, once, deaf]) await browser.close();
await host.close();
rmSync(scratch, { recursive: true });
