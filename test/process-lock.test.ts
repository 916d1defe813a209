import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { ProcessLock } from "../src/process-lock.node.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-lock-"));
const file = path.join(folder, "process");
afterAll(() => rmSync(folder, { recursive: true }));

/** A process whose child has ended and is never asked after; resolves with the number of that child. */
async function withDeadChild(run: (parent: number, child: number) => void): Promise<void> {
  // The child ends after the shell has become another program: a shell would ask after it.
  const parent = spawn("sh", ["-c", "sleep 1 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [line] = (await parent.stdout.take(1).toArray()) as [Buffer];
    const child = Number(String(line));
    for (let i = 0; i < 500 && !/\) Z /.test(readFileSync(`/proc/${child}/stat`, "utf8")); i++) await setTimeout(20);
    run(parent.pid!, child);
  } finally {
    parent.kill("SIGKILL");
  }
}

test.skipIf(process.platform !== "linux")("a living process keeps its lock, one that nobody has buried does not", () =>
  withDeadChild((parent, child) => {
    const lock = new ProcessLock(file);
    writeFileSync(file, String(parent));
    expect(lock.take()).toBe(parent);
    // It still has its number: `kill -0` finds it.
    expect(process.kill(child, 0)).toBe(true);
    writeFileSync(file, String(child));
    expect(lock.take()).toBe(null);
    expect(readFileSync(file, "utf8")).toBe(String(process.pid));
    lock.release();
  }),
);

test("a lock of a process that is gone, or of none, is free", () => {
  const lock = new ProcessLock(file);
  writeFileSync(file, "4194399");
  expect(lock.take()).toBe(null);
  lock.release();
  writeFileSync(file, "nobody");
  expect(lock.take()).toBe(null);
  expect(lock.take()).toBe(null);
  lock.release();
  expect(() => readFileSync(file)).toThrow("ENOENT");
});
