import { existsSync, mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { build } from "vite";
import { launchChromium } from "./chromium.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = path.join(here, "../..");
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

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
    resolve: { alias: { "speech-emotion/browser": path.join(root, "src/browser.ts") } },
    build: {
      target: "es2022",
      outDir: site,
      emptyOutDir: false,
      // The runtime fetches its WebAssembly by itself; the server below has it from the package.
      assetsInlineLimit: 0,
      rollupOptions: { input, output: { entryFileNames: "page.js" } },
    },
  });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/" && !html) {
      response.setHeader("content-type", "text/html").end('<script type="module" src="/page.js"></script>');
      return;
    }
    const name = pathname === "/" ? `/${path.basename(entry)}` : pathname;
    const candidates = [
      ...(files[pathname] === undefined ? [] : [files[pathname]]),
      path.join(site, name),
      path.join(root, "node_modules/onnxruntime-web/dist", path.basename(name)),
    ];
    const file = candidates.find((each) => existsSync(each));
    if (file === undefined) response.writeHead(404).end();
    else {
      const type = types[path.extname(name)] ?? "application/octet-stream";
      void readFile(file).then((body) => response.setHeader("content-type", type).end(body));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the test's server has no port");
  const browser = await launchChromium(microphone);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`http://127.0.0.1:${bound.port}/`);
  return {
    page,
    errors,
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
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
