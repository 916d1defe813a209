import { existsSync, mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HAS_CHROMIUM, launchChromium } from "./chromium.ts";
import { trainSmall } from "./small-training.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = path.join(here, "../..");
const types: Record<string, string> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

describe.skipIf(!HAS_CHROMIUM)("in headless Chromium with onnxruntime-web", () => {
  const site = mkdtempSync(path.join(tmpdir(), "ser-browser-"));
  let server: Server;
  let address = "";

  beforeAll(async () => {
    await build({
      root: here,
      logLevel: "error",
      build: {
        outDir: site,
        lib: { entry: path.join(here, "train-page.ts"), formats: ["es"], fileName: "page" },
        // The runtime fetches its WebAssembly by itself; the test serves it from the package.
        assetsInlineLimit: 0,
      },
    });
    server = createServer((request, response) => {
      const name = path.basename(request.url ?? "");
      if (name === "")
        return response.setHeader("content-type", "text/html").end('<script type="module" src="/page.js"></script>');
      const candidates = [path.join(site, name), path.join(root, "node_modules/onnxruntime-web/dist", name)];
      const file = candidates.find((each) => existsSync(each));
      if (file === undefined) return response.writeHead(404).end();
      void readFile(file).then((body) =>
        response.setHeader("content-type", types[path.extname(name)] ?? "application/octet-stream").end(body),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const bound = server.address();
    address = typeof bound === "object" && bound ? `http://127.0.0.1:${bound.port}/` : "";
  });
  afterAll(() => server?.close());

  test("fifty steps give the losses of Node within 1e-4", async () => {
    const inNode = await trainSmall();
    expect(inNode.at(-1)!).toBeLessThan(inNode[0]! * 0.7);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(address);
      await page
        .waitForFunction("window.losses || window.failure", undefined, { timeout: 60_000 })
        .catch(() => undefined);
      const { losses, failure } = await page.evaluate<{ losses?: number[]; failure?: string }>(
        "({ losses: window.losses, failure: window.failure })",
      );
      expect(errors).toEqual([]);
      expect(failure).toBeUndefined();
      expect(losses!).toBeAllClose(inNode, { atol: 1e-4 });
    } finally {
      await browser.close();
    }
  }, 120_000);
});
