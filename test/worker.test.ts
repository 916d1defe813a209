import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

// A process of its own: what this guards against is that it dies.
const script = `
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { endWorker, startWorker } from "./src/worker.node.ts";
import { sine, wavFile } from "./test/audio/wav-file.ts";

const model = new Uint8Array(readFileSync("models/default.onnx"));
const bytes = new Uint8Array(wavFile(sine(220, 16000, 1)));
for (let round = 0; round < 12; round++) {
  const worker = startWorker(new URL("file://" + process.cwd() + "/src/batch/recognize-worker.js"), { model, name: "default" });
  const gone = once(worker, "exit");
  // The even ones while they load, the odd ones in the midst of recognising.
  if (round % 2 === 1) {
    await once(worker, "message");
    for (let i = 0; i < 200; i++) worker.postMessage({ file: "a.wav", source: { bytes }, options: {} });
  }
  await wait(30 * round);
  await endWorker(worker);
  const [code] = await gone;
  if (code !== 0) throw new Error("round " + round + ": " + code);
  await endWorker(worker);
}
// One that hears nothing is terminated.
const deaf = startWorker(new URL("data:text/javascript,for(;;);"), null);
await once(deaf, "online");
const started = performance.now();
await endWorker(deaf, 300);
console.log("all ended", performance.now() - started > 290);
`;

test("a thread with ONNX Runtime is ended while it loads and while it runs, and the process lives", () => {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", script],
    { cwd: root, encoding: "utf8" },
  );
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: "" });
  expect(stdout).toBe("all ended true\n");
});
