/** The process side of `run-apart.ts`: loads the recordings once, then trains and tests one run after the other. */
import { protocolNamed } from "../../corpora/index.ts";
import { SpeechEmotionError } from "../../errors.ts";
import { loadProtocolDataset } from "./protocol-dataset.ts";
import type { FromProcess, ProcessSetting, ToProcess } from "./run-apart.ts";
import { runFold, type RunSetting } from "./run-fold.ts";
import { WorkFolder, type PendingRun } from "./work-folder.ts";

/** So many milliseconds between two reports of progress. */
const REPORT_MS = 200;

const stop = new AbortController();
// Ctrl-C reaches the whole group: the parent decides, and tells.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => stop.abort("SIGTERM"));
// The parent was killed: nobody would take the results.
process.on("disconnect", () => stop.abort("disconnect"));

function tell(message: FromProcess): void {
  if (process.connected) process.send!(message, () => undefined);
}

let setting: Promise<RunSetting> | undefined;
let working: Promise<void> = Promise.resolve();
let reportedAt = 0;

async function load(given: ProcessSetting): Promise<RunSetting> {
  const { protocol: name, out, ...rest } = given;
  const protocol = protocolNamed(name);
  const dataset = await loadProtocolDataset(protocol, given.config, { signal: stop.signal });
  return { ...rest, protocol, dataset, work: new WorkFolder(out) };
}

async function work(run: PendingRun): Promise<void> {
  const done = await runFold(await setting!, run, {
    signal: stop.signal,
    onProgress: (epochs, note) => {
      if (performance.now() - reportedAt < REPORT_MS) return;
      reportedAt = performance.now();
      tell({ progress: [run, epochs, note] });
    },
  });
  tell(done ? { finished: run } : { interrupted: true });
  if (!done && process.connected) process.disconnect();
}

function failed(cause: unknown): void {
  const text = cause instanceof Error ? cause : new Error(String(cause));
  tell({
    failed:
      text instanceof SpeechEmotionError
        ? { code: text.code, message: text.message }
        : { message: text.stack ?? text.message },
  });
  if (process.connected) process.disconnect();
}

process.on("message", (message: ToProcess) => {
  if ("setting" in message) {
    setting = load(message.setting);
    setting.then(() => tell({ ready: true }), failed);
  } else if ("run" in message) {
    working = work(message.run).catch(failed);
  } else {
    stop.abort("stop");
    void working.then(() => {
      if (process.connected) process.disconnect();
    });
  }
});
