import { readSettings, startServer, type RunningServer, type ServerSettings } from "../../src/server/index.ts";
import type { LogLine } from "./app-of.ts";

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

/** Whether a server takes a recording and answers. */
export async function answers(url: string, audio: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const response = await fetch(`${url}/v1/recognize`, { method: "POST", body: audio });
  return response.status === 200 && Array.isArray(((await response.json()) as { segments: unknown }).segments);
}
