import { setTimeout as delay } from "node:timers/promises";
import { readSettings, startServer, type RunningServer, type ServerSettings } from "../../src/server/index.ts";
import { type SerProcess, startSer } from "../batch/ser-process.ts";
import type { LogLine } from "./app-of.ts";

/** Whether tests run at the size of the bars, see bench/bars-server.ts. */
export const FULL: boolean = process.env["SER_FULL"] === "1";

/** For a test that has a larger size. */
export const TIMEOUT: number = FULL ? 900_000 : 120_000;

/** A server on a free port, one thread for recordings and one for live sound; and what it logs. @param web folder of the page */
export async function start(
  settings: Partial<ServerSettings> = {},
  web?: string,
): Promise<{ server: RunningServer; log: LogLine[] }> {
  const log: LogLine[] = [];
  const take = (fields: Readonly<Record<string, unknown>>, message: string): void => void log.push({ message, fields });
  const server = await startServer(
    { ...readSettings({ port: 0, threads: 1, liveThreads: 1, rate: 10_000, burst: 10_000 }, {}), ...settings },
    { log: { info: take, error: take }, version: "1.2.3", ...(web !== undefined && { web }) },
  );
  return { server, log };
}

/** A `ser serve` in a process of its own, ready. */
export interface ServeProcess extends SerProcess {
  readonly url: string;
}

/** Starts `ser serve` on a free port, with a rate that no test meets; needs `npm run build`. */
export async function serve(
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ServeProcess> {
  const started = startSer(["serve", "--port", "0", "--rate", "10000", "--burst", "10000", ...flags], env);
  const listening = /(http:\S+): the API/;
  while (!listening.test(started.stderr())) {
    if (started.child.exitCode !== null) throw new Error(`ser serve ended: ${started.stderr()}`);
    await delay(20);
  }
  const url = listening.exec(started.stderr())![1]!;
  while ((await fetch(`${url}/readyz`)).status !== 200) await delay(20);
  return { ...started, url };
}

/** A figure of `/metrics`. */
export async function figure(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)![1]);
}

/** Whether a server takes a recording and answers. */
export async function answers(url: string, audio: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const response = await fetch(`${url}/v1/recognize`, { method: "POST", body: audio });
  return response.status === 200 && Array.isArray(((await response.json()) as { segments: unknown }).segments);
}
