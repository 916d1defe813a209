import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { resample } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { type LiveEvent, SpeechEmotionClient } from "../../src/client/index.ts";
import { figure, FULL, serve, type ServeProcess, TIMEOUT } from "./start.ts";

const CLIP = fileURLToPath(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));
/** What a process's memory may grow by while it is pushed: buffers, and garbage, of which V8 lets 64 MB be in each thread. */
const GROWTH = 150e6;
/** How late a measurement may come meanwhile, in milliseconds; asked where the machine is the test's alone. */
const LATE = 2000;
/** A message whose error repeats its 4,000 characters: whoever does not read is soon behind. */
const loud = JSON.stringify({ type: "session.update", sample_rate: 16_000, ["x".repeat(4000)]: 1 });
let server: ServeProcess;
let client: SpeechEmotionClient;
/** Speech and a pause, three seconds at 16 kHz. */
const sound = new Int16Array(48_000);

beforeAll(async () => {
  server = await serve(["--live-messages", "10000", "--live-sessions-per-client", "1000", "--live-seconds", "86400"]);
  client = new SpeechEmotionClient({ url: server.url });
  const { samples } = resample(await readAudio(CLIP), 16_000);
  sound.set(samples.map((sample) => Math.round(sample * 32_767)));
});
afterAll(async () => {
  server.child.kill("SIGTERM");
  await server.ended;
});

const memory = () => figure(server.url, "process_resident_memory_bytes");

/** A session in real time: how late its measurements came, in milliseconds. */
async function conversation(seconds: number): Promise<number[]> {
  const live = await client.live({ sampleRate: 16_000 });
  const began = performance.now();
  const late: number[] = [];
  const hearing = (async () => {
    for await (const event of live) {
      if (event.type === "measurement.result") late.push(performance.now() - began - event.audio_end_ms);
    }
  })();
  for (let frame = 0; frame < 10 * seconds; frame++) {
    await delay(began + 100 * frame - performance.now());
    await live.send(sound.subarray((frame % 30) * 1600, (frame % 30) * 1600 + 1600));
  }
  live.end();
  await hearing;
  return late;
}

