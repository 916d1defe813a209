import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { resample } from "../../src/audio/index.ts";
import { joinFloats } from "../../src/bytes.ts";
import { pageApp } from "../../src/cli/web.ts";
import { wavFile } from "../audio/wav-file.ts";
import { WAIT } from "./actions.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Builds the page as `npm run build:web` does. @returns the folder, which the caller removes */
export function buildPage(): string {
  const outDir = mkdtempSync(path.join(tmpdir(), "ser-web-"));
  const vite = path.join(root, "node_modules/vite/bin/vite.js");
  const args = ["build", "--config", "web/vite.config.ts", "--logLevel", "warn", "--outDir", outDir];
  // A process of its own: vitest's NODE_ENV would make it a page for developers.
  const env = { ...process.env, NODE_ENV: "production" };
  execFileSync(process.execPath, [vite, ...args], { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });
  return outDir;
}

/** A server of the built page as `ser web` is one. */
export interface Host {
  /** Ends in "/". */
  readonly address: string;
  /** What has been asked for so far, relative to the address. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** @param under the path that the page is found under, such as "/tools/voice" */
export async function hostPage(folder: string, under = ""): Promise<Host> {
  const app = under === "" ? pageApp(folder) : new Hono().mount(under, pageApp(folder).fetch);
  const answer = getRequestListener(app.fetch);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push((request.url ?? "").slice(under.length + 1));
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${under}/`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A page that is open, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  readonly errors: string[];
}

/** Opens an address in a window of its own and waits for the model. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  // Of clicks and navigation, too; Playwright's 30 seconds are short on busy cores.
  context.setDefaultTimeout(WAIT.timeout);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(address);
  await page.waitForSelector('[data-model="ready"]', WAIT);
  return { page, errors };
}

/** Recordings one behind the other with silence between, as a wav file of 48 kHz for Chromium's microphone. */
export async function writeSpeech(
  file: string,
  recordings: readonly string[],
  { lead = 0.5, pause = 1, rate = 48_000 }: { lead?: number; pause?: number; rate?: number } = {},
): Promise<void> {
  const parts: Float32Array[] = [new Float32Array(Math.round(lead * rate))];
  for (const recording of recordings) {
    parts.push(resample(await readAudio(recording), rate).samples, new Float32Array(Math.round(pause * rate)));
  }
  writeFileSync(file, wavFile(joinFloats(parts), { sampleRate: rate }));
}

/** Removes a folder and what is in it. */
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });
