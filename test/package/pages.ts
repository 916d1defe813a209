import { cpSync, existsSync } from "node:fs";
import path from "node:path";
import { build } from "vite";
import type { Recognition } from "../../src/recognize/index.ts";
import { launchChromium } from "../browser/chromium.ts";
import { serveFiles } from "../browser/serve-files.ts";
import { root } from "./app.ts";

const VOICE = path.join(root, "examples/clips/espeak-even-middle.wav");

/** What a page that lies in `folder` leaves as `window.result`. */
async function resultOf(folder: string): Promise<Recognition> {
  const server = await serveFiles((pathname) => {
    const file = pathname === "/voice.wav" ? VOICE : path.join(folder, pathname === "/" ? "index.html" : pathname);
    return existsSync(file) ? file : undefined;
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("response", (response) => {
      if (response.status() >= 400 && !response.url().endsWith("favicon.ico"))
        faults.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(server.url);
    await page.waitForFunction("window.result", undefined, { timeout: 120_000 }).catch(() => undefined);
    const result = await page.evaluate<Recognition | undefined>("window.result");
    if (result === undefined || faults.length > 0) throw new Error(`the page failed: ${faults.join("; ")}`);
    return result;
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Builds an application with Vite, nothing configured, and opens it. @param app an application's folder with onnxruntime-web */
export async function viteApp(app: string): Promise<Recognition> {
  const own = path.join(app, "vite");
  cpSync(path.join(root, "test/package/vite-app"), own, { recursive: true });
  await build({ root: own, configFile: false, logLevel: "error" });
  return resultOf(path.join(own, "dist"));
}

/** Opens a page that no bundler has seen: modules as npm installed them, found by an import map. */
export async function plainPage(app: string): Promise<Recognition> {
  cpSync(path.join(root, "test/package/plain-page/index.html"), path.join(app, "index.html"));
  return resultOf(app);
}
