import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import { PAGE_POLICY } from "../web-page.ts";
import { type ByteBudget, withUpload } from "./body.ts";
import type { Guard } from "./guard.ts";
import type { Metrics } from "./metrics.ts";
import { openApi } from "./openapi.ts";
import { type Operation, OPERATIONS } from "./operations.ts";
import { docsPage, homePage, STYLE } from "./pages.ts";
import { Problem, problemOf } from "./problems.ts";
import { type ModelDescription, recognizeQuery, type RecognizeResponse } from "./resources.ts";
import { faultOf } from "./schema.ts";
import type { ClipAnswer, ClipJob } from "./worker-messages.ts";

/** What is logged: never audio, never a name or path that a client sent. */
export interface Log {
  /** Something happened as it should. */
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** Something is wrong with the server. */
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What the app stands on. */
export interface AppServices {
  /** The package's. */
  readonly version: string;
  /** What it can answer with. */
  readonly models: readonly ModelDescription[];
  /** In bytes and seconds; origins as in the settings. */
  readonly limits: { readonly maxBytes: number; readonly maxSeconds: number; readonly corsOrigins: readonly string[] };
  /** Who may ask, and how often. */
  readonly guard: Guard;
  /** Bytes of uploads that may be in memory together. */
  readonly budget: ByteBudget;
  /** What is counted. */
  readonly metrics: Metrics;
  /** Where lines go. */
  readonly log: Log;
  /** Whether requests are taken. */
  state(): "ok" | "starting" | "stopping";
  /** Works on one recording, in a thread. */
  recognize(job: ClipJob, signal: AbortSignal): Promise<ClipAnswer>;
  /** The web page's files; null where there are none. */
  readonly web: ((request: Request) => Promise<Response | null>) | null;
}

/** Of a connection, as @hono/node-server hands it in. */
export interface Connection {
  /** Node's request, of which the client's address is read. */
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } };
}

type Env = { Bindings: Connection; Variables: { id: string; route: string; client: string } };

/** The client went before its answer came. */
const CLIENT_GONE = 499;

/** A client's own request id is kept when it is a plain one. */
export function requestId(given: string | null | undefined): string {
  return given && /^[\w-]{8,64}$/.test(given) ? given : crypto.randomUUID();
}

const SECURE_HEADERS = secureHeaders({
  ...PAGE_POLICY,
  referrerPolicy: "no-referrer",
  crossOriginResourcePolicy: "same-origin",
  crossOriginOpenerPolicy: "same-origin",
  xFrameOptions: "DENY",
});

/** The server without a port: a function from Request to Response. */
export function createApp(services: AppServices): Hono<Env> {
  const { metrics, guard, log, version, limits } = services;
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    const started = performance.now();
    c.set("id", requestId(c.req.header("x-request-id")));
    c.set("route", "none");
    await next();
    c.header("x-request-id", c.get("id"));
    // The page's files say themselves how long they keep.
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
    const seconds = (performance.now() - started) / 1000;
    metrics.answered(c.get("route"), c.res.status, seconds);
    const fields = { id: c.get("id"), route: c.get("route"), status: c.res.status, client: c.get("client") };
    log.info({ ...fields, ms: Math.round(1000 * seconds) }, "request");
  });
  app.use(SECURE_HEADERS);
  if (limits.corsOrigins.length > 0) {
    const exposeHeaders = ["x-request-id", "retry-after"];
    app.use(
      "/v1/*",
      cors({ origin: [...limits.corsOrigins], allowMethods: ["GET", "POST"], exposeHeaders, maxAge: 600 }),
    );
  }

  const route = (operation: Operation, answer: (c: Context<Env>) => Response | Promise<Response>): void => {
    app.on(operation.method.toUpperCase(), operation.path, async (c) => {
      c.set("route", operation.path);
      if (operation.key) {
        const address = guard.addressOf(c.req.raw.headers, c.env?.incoming?.socket.remoteAddress);
        c.set("client", guard.admit(c.req.raw.headers, address, operation.path));
        if (services.state() === "stopping" && operation !== OPERATIONS.metrics) {
          throw new Problem("stopping", "the server is stopping: send the request to another", { retryAfter: 1 });
        }
      }
      return answer(c);
    });
  };

  route(OPERATIONS.recognize, async (c) => {
    const query = Object.entries(c.req.query()).map(([name, value]) => [name, value.trim() === "" ? "nothing" : value]);
    const given: unknown = Object.fromEntries(query);
    const parsed = recognizeQuery.safeParse(given);
    if (!parsed.success) throw new Problem("parameter_invalid", faultOf(parsed.error, given));
    const { minConfidence = 0 } = parsed.data;
    const { signal } = c.req.raw;
    return withUpload(c.req.raw, limits.maxBytes, services.budget, async ({ bytes, file }) => {
      const answer = await services.recognize({ bytes, minConfidence, maxSeconds: limits.maxSeconds }, signal);
      metrics.recognized(answer.seconds);
      return c.json({ file, ...answer } satisfies RecognizeResponse);
    });
  });
  route(OPERATIONS.models, (c) => c.json({ models: services.models }));
  route(OPERATIONS.live, () => {
    throw new Problem("upgrade_required", "this path speaks WebSocket");
  });
  route(OPERATIONS.healthz, (c) => c.json({ status: "ok" }));
  route(OPERATIONS.readyz, (c) => {
    const status = services.state();
    return c.json({ status }, status === "ok" ? 200 : 503);
  });
  route(OPERATIONS.metrics, (c) => c.body(metrics.render(), 200, { "content-type": metrics.contentType }));
  const description = openApi(version);
  const docs = docsPage(version, description);
  route(OPERATIONS.openapi, (c) => c.json(description));
  route(OPERATIONS.docs, (c) => c.html(docs));
  app.get("/style.css", (c) => c.body(STYLE, 200, { "content-type": "text/css; charset=utf-8" }));
  route(OPERATIONS.home, async (c) => (await services.web?.(c.req.raw)) ?? c.html(homePage(version)));

  app.notFound(async (c) => {
    const here = Object.values(OPERATIONS).filter(({ path }) => path === c.req.path);
    if (here.length > 0) {
      const allowed = here.map(({ method }) => method.toUpperCase()).join(", ");
      const refusal = new Problem("method_not_allowed", `${c.req.path} takes ${allowed}`).toResponse(c.get("id"));
      refusal.headers.set("allow", allowed);
      return refusal;
    }
    const file = c.req.method === "GET" ? await services.web?.(c.req.raw) : null;
    return file ?? new Problem("not_found", "there is nothing at this path; see /docs").toResponse(c.get("id"));
  });
  app.onError((error, c) => {
    // Nobody hears the answer; the log tells it by the status that nginx made known.
    if (c.req.raw.signal.aborted) return new Response(null, { status: CLIENT_GONE });
    const problem = problemOf(error);
    if (problem.code === "internal")
      log.error({ id: c.get("id"), route: c.get("route"), err: error }, "internal error");
    return problem.toResponse(c.get("id"));
  });
  return app;
}
