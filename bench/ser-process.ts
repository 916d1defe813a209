import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import type { RedisServer } from "../test/batch/redis-server.ts";
import { root } from "./bar.ts";

/** The real program; needs `npm run build`. */
export const SER: string = path.join(root, "bin/ser.js");

/** Starts `ser`; what it says on stderr is shown as it comes. */
export function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [SER, ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

/** Starts a worker of one thread. */
export function startWorker(redis: RedisServer): ChildProcess {
  return start("worker", "--redis", redis.url, "--threads", "1", "--take-over", "10");
}

/** A process's exit code; null when a signal ended it. */
export const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once("exit", (code) => resolve(code)));
