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
    return process.kill(pid, 0) && !hasEnded(pid);
  } catch (cause) {
    // It is there and another user's.
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}

/** Whether a process is dead and only its parent has not asked after it yet, which in a container may never happen. Linux's `/proc` tells; elsewhere false. */
function hasEnded(pid: number): boolean {
  try {
    // pid (name) state …: the name may hold anything, brackets too.
    return /\) [ZX] [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
