import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { applyExclusions, scanCorpora, type Utterance } from "../src/corpora/index.ts";
import { Random } from "../src/random.ts";
import { DATA_FOLDER } from "../test/data.ts";
import { type Benchmark, runCases } from "./harness.ts";

/** A promise of this project, and how to measure it. */
export interface Bar {
  readonly name: string;
  readonly goal: string;
  /** Measures; returns what was measured and whether it meets the goal. */
  run(): Promise<{ readonly measured: string; readonly met: boolean }>;
}
/** The repository. */
export const root: string = fileURLToPath(new URL("..", import.meta.url));
/** The four corpora. */
export const corpora: readonly string[] = ["ravdess", "crema-d", "tess", "savee"].map((name) =>
  path.join(DATA_FOLDER, name),
);

/** A folder that is gone when the process ends. */
export const scratch: string = mkdtempSync(path.join(tmpdir(), "ser-bars-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

export interface Run {
  readonly stdout: string;
  readonly seconds: number;
}

/** Runs a program to its end; what it says on stderr is shown as it comes. */
export function run(
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

/** Runs `ser`. */
export const ser = (...args: string[]): Run => run(process.execPath, [path.join(root, "bin/ser.js"), ...args]);

/** Every so many of each corpus's recordings, known bad ones left out. */
export async function someRecordings(perCorpus: number): Promise<Utterance[]> {
  const { kept } = applyExclusions((await scanCorpora(corpora)).utterances);
  const names = [...new Set(kept.map(({ corpus }) => corpus))];
  return names.flatMap((name) => {
    const own = new Random(1, "bars", name).shuffle(kept.filter(({ corpus }) => corpus === name));
    return own.slice(0, perCorpus);
  });
}

/** One row of a benchmark by the beginning of its case's name. */
export async function bench(
  file: string,
  name: string,
): Promise<{ ours: number; peer: number | null; peerName: string | null }> {
  const { cases } = (await import(`./${file}.ts`)) as Benchmark;
  const all = await cases();
  const [row] = await runCases(all.filter((each) => each.name.startsWith(name)));
  // Peers live in processes of their own; those of the other cases have not been closed by the run.
  for (const { ours, peer } of all) {
    ours.close?.();
    if (typeof peer === "object") peer.close?.();
  }
  return row!;
}

/** The peer's figure, to stand behind ours. */
export const against = (peer: number | null, peerName: string | null, unit: string, scale: number): string =>
  peer === null ? "" : `; ${peerName} ${(peer / scale).toFixed(1)} ${unit}`;
