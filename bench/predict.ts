import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { type BenchCase, timed } from "./harness.ts";
import { ORIGINAL_SYSTEM, PYTHON } from "./python.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const clip = `${root}examples/clips/espeak-even-middle.wav`;

/** What a user of the original types for one file: librosa for the features, Keras for the network. */
const SCRIPT = `
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
${ORIGINAL_SYSTEM}
for path in sys.argv[1:]:
    predict(path)
`;

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr.slice(-500)}`);
}

/** `ser predict` as a process: one wav from cold, and a hundred in one call. */
export async function cases(): Promise<BenchCase[]> {
  const script = `${mkdtempSync(`${tmpdir()}/ser-bench-`)}/predict.py`;
  writeFileSync(script, SCRIPT);
  const python = spawnSync(PYTHON, ["-c", "import librosa, keras"], { encoding: "utf8" });
  const peers = python.status === 0;
  return [1, 100].map((count) => {
    const files = Array.from({ length: count }, () => clip);
    return {
      name: count === 1 ? "ser predict, one wav, cold" : `ser predict, ${count} wavs in one call`,
      ours: timed("ser predict", () => run(process.execPath, [`${root}bin/ser.js`, "predict", "--json", ...files])),
      peer: peers
        ? timed("Python: librosa, Keras", () => run(PYTHON, [script, ...files]))
        : `no librosa and Keras at ${PYTHON} (set SER_PYTHON)`,
      rounds: count === 1 ? 5 : 3,
    };
  });
}
