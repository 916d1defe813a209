import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { build } from "vite";
import { launchChromium } from "./chromium.ts";
import { serveFiles } from "./serve-files.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = path.join(here, "../..");
/** A page in a headless browser. */
export interface Site {
  readonly page: Page;
  /** What went wrong in the page so far. */
  readonly errors: string[];
  close(): Promise<void>;
}

/**
 * Bundles a script as an application would, serves it and opens it in a headless Chromium.
 *
 * @param entry the script, beside this file; or a whole page, `*.html`, relative to the repository
 * @param files addresses, such as "/voice.wav", and the files behind them
 * @param microphone a wav file that stands for the microphone
 */
export async function openSite(
  entry: string,
  files: Readonly<Record<string, string>> = {},
  microphone?: string,
): Promise<Site> {
  const site = mkdtempSync(path.join(tmpdir(), "ser-browser-"));
  const html = entry.endsWith(".html");
  const input = path.join(html ? root : here, entry);
  await build({
    root: html ? path.dirname(input) : here,
    configFile: false,
    logLevel: "error",
    resolve: {
      alias: {
        "speech-emotion/browser": path.join(root, "src/browser.ts"),
        "speech-emotion/client": path.join(root, "src/client/index.ts"),
      },
    },
    build: {
      target: "es2022",
      outDir: site,
      emptyOutDir: false,
      // The runtime fetches its WebAssembly by itself; the server below has it from the package.
      assetsInlineLimit: 0,
      rollupOptions: { input, output: { entryFileNames: "page.js" } },
    },
  });
  if (!html) writeFileSync(path.join(site, "index.html"), '<script type="module" src="/page.js"></script>');
  const server = await serveFiles((pathname) => {
    const name = pathname === "/" ? (html ? path.basename(entry) : "index.html") : pathname;
    const candidates = [
      ...(files[pathname] === undefined ? [] : [files[pathname]]),
      path.join(site, name),
      path.join(root, "node_modules/onnxruntime-web/dist", path.basename(name)),
    ];
    return candidates.find((each) => existsSync(each));
  });
  const browser = await launchChromium(microphone);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(server.url);
  return {
    page,
    errors,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** What the page leaves as `window.result`, or throws what it leaves as `window.failure`. */
export async function resultOf<T>({ page, errors }: Site, timeout = 120_000): Promise<T> {
  await page
    .waitForFunction("window.result !== undefined || window.failure", undefined, { timeout })
    .catch(() => undefined);
  const { result, failure } = await page.evaluate<{ result?: T; failure?: string }>(
    "({ result: window.result, failure: window.failure })",
  );
  if (failure !== undefined || errors.length > 0 || result === undefined) {
    throw new Error(`the page failed: ${[failure ?? "no result in time", ...errors].join("; ")}`);
  }
  return result;
}
