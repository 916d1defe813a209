import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { ParameterError } from "../errors.ts";
import { listenOn } from "../listening.node.ts";
import { DEFAULT_MODEL, loadRecognizer } from "../recognize/load.node.ts";
import type { Recognizer } from "../recognize/index.ts";
import { pageFiles } from "../web-page.ts";
import { createApp, type Log } from "./app.ts";
import { ByteBudget } from "./body.ts";
import { ClipPool } from "./clip-pool.node.ts";
import { Guard } from "./guard.ts";
import { KeyRing } from "./keys.node.ts";
import { LivePool } from "./live-pool.node.ts";
import { LiveSessions } from "./live-upgrade.node.ts";
import { Metrics } from "./metrics.ts";
import { processFigures } from "./process-figures.node.ts";
import { Problem } from "./problems.ts";
import { writeProblem } from "./raw-response.node.ts";
import type { Network } from "./recognition-thread.node.ts";
import type { ModelDescription } from "./resources.ts";
import type { ServerSettings } from "./settings.ts";

/** Where the web page is built to. */
const WEB_FOLDER = fileURLToPath(new URL("../../dist/web", import.meta.url));

/** Options of {@link startServer}. */
export interface StartOptions {
  /** Where lines go. */
  readonly log: Log;
  /** The package's version. */
  readonly version: string;
  /** Folder of the web page; default: where it is built to, if it has been. */
  readonly web?: string;
}

/** Without a new connection for so long, a server that stops takes no more; but it refuses no longer than this. */
const QUIET_MS = 200;
const REFUSE_SECONDS = 5;

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Resolves when recordings can be worked on. */
  readonly ready: Promise<void>;
  /** Finishes what was accepted, refuses what is new, and ends. */
  stop(): Promise<void>;
}

const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host);

function describe(recognizer: Recognizer): ModelDescription {
  const { labels, windowSeconds, metadata } = recognizer;
  const { featureSet, sampleRate, preset, created, licences } = metadata;
  return { id: "default", labels, featureSet, sampleRate, windowSeconds, preset, created, licences };
}

function webPage(folder: string): ((request: Request) => Promise<Response | null>) | null {
  if (!existsSync(`${folder}/index.html`)) return null;
  const files = pageFiles(folder);
  return async (request) => {
    const response = await files.fetch(request);
    return response.ok ? response : null;
  };
}

/** Resolves when `done` is true, or after `seconds`. */
async function until(done: () => boolean, seconds: number): Promise<void> {
  const deadline = performance.now() + 1000 * seconds;
  while (!done() && performance.now() < deadline) await delay(20);
}

/** Answers what never becomes a request: bytes that are no HTTP, headers or bodies that do not come. */
function answerBroken(server: Server, log: Log): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const problem =
      error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? new Problem("request_timeout", "the request did not arrive in time")
        : error.code === "HPE_HEADER_OVERFLOW"
          ? new Problem("headers_too_large", "the headers are too large")
          : new Problem("body_invalid", "this is no HTTP request");
    const id = randomUUID();
    // Who is gone already is answered nothing; one gone in the middle of a request has that request's line.
    if (socket.writable && error.code !== "HPE_INVALID_EOF_STATE")
      log.info({ id, route: "none", status: problem.status }, "refused");
    writeProblem(socket, problem, id);
  });
}

/**
 * Starts the server. It is the only place that opens a port.
 *
 * @throws ParameterError without keys on an address that others can reach, or for one that cannot be listened on;
 *   InputError for a model or keys that cannot be used
 */
export async function startServer(settings: ServerSettings, options: StartOptions): Promise<RunningServer> {
  const { log, version, web = WEB_FOLDER } = options;
  if (settings.keys === "" && !settings.anonymous && !isLoopback(settings.host)) {
    throw new ParameterError(
      `--host ${settings.host}: others can reach it; give --keys <file> (see --make-key), or --anonymous to let everybody in`,
    );
  }
  const guard = new Guard(settings.keys === "" ? null : KeyRing.read(settings.keys), settings);
  const recognizer = await loadRecognizer(settings.model === "" ? DEFAULT_MODEL : settings.model);
  const { labels, windowSeconds } = recognizer;
  const network: Network = {
    featureSet: recognizer.frontEnd.id,
    labels,
    windowSeconds,
    classifyFeatures: (clips) => recognizer.classifyFeatures(clips),
  };
  const onReplaced = (cause: unknown): void => {
    metrics.threadReplaced();
    log.error({ err: cause }, "a thread ended and has a successor");
  };
  const clips = new ClipPool(network, { ...settings, onReplaced });
  const engine = new LivePool(network, settings.liveThreads, onReplaced);
  const budget = new ByteBudget(settings.pendingBytes);
  const gauges = {
    jobs: (): number => clips.jobs,
    liveSessions: (): number => sessions.size,
    pendingBytes: (): number => budget.used,
  };
  const metrics: Metrics = new Metrics(gauges, processFigures());
  let stopping = false;
  const state = (): "ok" | "starting" | "stopping" => (stopping ? "stopping" : clips.ready ? "ok" : "starting");
  const app = createApp({
    version,
    models: [describe(recognizer)],
    limits: settings,
    guard,
    budget,
    metrics,
    log,
    state,
    recognize: (job, signal) => clips.run(job, signal),
    web: webPage(web),
  });
  let open = 0;
  let arrived = 0;
  const answer = getRequestListener(app.fetch);
  const server = createServer(
    {
      requestTimeout: 1000 * settings.requestSeconds,
      headersTimeout: 1000 * Math.min(settings.requestSeconds, 20),
      connectionsCheckingInterval: Math.min(1000, 200 * settings.requestSeconds),
      keepAliveTimeout: 65_000,
    },
    (request, response) => {
      open++;
      response.on("close", () => open--);
      if (stopping) response.setHeader("connection", "close");
      void answer(request, response);
    },
  );
  server.on("connection", () => {
    arrived = performance.now();
  });
  answerBroken(server, log);
  const sessions = new LiveSessions(server, { engine, guard, labels, limits: settings, log, state });
  const release = async (): Promise<void> => {
    await Promise.all([clips.close(), engine.close()]);
    await recognizer.release();
  };
  const url = await listenOn(server, settings.host, settings.port).catch(async (cause: unknown) => {
    await release();
    throw cause;
  });
  log.info({ url, version }, "listening");

  const stop = async (): Promise<void> => {
    stopping = true;
    log.info({ open, live: sessions.size }, "stopping");
    sessions.finish();
    await until(() => open === 0 && sessions.size === 0, settings.drainSeconds);
    // Who is just connecting hears that the server stops, and is not cut.
    const refuse = Math.min(REFUSE_SECONDS, settings.drainSeconds);
    await until(() => open === 0 && performance.now() - arrived > QUIET_MS, refuse);
    const closed = new Promise((resolve) => server.close(resolve));
    // What has not come to its end by now does not.
    const cut = setTimeout(() => {
      server.closeAllConnections();
      sessions.terminate();
    }, 500);
    await closed;
    clearTimeout(cut);
    await release();
    log.info({}, "stopped");
  };
  let stopped: Promise<void> | undefined;
  return { url, ready: clips.whenReady(), stop: () => (stopped ??= stop()) };
}
