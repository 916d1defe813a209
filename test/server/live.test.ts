import { fileURLToPath } from "node:url";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { type LiveEvent, RemoteError, SpeechEmotionClient } from "../../src/client/index.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import type { RunningServer, ServerMessage } from "../../src/server/index.ts";
import { start } from "./start.ts";

const CLIP = fileURLToPath(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));
const LIMITS = { liveFrameBytes: 20_000, liveSessionsPerClient: 3, liveIdleSeconds: 3, liveSeconds: 10 };
let server: RunningServer;
let client: SpeechEmotionClient;

beforeAll(async () => {
  ({ server } = await start({ ...LIMITS, liveMessages: 100 }));
  client = new SpeechEmotionClient({ url: server.url });
  await server.ready;
});
afterAll(() => server.stop());

/** A bare connection: what is sent, and the first `count` messages or all until the end. */
async function talk(
  messages: readonly (string | Uint8Array)[],
  count = Infinity,
): Promise<{ told: ServerMessage[]; code: number }> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/live`);
  const told: ServerMessage[] = [];
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => messages.forEach((message) => socket.send(message)));
    socket.on("message", (text: Buffer) => {
      told.push(JSON.parse(text.toString()) as ServerMessage);
      if (told.length >= count) socket.close();
    });
    socket.on("close", (code) => resolve({ told, code }));
  });
}

const update = JSON.stringify({ type: "session.update", sample_rate: 16_000 });
const codesOf = (told: readonly ServerMessage[]): string[] =>
  told.map((message) => (message.type === "error" ? message.code : message.type));

test("a session measures a long utterance once an interval, and never an earlier moment than before", async () => {
  const { samples, sampleRate } = await readAudio(CLIP);
  const voice = samples.subarray(0.5 * sampleRate, samples.length - 0.5 * sampleRate);
  const live = await client.live({ sampleRate, intervalMs: 1000 });
  // The model's window, 6.9 s, is filled more than once.
  for (let said = 0; said < 16 * sampleRate; said += voice.length) {
    for (let at = 0; at < voice.length; at += 4096) await live.send(voice.subarray(at, at + 4096));
  }
  live.end();
  const ends: number[] = [];
  let longest = 0;
  for await (const event of live) {
    if (event.type === "utterance.end") longest = Math.max(longest, event.audio_end_ms - event.audio_start_ms);
    if (event.type === "measurement.result" && event.trigger === "interval") ends.push(event.audio_end_ms);
  }
  expect(longest).toBeGreaterThan(7000);
  expect(ends.length).toBeGreaterThan(6);
  for (const [i, end] of ends.slice(1).entries()) expect(end - ends[i]!).toBeGreaterThanOrEqual(990);
});

test("a session tells what a stream of the same samples tells", async () => {
  const { samples, sampleRate } = await readAudio(CLIP);
  // As the wire carries them.
  const sound = new Float32Array(samples.length + sampleRate);
  sound.set(samples.map((sample) => Math.round(sample * 32_768) / 32_768));
  const recognizer = await loadRecognizer();
  const stream = recognizer.stream({ sampleRate, interval: 0.4 });
  const expected = [...(await stream.push(sound)), ...(await stream.end())];
  await recognizer.release();

  const live = await client.live({ sampleRate, intervalMs: 400 });
  expect(live.session).toMatchObject({ sample_rate: sampleRate, interval_ms: 400, encoding: "s16le" });
  for (let at = 0; at < sound.length; at += 777) await live.send(sound.subarray(at, at + 777));
  live.end();
  const told: LiveEvent[] = [];
  for await (const event of live) told.push(event);
  expect(told.at(-1)).toEqual({
    type: "session.ended",
    reason: "client",
    audio_ms: Math.round((1000 * sound.length) / sampleRate),
  });
  const ms = (seconds: number) => Math.round(1000 * seconds);
  expect(told.slice(0, -1)).toEqual(
    expected.map((event) => {
      if (event.type === "utterance.start") return { type: event.type, audio_start_ms: ms(event.start) };
      const span = { audio_start_ms: ms(event.start), audio_end_ms: ms(event.end) };
      if (event.type === "utterance.end") return { type: event.type, ...span };
      const { trigger, emotion, confidence, probabilities } = event;
      return {
        type: "measurement.result",
        trigger,
        ...span,
        emotion,
        confidence: expect.closeTo(confidence, 5),
        probabilities: Object.fromEntries(Object.entries(probabilities).map(([e, p]) => [e, expect.closeTo(p, 5)])),
      };
    }),
  );
  expect(told.some((event) => event.type === "measurement.result" && event.trigger === "speech_ended")).toBe(true);
});

test("every message that is none gets its error, and the session goes on", async () => {
  const { told } = await talk(
    [
      "no json",
      "[1]",
      '{"type":"dance"}',
      '{"type":"session.update","sample_rate":1}',
      '{"type":"session.update","sample_rate":16000,"colour":"red"}',
      "x".repeat(5000),
      new Uint8Array(200),
      update,
      new Uint8Array(3),
      new Uint8Array(0),
      new Uint8Array(20_002),
      new Uint8Array(3200),
      update,
      '{"type":"session.end"}',
    ],
    13,
  );
  expect(codesOf(told)).toEqual([
    "message_invalid",
    "message_invalid",
    "message_invalid",
    "config_invalid",
    "config_invalid",
    "message_too_large",
    "config_invalid",
    "session.updated",
    "invalid_audio_frame",
    "invalid_audio_frame",
    "message_too_large",
    "config_invalid",
    "session.ended",
  ]);
  expect(told.at(-1)).toMatchObject({ audio_ms: 100 });
});

test("a thousand malformed messages: a typed error for each until they are too many, then the session is over", async () => {
  const garbage = Array.from({ length: 1000 }, (_, i) => (i % 2 ? Uint8Array.of(i % 251) : `{"type": ${i}`));
  const { told, code } = await talk(garbage);
  const codes = new Set(codesOf(told));
  expect(told.length).toBeGreaterThanOrEqual(200);
  expect(codes).toEqual(new Set(["message_invalid", "invalid_audio_frame", "rate_limited"]));
  expect([told.at(-1), code]).toMatchObject([{ code: "rate_limited", fatal: true }, 1008]);
  expect(codesOf((await talk([update], 1)).told)).toEqual(["session.updated"]);
});

test("a message far too large is not even read", async () => {
  expect(await talk([update, new Uint8Array(100_000)])).toMatchObject({ code: 1009 });
});

test("who says nothing is closed, and so is who says more than a session holds", async () => {
  const idle = await talk([update]);
  expect(codesOf(idle.told)).toEqual(["session.updated", "idle_timeout"]);
  const second = new Uint8Array(16_000);
  const long = await talk([update, ...Array.from({ length: 30 }, () => second)]);
  // 10 s at 16 kHz and 2 bytes a sample are 20 messages; the others are not taken.
  expect(long.told.at(-1)).toEqual({ type: "session.ended", reason: "session_limit", audio_ms: 10_000 });
  expect(long.code).toBe(1000);
});

test("sessions of a client are counted; pages of elsewhere and other paths are refused", async () => {
  const open = await Promise.all([1, 2, 3].map(() => client.live({ sampleRate: 8000 })));
  const refused = (url: string, headers = {}) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, { headers });
      socket.on("unexpected-response", (_, { statusCode }) => resolve(statusCode));
      socket.on("error", () => {});
    });
  const url = `${server.url.replace("http", "ws")}/v1/live`;
  expect(await refused(url)).toBe(429);
  await expect(client.live({ sampleRate: 8000 })).rejects.toThrow(RemoteError);
  for (const live of open) live.close();
  await expect.poll(async () => codesOf((await talk([update], 1)).told).join("")).toBe("session.updated");
  expect(await refused(url, { origin: "https://evil.example" })).toBe(403);
  expect(await refused(`${url}/more`)).toBe(404);
});

test("the client tells what the server refused, by code", async () => {
  const bytes = readFileSync(CLIP);
  expect((await client.recognize(bytes, { minConfidence: 0.1 })).segments.length).toBeGreaterThan(0);
  expect((await client.recognize(new Blob([bytes]))).seconds).toBeCloseTo(2.333, 2);
  expect((await client.models())[0]).toMatchObject({ id: "default", windowSeconds: expect.any(Number) });
  await expect(client.recognize(new Uint8Array(10))).rejects.toMatchObject({ code: "audio_undecodable", status: 422 });
  await expect(client.live({ sampleRate: 1 })).rejects.toMatchObject({ code: "config_invalid" });
  const nowhere = new SpeechEmotionClient({ url: "http://127.0.0.1:9" });
  await expect(nowhere.models()).rejects.toMatchObject({ code: "unreachable", status: null });
  await expect(nowhere.live({ sampleRate: 16_000 })).rejects.toMatchObject({ code: "unreachable" });
  const aborted = client.recognize(bytes, { signal: AbortSignal.abort() });
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
});
