import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../free-port.ts";

/** True where Redis is installed; `describe.skipIf(!HAS_REDIS)`. */
export const HAS_REDIS: boolean = spawnSync("redis-server", ["--version"]).status === 0;

if (!HAS_REDIS) console.warn("SKIPPED: tests with Redis, there is no redis-server (apt-get install redis-server)");

/** A Redis of its own on a free port, whose append-only file lies in a temporary folder. */
export class RedisServer {
  readonly port: number;
  readonly #folder = mkdtempSync(path.join(tmpdir(), "ser-redis-"));
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it (again), with what its file holds; resolves when it answers. */
  async start(): Promise<void> {
    const options = [
      "--port",
      String(this.port),
      "--bind",
      "127.0.0.1",
      "--dir",
      this.#folder,
      "--appendonly",
      "yes",
      "--save",
      "",
    ];
    this.#process = spawn("redis-server", options, { stdio: "ignore" });
    const client = this.client();
    await client.ping();
    client.disconnect();
  }

  /** Kills it with -9, as a crash would. */
  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.#process!.once("exit", resolve));
    this.#process!.kill("SIGKILL");
    await ended;
  }

  client(): Redis {
    const client = new Redis(this.url, { maxRetriesPerRequest: null });
    client.on("error", () => undefined);
    return client;
  }
}
