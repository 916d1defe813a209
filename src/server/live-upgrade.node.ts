import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Log } from "./app.ts";
import { type Guard, LIVE_PROTOCOL } from "./guard.ts";
import { type LiveEngine, type LiveLimits, LiveSession } from "./live.ts";
import { OPERATIONS } from "./operations.ts";
import { Problem, problemOf } from "./problems.ts";
import { writeProblem } from "./raw-response.node.ts";

/** What live sessions stand on. */
export interface LiveServices {
  readonly engine: LiveEngine;
  readonly guard: Guard;
  readonly labels: readonly string[];
  readonly limits: LiveLimits & { readonly liveSessions: number; readonly liveSessionsPerClient: number };
  readonly log: Log;
  state(): "ok" | "starting" | "stopping";
}

/** A message this much larger than a frame may be is not even read: the connection is closed with code 1009. */
const UNREADABLE = 4;

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return headers;
}

/** The live sessions of a server: lets them in, counts them, ends them. */
export class LiveSessions {
  readonly #services: LiveServices;
  readonly #sockets: WebSocketServer;
  /** By session, whose it is. */
  readonly #sessions = new Map<LiveSession, string>();
  /** Those too whose session is over and whose client has not said goodbye. */
  readonly #connections = new Set<WebSocket>();

  constructor(server: Server, services: LiveServices) {
    this.#services = services;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: UNREADABLE * services.limits.liveFrameBytes,
      handleProtocols: (offered) => (offered.has(LIVE_PROTOCOL) ? LIVE_PROTOCOL : false),
    });
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Lets every session tell what it still has to tell. */
  finish(): void {
    for (const session of this.#sessions.keys()) session.finish("stopping");
  }

  /** Cuts what is still connected. */
  terminate(): void {
    for (const connection of this.#connections) connection.terminate();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const id = randomUUID();
    // A client that is gone before its answer is nobody's fault.
    socket.on("error", () => {});
    try {
      const client = this.#admit(request);
      this.#sockets.handleUpgrade(request, socket, head, (connection) => this.#open(id, client, connection));
    } catch (error) {
      const problem = problemOf(error);
      const { log } = this.#services;
      if (problem.code === "internal") log.error({ id, err: error }, "internal error");
      log.info({ id, route: OPERATIONS.live.path, status: problem.status }, "refused");
      writeProblem(socket, problem, id);
    }
  }

  /** @returns who it is; throws a Problem for whom is not let in */
  #admit(request: IncomingMessage): string {
    const { guard, limits, state } = this.#services;
    const headers = headersOf(request);
    const { path } = OPERATIONS.live;
    if (request.url?.split("?")[0] !== path) throw new Problem("not_found", `live sessions are at ${path}`);
    guard.checkOrigin(headers);
    const address = guard.addressOf(headers, request.socket.remoteAddress);
    const owner = guard.admit(headers, address, path);
    if (state() === "stopping") throw new Problem("stopping", "the server is stopping", { retryAfter: 1 });
    const client = owner === "anonymous" ? address : owner;
    const own = [...this.#sessions.values()].filter((each) => each === client).length;
    if (own >= limits.liveSessionsPerClient) {
      throw new Problem("too_many_sessions", `${own} live sessions of this client are open already`);
    }
    if (this.size >= limits.liveSessions) {
      throw new Problem("overloaded", `${this.size} live sessions are open already`, { retryAfter: 5 });
    }
    return client;
  }

  #open(id: string, client: string, connection: WebSocket): void {
    const { engine, limits, labels, log } = this.#services;
    const started = performance.now();
    const session: LiveSession = new LiveSession(id, connection, engine, {
      limits,
      labels,
      onClosed: () => {
        this.#sessions.delete(session);
        log.info({ id, route: OPERATIONS.live.path, ms: Math.round(performance.now() - started) }, "live session");
      },
    });
    this.#sessions.set(session, client);
    this.#connections.add(connection);
    connection.on("message", (bytes: Buffer, isBinary) => {
      if (isBinary) session.binary(bytes);
      else session.text(bytes.toString("utf8"));
    });
    // After an "error" there is always a "close".
    connection.on("error", () => {});
    connection.on("close", () => {
      this.#connections.delete(connection);
      session.gone();
    });
  }
}
