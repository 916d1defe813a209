import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { type LiveEvent, SpeechEmotionClient } from "../../src/client/index.ts";
import { startSer } from "../batch/ser-process.ts";
import { FULL, serve, start, TIMEOUT } from "./start.ts";

const clip = readFileSync(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));
const CLIENTS = FULL ? 32 : 6;
const SESSIONS = FULL ? 20 : 2;

/** Asks again and again until it is refused; every answer's status, "refused" where nobody took the connection. */
async function askUntilRefused(url: string, onAnswer: () => void): Promise<(number | string)[]> {
  const told: (number | string)[] = [];
  for (;;) {
    // A connection each: what comes on one that the server is just closing nobody has accepted.
    const headers = { connection: "close" };
    const answer = await fetch(`${url}/v1/recognize`, { method: "POST", body: clip, headers }).then(
      async (response) => {
        const { code, segments } = (await response.json()) as { code?: string; segments?: unknown[] };
        return response.status === 200 && segments?.length === 1 ? 200 : `${response.status} ${code}`;
      },
      (error: unknown) => ((error as Error).cause as NodeJS.ErrnoException).code ?? String(error),
    );
    told.push(answer);
    onAnswer();
    if (answer !== 200) return told;
  }
}

/** Speaks until the session ends; the events. */
async function speakUntilEnded(url: string): Promise<LiveEvent[]> {
  const live = await new SpeechEmotionClient({ url }).live({ sampleRate: 22_050 });
  const samples = new Int16Array(clip.buffer.slice(clip.byteOffset + 44, clip.byteOffset + clip.length));
  let over = false;
  const speaking = (async () => {
    for (let at = 0; !over; at = (at + 2205) % (samples.length - 2205)) {
      await live.send(samples.slice(at, at + 2205)).catch(() => {});
      await delay(100);
    }
  })();
  const told: LiveEvent[] = [];
  for await (const event of live) told.push(event);
  over = true;
  await speaking;
  return told;
}

test(
  "SIGTERM under load: what was accepted is answered, what is new refused, live sessions hear their end",
  { timeout: TIMEOUT },
  async () => {
    for (let round = 0; round < (FULL ? 10 : 1); round++) {
      const server = await serve(["--live-sessions-per-client", "100"]);
      let answered = 0;
      const asking = Array.from({ length: CLIENTS }, () => askUntilRefused(server.url, () => answered++));
      const speaking = Array.from({ length: SESSIONS }, () => speakUntilEnded(server.url));
      // Under way, and long enough that the sessions have heard somebody speak.
      await expect.poll(() => answered, { timeout: 60_000 }).toBeGreaterThan(2 * CLIENTS);
      await delay(2000);
      server.child.kill("SIGTERM");
      const told = await Promise.all(asking);
      expect(told.flat().filter((answer) => answer === 200).length).toBeGreaterThan(CLIENTS);
      const last = new Set(told.map((answers) => answers.at(-1)));
      expect([...last].filter((answer) => answer !== "503 stopping" && answer !== "ECONNREFUSED")).toEqual([]);
      for (const events of await Promise.all(speaking)) {
        expect(events.at(-1)).toMatchObject({ type: "session.ended", reason: "stopping" });
        // Every utterance that began has its measurement and its end.
        const count = (type: string) => events.filter((event) => event.type === type).length;
        expect(count("utterance.start")).toBeGreaterThan(0);
        expect(count("utterance.end")).toBe(count("utterance.start"));
      }
      expect(await server.ended).toBe(0);
      const lines = server
        .stderr()
        .split("\n")
        .filter((line) => line.startsWith("{"));
      const logged = lines.map((line) => JSON.parse(line) as { msg: string; status?: number; level: number });
      expect(logged.at(-1)).toMatchObject({ msg: "stopped" });
      expect(logged.filter(({ level, status = 200 }) => level > 30 || status === 500)).toEqual([]);
    }
  },
);

test("a client that does not let go of its live session does not keep the server from stopping", async () => {
  const { server } = await start({ drainSeconds: 1 });
  await server.ready;
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/live`);
  await new Promise((resolve) => socket.on("open", resolve));
  // Never reads: neither the last events nor the goodbye.
  socket.pause();
  const began = performance.now();
  await server.stop();
  expect(performance.now() - began).toBeLessThan(5000);
  socket.terminate();
});

test("where the port cannot be had the program ends at once, threads and all", { timeout: TIMEOUT }, async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as AddressInfo;
  const { child, stderr, ended } = startSer(["serve", "--port", String(port)]);
  const outcome = await Promise.race([ended, delay(30_000, "still there", { ref: false })]);
  child.kill("SIGKILL");
  other.close();
  expect(outcome).toBe(2);
  expect(stderr()).toBe(`error: cannot listen on 127.0.0.1:${port}: another program uses it; give another --port\n`);
});
