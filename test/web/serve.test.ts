import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { HAS_CHROMIUM, launchChromium } from "../browser/chromium.ts";
import { start } from "../server/start.ts";
import { MINUTES, openFile, until } from "./actions.ts";
import { buildPage, openPage, removeFolder } from "./page.ts";

const clip = fileURLToPath(new URL("../../examples/clips/espeak-slow-low.wav", import.meta.url));

test.skipIf(!HAS_CHROMIUM)(
  "under ser serve a recording is recognised and played, and the API is beside it",
  async () => {
    const folder = buildPage();
    const { server } = await start({}, folder);
    const browser = await launchChromium();
    try {
      const { page, errors } = await openPage(browser, `${server.url}/`);
      await openFile(page, clip);
      expect(await page.locator(".shares li").count()).toBe(1);
      await page.click("text=Play");
      await until(page, "Number(document.querySelector('[role=slider]').ariaValueNow) >= 1");
      const health = await page.evaluate<number>("fetch('/healthz').then((response) => response.status)");
      expect(health).toBe(200);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      await server.stop();
      removeFolder(folder);
    }
  },
  MINUTES,
);
