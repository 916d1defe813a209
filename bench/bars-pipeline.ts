import { rmSync } from "node:fs";
import path from "node:path";
import { against, type Bar, bench, corpora, root, run, scratch, ser } from "./bar.ts";

/** The bars of issue 2: the whole pipeline once. */
export const PIPELINE_BARS: readonly Bar[] = [
  {
    name: "issue 2: all recordings decoded, featurised and cached, nothing in the cache before",
    goal: "≤ 600 s, no failure",
    async run() {
      const env = { SER_CACHE: path.join(scratch, "cache") };
      const { stdout, seconds } = run(
        process.execPath,
        [path.join(root, "bin/ser.js"), "cache", "build", "--corpora", ...corpora, "--set", "librosa54@1"],
        { env },
      );
      rmSync(env.SER_CACHE, { recursive: true });
      return {
        measured: `${seconds.toFixed(0)} s: ${stdout.trim()}`,
        met: seconds <= 600 && stdout.includes(" 0 failed"),
      };
    },
  },
  {
    name: "issue 2: an epoch of seed, 8,400 clips",
    goal: "≤ 15 s",
    async run() {
      const { ours, peer, peerName } = await bench("train", "epoch of 8,400 clips, padded");
      return { measured: `${(ours / 1000).toFixed(1)} s${against(peer, peerName, "s", 1000)}`, met: ours <= 15_000 };
    },
  },
  {
    name: "issue 2: ser predict, one wav, cold",
    goal: "≤ 1 s",
    async run() {
      const { ours, peer, peerName } = await bench("predict", "ser predict, one");
      return { measured: `${(ours / 1000).toFixed(2)} s${against(peer, peerName, "s", 1000)}`, met: ours <= 1000 };
    },
  },
  {
    name: "issue 2: ser predict, 100 files in one call",
    goal: "≥ 50 files/s",
    async run() {
      const { ours } = await bench("predict", "ser predict, 100");
      const rate = 100 / (ours / 1000);
      return { measured: `${rate.toFixed(0)} files/s`, met: rate >= 50 };
    },
  },
  {
    name: "issue 2: npm ci && npm start in a fresh clone",
    goal: "≤ 120 s, ours ≤ 10 s",
    async run() {
      const clone = path.join(scratch, "clone");
      run("git", ["clone", "-q", root, clone]);
      const install = run("npm", ["ci"], { cwd: clone }).seconds;
      const start = run("npm", ["start"], { cwd: clone }).seconds;
      return {
        measured: `npm ci ${install.toFixed(1)} s, npm start ${start.toFixed(1)} s`,
        met: install + start <= 120 && start <= 10,
      };
    },
  },
  {
    name: "issue 2: seed, random split, 40 epochs",
    goal: "accuracy ≥ 60 %",
    async run() {
      const model = path.join(scratch, "random.onnx");
      ser("train", "--corpora", ...corpora, "--preset", "seed", "--split", "random", "--epochs", "40", "--out", model);
      const { stdout } = ser("evaluate", model, "--corpora", ...corpora, "--json");
      const { accuracy, n } = JSON.parse(stdout) as { accuracy: number; n: number };
      return { measured: `${(100 * accuracy).toFixed(1)} % of ${n}`, met: accuracy >= 0.6 };
    },
  },
];
