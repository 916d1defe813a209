import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HAS_CHROMIUM, launchChromium } from "../browser/chromium.ts";
import { drop, MINUTES, saved, until, WAIT } from "./actions.ts";
import { buildPage, type Host, hostPage, openPage, removeFolder } from "./page.ts";

const clip = fileURLToPath(new URL("../../examples/clips/espeak-slow-low.wav", import.meta.url));

describe.skipIf(!HAS_CHROMIUM)("the page's views in headless Chromium", () => {
  let folder = "";
  let host: Host;

  beforeAll(async () => {
    folder = buildPage();
    host = await hostPage(folder);
  }, MINUTES);
  afterAll(async () => {
    await host?.close();
    removeFolder(folder);
  });

  test(
    "a dropped file: clicked, zoomed, saved as CSV and WebVTT; nothing is wider than a phone",
    async () => {
      const browser = await launchChromium();
      try {
        const { page, errors } = await openPage(browser, host.address, { acceptDownloads: true });
        await drop(page, "h1", clip);
        await page.waitForSelector('section[aria-label="dropped.wav"][aria-busy="false"]', WAIT);
        const slider = page.locator('[role="slider"]');
        const { width } = (await slider.boundingBox())!;
        const at = async (share: number): Promise<number> => {
          await slider.click({ position: { x: share * width, y: 40 } });
          return Number(await page.textContent(".here .figure").then((text) => text!.split(":")[1]));
        };
        // The recording lasts 2.5 s.
        expect([await at(0.1), await at(0.5), await at(0.9)]).toEqual([0, 1, 2]);
        await slider.press("Home");
        await page.click('[aria-label="Zoom in"]');
        await page.click('[aria-label="Zoom in"]');
        // A quarter is shown, its beginning: the same place is another moment.
        await at(0.9);
        await until(page, "document.querySelector('[role=slider]').ariaValueText.startsWith('0:00')");
        await page.click("text=All");
        const csv = await saved(page, () => page.click("text=CSV"));
        expect(csv).toMatch(/^start,end,emotion,confidence\r\n[\d.]+,[\d.]+,[a-z]+,0\.\d+\r\n$/);
        const vtt = await saved(page, () => page.click("text=WebVTT"));
        expect(vtt).toMatch(/^WEBVTT\n\n00:00:0\d\.\d{3} --> 00:00:0\d\.\d{3}\n[a-z]+ \d+ %\n\n$/);
        for (const width of [390, 320]) {
          await page.setViewportSize({ width, height: 780 });
          for (const view of ["live", "file", "voice", "about"]) {
            await page.click(`nav >> a[href="#${view}"]`);
            await page.waitForSelector(`nav >> a[href="#${view}"][aria-current]`, WAIT);
            const widest = await page.evaluate<number>("document.documentElement.scrollWidth");
            expect({ view, width, widest }).toEqual({ view, width, widest: width });
          }
        }
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    MINUTES,
  );

  test(
    "a browser that keeps its gain control on is told of; on plain http there is no microphone, but files are heard",
    async () => {
      const browser = await launchChromium(clip, ["--host-resolver-rules=MAP plain.test 127.0.0.1"]);
      try {
        const { page } = await openPage(browser, host.address);
        // As Safari and some phones do.
        await page.evaluate(
          "MediaStreamTrack.prototype.getSettings = () => ({ deviceId: 'one', autoGainControl: true, noiseSuppression: true })",
        );
        await page.click("text=Start listening");
        await page.waitForSelector(".note", WAIT);
        expect(await page.textContent(".note")).toContain("keeps automatic gain and noise suppression on");

        const plain = await openPage(browser, host.address.replace("127.0.0.1", "plain.test"));
        await plain.page.click("text=Start listening");
        const alert = plain.page.locator('[role="alert"]');
        await alert.waitFor(WAIT);
        expect(await alert.textContent()).toContain("This address is not secure");
        await drop(plain.page, "h1", clip);
        await plain.page.waitForSelector('section[aria-label="dropped.wav"][aria-busy="false"]', WAIT);
        expect(await plain.page.locator(".shares li").count()).toBe(1);
      } finally {
        await browser.close();
      }
    },
    MINUTES,
  );
});
