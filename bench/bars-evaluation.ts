import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Bar, corpora, root, scratch, ser } from "./bar.ts";

const MINUTES = 15;

/** The words of `ser protocol ravdess-emobox` with `seed`, written to this file. */
export function emobox(out: string): string[] {
  return ["protocol", "ravdess-emobox", "--corpora", corpora[0]!, "--preset", "seed", "--out", path.join(scratch, out)];
}

/** Runs `ser` for a while, then kills it as `kill -9` does; true when it was still running. */
async function killedAfter(seconds: number, words: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [path.join(root, "bin/ser.js"), ...words], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<boolean>((resolve) => child.on("exit", (_, signal) => resolve(signal === "SIGKILL")));
  await Promise.race([ended, setTimeout(1000 * seconds)]);
  child.kill("SIGKILL");
  return ended;
}

/** A protocol's result in the scratch folder and its answers, but for their own names. */
export function files(name: string): string {
  const read = (ending: string): string => readFileSync(path.join(scratch, name + ending), "utf8");
  return read(".json").replaceAll(`"${name}.`, '"') + read(".answers.csv");
}

/** The bars of issue 5: evaluation. */
export const EVALUATION_BARS: readonly Bar[] = [
  {
    name: "issue 5: ravdess-emobox with seed, the folds on disk; killed twice and resumed",
    goal: `≤ ${MINUTES} min on two idle cores, the same result file`,
    async run() {
      const { stdout, seconds } = ser(...emobox("straight.json"));
      let kills = 0;
      for (const share of [0.3, 0.4]) if (await killedAfter(share * seconds, emobox("killed.json"))) kills++;
      ser(...emobox("killed.json"));
      const same = files("straight") === files("killed");
      const figures = /^mean of .*$/m.exec(stdout)?.[0].replaceAll(/ {2,}/g, ", ") ?? "";
      return {
        measured: `${(seconds / 60).toFixed(1)} min (accuracy, UAR, macro F1, ECE: ${figures}); killed ${kills} times, ${same ? "the same" : "OTHER"} bytes`,
        met: seconds <= 60 * MINUTES && kills === 2 && same,
      };
    },
  },
];
