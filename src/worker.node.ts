import "./no-telemetry.ts";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { parentPort, Worker, type ResourceLimits } from "node:worker_threads";

/** What a thread is told to make it leave; no task is a string. */
const LEAVE = "leave";

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

/**
 * Ends a worker thread that listens by {@link onTask}: when it has loaded, and between two steps of what it is at. It
 * exists because a thread that is terminated within ONNX Runtime, or while it loads it, takes the whole process down
 * (onnxruntime-node 1.30 then throws where nothing catches). Resolves when the thread is gone.
 *
 * @param patienceMs for a thread that hears nothing, such as one in a decoder that hangs; then it is terminated
 */
export async function endWorker(worker: Worker, patienceMs = 10_000): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (worker.threadId === -1) resolve();
    else worker.once("exit", () => resolve());
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  worker.postMessage(LEAVE);
  const timer = setTimeout(() => void worker.terminate(), patienceMs);
  await gone;
  clearTimeout(timer);
}

/** In a worker thread: `handle` gets what the thread is posted, until it is ended by {@link endWorker}. */
export function onTask<Task extends object>(handle: (task: Task) => void): void {
  parentPort!.on("message", (message: Task | typeof LEAVE) => {
    // Of a thread, not of the process.
    if (message === LEAVE) process.exit(0);
    handle(message);
  });
}
