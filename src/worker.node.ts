import "./no-telemetry.ts";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker, type ResourceLimits } from "node:worker_threads";

/**
 * Starts a worker thread on the built JavaScript at `url`, or on the TypeScript source beside it when this runs from source.
 *
 * @param resourceLimits of its heap; what lies outside of it (array buffers, WebAssembly) is not limited by them
 */
export function startWorker(url: URL, workerData: unknown, resourceLimits: ResourceLimits = {}): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(url, { workerData, resourceLimits });
  // On Node 20 `--import tsx` has no effect in a worker; registering from inside it has.
  const tsx = new URL(
    "dist/esm/api/index.mjs",
    pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json")),
  ).href;
  const source = url.href.replace(/\.js$/, ".ts");
  const bootstrap = `import(${JSON.stringify(tsx)}).then((api) => { api.register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(bootstrap, { workerData, resourceLimits, eval: true });
}