/** A bare connection whose session is open, with short intervals: it tells as much as it can. */
async function bare(): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/live`);
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  socket.send(JSON.stringify({ type: "session.update", sample_rate: 16_000, interval_ms: 100 }));
  return socket;
}

/** Sends the same again and again, as fast as the connection takes it. @returns bytes that it took */
async function push(socket: WebSocket, message: string | Int16Array, until: () => boolean): Promise<number> {
  let pushed = 0;
  while (!until() && socket.readyState === WebSocket.OPEN) {
    if (socket.bufferedAmount > 1 << 20) await delay(5);
    else {
      socket.send(message);
      pushed += typeof message === "string" ? message.length : message.byteLength;
      await delay(0);
    }
  }
  return pushed - socket.bufferedAmount;
}

test(
  "a recording sent as fast as it goes is taken whole, at the speed that it can be measured",
  { timeout: TIMEOUT },
  async () => {
    const seconds = FULL ? 3600 : 120;
    const live = await client.live({ sampleRate: 16_000, intervalMs: 1000 });
    const events: LiveEvent[] = [];
    const hearing = (async () => {
      for await (const event of live) events.push(event);
    })();
    for (let at = 0; at < seconds; at += 3) await live.send(sound);
    live.end();
    await hearing;
    expect(events.at(-1)).toEqual({ type: "session.ended", reason: "client", audio_ms: 1000 * seconds });
    // As one piece of the same sound: an utterance in every three seconds.
    expect(events.filter(({ type }) => type === "utterance.start").length).toBe(seconds / 3);
    expect(events.filter(({ type }) => type === "utterance.end").length).toBe(seconds / 3);
  },
);

test(
  "clients that push without end are slowed: memory stays bounded, a conversation goes on",
  { timeout: TIMEOUT },
  async () => {
    await conversation(2);
    const before = await memory();
    const seconds = FULL ? 60 : 6;
    const deadline = performance.now() + 1000 * seconds;
    const sockets = await Promise.all(Array.from({ length: FULL ? 20 : 4 }, bare));
    for (const socket of sockets) socket.on("message", () => {});
    /** Of the first and of the second half of the time. */
    const most: [number, number] = [0, 0];
    const watch = setInterval(() => {
      const half = performance.now() < deadline - 500 * seconds ? 0 : 1;
      void memory().then((bytes) => (most[half] = Math.max(most[half], bytes)));
    }, 200);
    const pushing = Promise.all(
      sockets.map((socket) => push(socket, sound.subarray(0, 16_000), () => performance.now() > deadline)),
    );
    const late = await conversation(seconds - 1);
    const pushed = (await pushing).reduce((sum, bytes) => sum + bytes, 0);
    clearInterval(watch);
    // They did push: many times real time, and more than may wait on the server.
    expect(pushed / 32_000).toBeGreaterThan(FULL ? 5 * seconds : seconds);
    expect(Math.max(...most) - before).toBeLessThan(FULL ? 200e6 : GROWTH);
    expect(most[1] - most[0]).toBeLessThan(GROWTH / 3);
    expect(late.length).toBeGreaterThan(2);
    if (FULL) expect(Math.max(...late)).toBeLessThan(LATE);
    for (const socket of sockets) socket.terminate();
    await expect.poll(() => figure(server.url, "ser_live_sessions")).toBe(0);
  },
);

test(
  "clients that never read are told client_too_slow and closed; a conversation goes on",
  { timeout: TIMEOUT },
  async () => {
    const before = await memory();
    const sockets = await Promise.all(Array.from({ length: FULL ? 20 : 2 }, bare));
    for (const socket of sockets) socket.pause();
    const deadline = performance.now() + (FULL ? 600_000 : 60_000);
    const talking = conversation(FULL ? 30 : 3);
    const sessions = () => figure(server.url, "ser_live_sessions");
    let open = sockets.length;
    const watch = setInterval(() => void sessions().then((count) => (open = count)), 200);
    await Promise.all(sockets.map((socket) => push(socket, loud, () => open === 0 || performance.now() > deadline)));
    clearInterval(watch);
    expect(open).toBe(0);
    expect((await memory()) - before).toBeLessThan(GROWTH);
    const late = await talking;
    expect(late.length).toBeGreaterThan(0);
    if (FULL) expect(Math.max(...late)).toBeLessThan(LATE);
    // Who reads at last learns why.
    const last = await Promise.all(
      sockets.map(
        (socket) =>
          new Promise((resolve) => {
            let text = "";
            socket.on("message", (message: Buffer) => (text = message.toString()));
            socket.on("close", (code) => resolve({ code, told: (JSON.parse(text) as { code: string }).code }));
            socket.resume();
          }),
      ),
    );
    expect(last).toEqual(sockets.map(() => ({ code: 1008, told: "client_too_slow" })));
  },
);

test("pings without number get no more pongs than can wait", { timeout: TIMEOUT }, async () => {
  const before = await memory();
  const socket = await bare();
  socket.pause();
  socket.on("error", () => {});
  const payload = Buffer.alloc(125);
  for (let i = 0; i < (FULL ? 1_000_000 : 50_000) && socket.readyState === WebSocket.OPEN; i++) {
    socket.ping(payload);
    if (i % 1000 === 0) await delay(1);
  }
  expect((await memory()) - before).toBeLessThan(GROWTH);
  expect((await conversation(1)).length).toBeGreaterThan(0);
  socket.terminate();
});

test(
  "frames of one sample, far more than a session's messages, are slowed and not lost",
  { timeout: TIMEOUT },
  async () => {
    const slow = await serve(["--live-messages", "100"]);
    try {
      const live = await new SpeechEmotionClient({ url: slow.url }).live({ sampleRate: 16_000 });
      const began = performance.now();
      // 200 at once, then 100 a second.
      for (let i = 0; i < 400; i++) await live.send(Int16Array.of(i));
      // What comes with the same piece of the network's is read with it.
      await delay(300);
      live.end();
      const events: LiveEvent[] = [];
      for await (const event of live) events.push(event);
      expect(events).toEqual([{ type: "session.ended", reason: "client", audio_ms: 25 }]);
      expect(performance.now() - began).toBeGreaterThan(1500);
    } finally {
      slow.child.kill("SIGTERM");
      await slow.ended;
    }
  },
);
