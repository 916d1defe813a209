import type { Hono } from "hono";
import { createApp, type AppServices } from "../../src/server/index.ts";
import { ByteBudget } from "../../src/server/body.ts";
import { Guard } from "../../src/server/guard.ts";
import { Metrics } from "../../src/server/metrics.ts";
import { recognizeClip } from "../../src/server/recognize-clip.ts";
import { readSettings, type ServerSettings } from "../../src/server/settings.ts";
import { KeyRing } from "../../src/server/keys.node.ts";
import type { Recognizer } from "../../src/recognize/index.ts";

/** A line of the log. */
export interface LogLine {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An app without a port, its work done in this thread; and what it logs. */
export function appOf(
  recognizer: Recognizer,
  settings: Partial<ServerSettings> = {},
  { keys, ...services }: Partial<AppServices> & { keys?: string } = {},
): { app: ReturnType<typeof createApp> & Hono<never>; log: LogLine[]; budget: ByteBudget } {
  const limits: ServerSettings = { ...readSettings({}, {}), ...settings };
  const log: LogLine[] = [];
  const take = (fields: Readonly<Record<string, unknown>>, message: string): void => void log.push({ message, fields });
  const budget = new ByteBudget(limits.pendingBytes);
  const app = createApp({
    version: "1.2.3",
    models: [],
    limits,
    guard: new Guard(keys === undefined ? null : new KeyRing(keys), limits),
    budget,
    metrics: new Metrics({ jobs: () => 0, liveSessions: () => 0, pendingBytes: () => budget.used }),
    log: { info: take, error: take },
    state: () => "ok",
    recognize: (job, signal) => recognizeClip(recognizer, job, signal),
    web: null,
    ...services,
  });
  return { app: app as never, log, budget };
}
