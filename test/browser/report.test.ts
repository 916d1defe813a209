import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { readResults, writeReport } from "../../src/evaluate/index.ts";
import { smallResult } from "../evaluate/small-results.ts";
import { HAS_CHROMIUM, launchChromium } from "./chromium.ts";

/** Runs in the page: texts that stick out of their figure, and how far the page is wider than the window. */
const LOOK = `(() => {
  const out = [];
  for (const svg of document.querySelectorAll("svg")) {
    const frame = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      const inside = box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
      if (!inside) out.push(svg.getAttribute("aria-label") + ": " + text.textContent);
    }
  }
  return { out, figures: document.querySelectorAll("svg").length, wider: document.documentElement.scrollWidth - innerWidth };
})()`;

describe.skipIf(!HAS_CHROMIUM)("a report in headless Chromium", () => {
  test("shows every figure uncut, wide and narrow, light and dark, and fetches nothing", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "ser-report-browser-"));
    const files = [await smallResult(folder, "honest"), await smallResult(folder, "leaky", { leaky: true, seed: 3 })];
    await writeReport(folder, "Report", await readResults(files.map(({ file }) => file)));
    const url = pathToFileURL(path.join(folder, "index.html")).href;
    const browser = await launchChromium();
    try {
      for (const [width, colorScheme] of [
        [1200, "light"],
        [420, "dark"],
      ] as const) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const requests: string[] = [];
        const errors: string[] = [];
        page.on("request", (request) => requests.push(request.url()));
        page.on("console", (message) => errors.push(message.text()));
        page.on("pageerror", (error) => errors.push(error.message));
        await page.goto(url);
        const { out, figures, wider } = await page.evaluate<{ out: string[]; figures: number; wider: number }>(LOOK);
        expect({ out, figures, wider: wider > 0 }).toEqual({ out: [], figures: 12, wider: false });
        expect(requests).toEqual([url]);
        expect(errors).toEqual([]);
        const ground = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
        expect(ground).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(22, 24, 28)");
        await page.emulateMedia({ media: "print" });
        const printed = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
        expect(printed).toBe("rgb(255, 255, 255)");
        await page.close();
      }
    } finally {
      await browser.close();
    }
  }, 60_000);
});
