import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningServer } from "../../src/server/index.ts";
import type { LogLine } from "./app-of.ts";
import { answers, figure, FULL, start, TIMEOUT } from "./start.ts";

const clip = readFileSync(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));
const HEAD = "POST /v1/recognize HTTP/1.1\r\nhost: x\r\ncontent-type: audio/wav\r\n";
let server: RunningServer;
let log: LogLine[];

beforeAll(async () => {
  ({ server, log } = await start({ requestSeconds: 2 }));
  await server.ready;
});
afterAll(() => server.stop());

const pending = () => figure(server.url, "ser_pending_bytes");

function connected(): Socket {
  const { hostname, port } = new URL(server.url);
  return connect(Number(port), hostname);
}

/** A bare connection on which `begin` is said, then `drop` again and again; what comes back until it is closed. */
function trickle(begin: string, drop: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connected().on("connect", () => socket.write(begin));
    const timer = setInterval(() => socket.writable && socket.write(drop), 200);
    let heard = "";
    socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
    socket.on("error", reject);
    socket.on("close", () => {
      clearInterval(timer);
      resolve(heard);
    });
  });
}

test("clients that go in the middle of their uploads leave nothing behind", { timeout: TIMEOUT }, async () => {
  for (let round = 0; round < (FULL ? 20 : 1); round++) {
    const sockets = Array.from({ length: FULL ? 50 : 10 }, connected);
    for (const socket of sockets) {
      socket.write(`${HEAD}content-length: 100000\r\n\r\n`);
      socket.write(clip.subarray(0, 50_000));
    }
    await expect.poll(pending, { timeout: 10_000 }).toBe(50_000 * sockets.length);
    for (const socket of sockets) socket.destroy();
    await expect.poll(pending, { timeout: 10_000 }).toBe(0);
    expect(await answers(server.url, clip)).toBe(true);
  }
  expect(log.filter(({ message }) => message === "internal error")).toEqual([]);
  const statuses = new Set(log.map(({ message, fields }) => `${message} ${String(fields["status"])}`));
  expect([...statuses].toSorted()).toEqual(["listening undefined", "request 200", "request 499"]);
});

test("clients that go while their recordings are worked on free the thread", async () => {
  const sockets = Array.from({ length: 8 }, connected);
  for (const socket of sockets) {
    socket.write(`${HEAD}content-length: ${clip.length}\r\n\r\n`);
    socket.write(clip);
  }
  await expect.poll(() => figure(server.url, "ser_jobs"), { interval: 1 }).toBeGreaterThan(0);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => figure(server.url, "ser_jobs")).toBe(0);
  expect(await pending()).toBe(0);
});

test(
  "who sends headers or a body by drops is answered 408, others meanwhile as ever",
  { timeout: TIMEOUT },
  async () => {
    const slow = Array.from({ length: FULL ? 500 : 2 }, (_, i) =>
      i % 2 === 0
        ? trickle("POST /v1/recognize HTTP/1.1\r\nhost: x\r\n", "x: y\r\n")
        : trickle("POST /v1/recognize HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n", "x"),
    );
    expect(await answers(server.url, clip)).toBe(true);
    for (const heard of await Promise.all(slow)) {
      expect(heard).toMatch(/^HTTP\/1\.1 408 /);
      expect(heard).toContain('"code":"request_timeout"');
      const { instance } = JSON.parse(heard.split("\r\n\r\n")[1]!) as { instance: string };
      expect(log).toContainEqual({ message: "refused", fields: { id: instance, route: "none", status: 408 } });
    }
    await expect.poll(pending).toBe(0);
  },
);

test("what is no HTTP, or has headers without end, is answered and closed", async () => {
  expect(await trickle("no HTTP\r\n\r\n", "")).toMatch(/^HTTP\/1\.1 400 [^]*"code":"body_invalid"/);
  const endless = await trickle(`GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}`, "");
  expect(endless).toMatch(/^HTTP\/1\.1 431 [^]*"code":"headers_too_large"/);
});
