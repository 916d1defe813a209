import { readFileSync, rmSync, writeFileSync } from "node:fs";

/** A file that holds the number of the process that works on something, so that no second one does. */
export class ProcessLock {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Takes the lock, also from a process that is gone. @returns the living process that holds it, or null when it is ours now */
  take(): number | null {
    const owner = this.#owner();
    if (owner !== undefined && owner !== process.pid && isAlive(owner)) return owner;
    writeFileSync(this.#file, String(process.pid));
    return null;
  }

  /** Gives it back. A killed process leaves it taken; its successor sees that it is gone. */
  release(): void {
    if (this.#owner() === process.pid) rmSync(this.#file, { force: true });
  }

  #owner(): number | undefined {
    try {
      return Number(readFileSync(this.#file, "utf8")) || undefined;
    } catch {
      return undefined;
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    // It is there and another user's.
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}
