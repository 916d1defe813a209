import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "vite";
import { gainsOf } from "./build/gains.ts";
import { offline } from "./build/offline.ts";

const here = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const { version } = JSON.parse(readFileSync(here("../package.json"), "utf8")) as { version: string };

/** The page: relative addresses only, so that it can be served under any path. */
const config: UserConfig = defineConfig({
  root: here("."),
  base: "./",
  define: {
    __VERSION__: JSON.stringify(version),
    __GAINS__: JSON.stringify(gainsOf(readFileSync(here("../docs/voice-calibration.md"), "utf8"))),
  },
  // The page runs on WebAssembly alone; ONNX Runtime's other engines would be three times the bytes.
  resolve: { alias: { "#onnxruntime": "onnxruntime-web/wasm" } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: {
    format: "es",
    // Our own files do nothing by being imported, so what only learning needs is fetched with the first voice.
    rolldownOptions: {
      treeshake: { moduleSideEffects: [{ test: /^(?!.*node_modules).*\/src\/(?!.*worker\.ts)/, sideEffects: false }] },
    },
  },
  plugins: [offline(here("service-worker.js"))],
  build: {
    outDir: here("../dist/web"),
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
});

export default config;
