import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Benchmark, runCases } from "./harness.ts";

/**
 * Every bar of the issues, at full size, on the real recordings: `npm run bars` runs all, `npm run bars -- <text>` those
 * whose name contains the text. The machine should be idle.
 */
interface Bar {
  readonly name: string;
  readonly goal: string;
  /** Measures; returns what was measured and whether it meets the goal. */
  run(): Promise<{ readonly measured: string; readonly met: boolean }>;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const data = process.env["SER_DATA"] ?? path.join(root, "../shared/data");
const corpora = ["ravdess", "crema-d", "tess", "savee"].map((name) => path.join(data, name));
const scratch = mkdtempSync(path.join(tmpdir(), "ser-bars-"));

interface Run {
  readonly stdout: string;
  readonly seconds: number;
}

/** Runs a program to its end; what it says on stderr is shown as it comes. */
function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Run {
  const started = performance.now();
  const { status, stdout } = spawnSync(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 4).join(" ")} … ended with ${status}`);
  return { stdout, seconds: (performance.now() - started) / 1000 };
}

const ser = (...args: string[]): Run => run(process.execPath, [path.join(root, "bin/ser.js"), ...args]);

/** One row of a benchmark by the beginning of its case's name. */
async function bench(
  file: string,
  name: string,
): Promise<{ ours: number; peer: number | null; peerName: string | null }> {
  const { cases } = (await import(`./${file}.ts`)) as Benchmark;
  const all = await cases();
  const chosen = all.filter((each) => each.name.startsWith(name));
  for (const each of all.filter((other) => !chosen.includes(other))) each.ours.close?.();
  const [row] = await runCases(chosen);
  return row!;
}

const against = (peer: number | null, peerName: string | null, unit: string, scale: number): string =>
  peer === null ? "" : `; ${peerName} ${(peer / scale).toFixed(1)} ${unit}`;

const BARS: readonly Bar[] = [
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
      const { ours, peer, peerName } = await bench("train", "epoch");
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

const wanted = process.argv.slice(2).join(" ");
const rows: string[] = [];
for (const bar of BARS.filter(({ name }) => name.includes(wanted))) {
  console.error(`\n== ${bar.name}`);
  const outcome = await bar.run().catch((error: unknown) => ({ measured: `failed: ${String(error)}`, met: false }));
  rows.push(`| ${bar.name} | ${bar.goal} | ${outcome.measured} | ${outcome.met ? "met" : "MISSED"} |`);
}
rmSync(scratch, { recursive: true, force: true });
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
console.log(`speech-emotion ${version}\n\n| Bar | Goal | Measured | |\n| --- | --- | --- | --- |\n${rows.join("\n")}`);
if (rows.some((row) => row.endsWith("MISSED |"))) process.exitCode = 1;
