import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** A Python with reference/requirements.txt. */
export const PYTHON: string = process.env["SER_PYTHON"] ?? "/opt/ref/venv/bin/python";

/** True where it is; `describe.skipIf(!HAS_PYTHON)`, and a line says that tests were skipped. */
export const HAS_PYTHON: boolean = existsSync(PYTHON);
if (!HAS_PYTHON) console.warn(`SKIPPED: tests against live Python, there is no ${PYTHON} (set SER_PYTHON)`);

/** Runs a script of the repository. */
export function python(script: string, ...args: string[]): string {
  const file = fileURLToPath(new URL(`../${script}`, import.meta.url));
  return execFileSync(PYTHON, [file, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Does work in a folder that is gone afterwards. */
export async function withFolder<T>(work: (at: (name: string) => string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-python-"));
  try {
    return await work((name) => path.join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
