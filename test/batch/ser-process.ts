import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The real program; needs `npm run build`. */
export const SER: string = fileURLToPath(new URL("../../bin/ser.js", import.meta.url));

/** What a call of `ser` left behind. */
export interface SerResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `ser` to its end. Built, since threads start slowly from sources. */
export function runSer(args: readonly string[], input = ""): SerResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SER, ...args], { encoding: "utf8", input });
  return { exitCode: status, stdout, stderr };
}

/** A `ser` in a process of its own. */
export interface SerProcess {
  readonly child: ChildProcess;
  /** What it has said on stderr so far. */
  stderr(): string;
  /** Its exit code, or the signal that killed it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts `ser`; only a process of its own can be killed. */
export function startSer(args: readonly string[], env: Readonly<Record<string, string>> = {}): SerProcess {
  const child = spawn(process.execPath, [SER, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.on("close", (code, signal) => resolve(signal ?? code!)),
  );
  return { child, stderr: () => text, ended };
}
