import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import type { RunningServer } from "../../src/server/index.ts";
import { ClipPool } from "../../src/server/clip-pool.node.ts";
import type { LogLine } from "./app-of.ts";
import { flacBomb, mutated, silentWav } from "./hostile.ts";
import { answers, start } from "./start.ts";

const clip = readFileSync(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));
/** At the bars' size. */
const FULL = process.env["SER_FULL"] === "1";
const fixture = (name: string) => readFileSync(new URL(`../audio/fixtures/${name}`, import.meta.url));
let server: RunningServer;
let log: LogLine[];

beforeAll(async () => {
  ({ server, log } = await start({ maxSeconds: 600, requestSeconds: 2 }));
  await server.ready;
});
afterAll(() => server.stop());

const send = async (body: Uint8Array<ArrayBuffer>): Promise<{ status: number; code: string }> => {
  const response = await fetch(`${server.url}/v1/recognize`, { method: "POST", body });
  const { code = "ok" } = (await response.json()) as { code?: string };
  return { status: response.status, code };
};
const gauge = async (name: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)![1]);
};

/** A bare connection on which `begin` is said, then `drop` again and again; what comes back until it is closed. */
function trickle(begin: string, drop: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(begin));
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

test("a client that goes in the middle of its upload leaves nothing behind", async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write("POST /v1/recognize HTTP/1.1\r\nhost: x\r\ncontent-type: audio/wav\r\ncontent-length: 100000\r\n\r\n");
  socket.write(clip.subarray(0, 50_000));
  await expect.poll(() => gauge("ser_pending_bytes")).toBe(50_000);
  socket.destroy();
  await expect.poll(() => gauge("ser_pending_bytes")).toBe(0);
  expect(log.filter(({ message }) => message === "internal error")).toEqual([]);
  expect(log.at(-1)!.fields).not.toMatchObject({ status: 500 });
  expect(await answers(server.url, clip)).toBe(true);
});

test("who sends headers or a body by drops is answered 408", async () => {
  const [headers, body] = await Promise.all([
    trickle("POST /v1/recognize HTTP/1.1\r\nhost: x\r\n", "x: y\r\n"),
    trickle("POST /v1/recognize HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n", "x"),
  ]);
  for (const heard of [headers, body]) {
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toContain('"code":"request_timeout"');
  }
  await expect.poll(() => gauge("ser_pending_bytes")).toBe(0);
  expect(await trickle("no HTTP\r\n\r\n", "")).toMatch(/^HTTP\/1\.1 400 [^]*"code":"body_invalid"/);
});

test(
  "damaged files of every format get an answer or their code, never a 500",
  { timeout: FULL ? 600_000 : 120_000 },
  async () => {
    const random = new Random(9, "mutations");
    const originals = ["wav", "aiff", "mp3", "flac", "ogg", "opus", "m4a", "webm"].map((ending) =>
      fixture(`source.${ending}`),
    );
    const sent = Array.from({ length: FULL ? 500 : 48 }, (_, i) =>
      send(mutated(originals[i % originals.length]!, random)),
    );
    const told = await Promise.all(sent);
    expect(told.filter(({ status }) => ![200, 413, 422].includes(status))).toEqual([]);
    expect(told.some(({ status }) => status === 422)).toBe(true);
    expect(told.some(({ status }) => status === 200)).toBe(true);
    expect(await answers(server.url, clip)).toBe(true);
  },
);

test("an audio bomb is stopped at the limit of seconds", async () => {
  const bomb = flacBomb(7200);
  expect(bomb.length).toBeLessThan(100_000);
  // That it is real sound: half a minute of the same is taken.
  expect(await send(flacBomb(30))).toEqual({ status: 200, code: "ok" });
  expect(await send(bomb)).toEqual({ status: 413, code: "audio_too_long" });
  expect(await send(silentWav(601))).toEqual({ status: 413, code: "audio_too_long" });
});

test(
  "a decoder that does not come to an end, or eats the memory, is ended and replaced",
  { timeout: FULL ? 600_000 : 120_000 },
  async () => {
    const network = await loadRecognizer();
    const { labels, windowSeconds, frontEnd } = network;
    const shared = {
      featureSet: frontEnd.id,
      labels,
      windowSeconds,
      classifyFeatures: (clips: Parameters<typeof network.classifyFeatures>[0]) => network.classifyFeatures(clips),
    };
    const never = new AbortController().signal;
    const job = (bytes: Uint8Array<ArrayBuffer>) => ({
      bytes: Uint8Array.from(bytes).buffer,
      minConfidence: 0,
      maxSeconds: 1e9,
    });
    const replaced: unknown[] = [];
    const options = { threads: 1, queue: 1, onReplaced: (cause: unknown) => replaced.push(cause) };
    const slow = new ClipPool(shared, { ...options, jobSeconds: 1, memoryBytes: Infinity });
    await slow.whenReady();
    const endless = slow.run(job(flacBomb(200 * 3600)), never);
    const waiting = slow.run(job(clip), never);
    const refused = slow.run(job(clip), never);
    await expect(refused).rejects.toMatchObject({ code: "overloaded" });
    await expect(endless).rejects.toMatchObject({ code: "audio_too_costly", message: expect.stringContaining("1 s") });
    expect((await waiting).segments.length).toBe(1);
    expect(replaced.length).toBe(1);
    const gone = new AbortController();
    const left = slow.run(job(clip), gone.signal);
    gone.abort();
    await expect(left).rejects.toMatchObject({ code: "aborted" });
    await slow.close();
    const large = new ClipPool(shared, { ...options, jobSeconds: 100, memoryBytes: 1 });
    await large.whenReady();
    const eater = large.run(job(flacBomb(100 * 3600)), never);
    await expect(eater).rejects.toMatchObject({ code: "audio_too_costly", message: expect.stringContaining("memory") });
    await large.close();
    await network.release();
  },
);

test(
  "stopped under load: what was accepted is answered, what is new is refused",
  { timeout: FULL ? 600_000 : 120_000 },
  async () => {
    const { server: other } = await start();
    await other.ready;
    const url = other.url;
    const accepted = Array.from({ length: 12 }, () => fetch(`${url}/v1/recognize`, { method: "POST", body: clip }));
    const jobs = async () => Number(/^ser_jobs (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())![1]);
    await expect.poll(jobs, { interval: 5 }).toBeGreaterThanOrEqual(6);
    // So that all have come that were on their way.
    await delay(50);
    const stopped = other.stop();
    const late = await fetch(`${url}/v1/recognize`, { method: "POST", body: clip }).then(
      ({ status }) => status,
      () => "refused",
    );
    expect([503, "refused"]).toContain(late);
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual(accepted.map(() => 200));
    await stopped;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  },
);
