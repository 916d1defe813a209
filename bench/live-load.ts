import { setTimeout as delay } from "node:timers/promises";
import { SpeechEmotionClient } from "../src/client/index.ts";
import { groupBy } from "../src/grouping.ts";
import { threeSeconds } from "./serve.ts";

/** What live sessions met. */
export interface LiveLoad {
  /** Milliseconds from sending the last sample that a measurement is of to having it, sorted. */
  readonly delays: readonly number[];
  /** Sessions that ended early. */
  readonly lost: number;
  /**
   * Of the server's resident memory over the last four fifths of the time, bytes a second: of the least in every half minute,
   * since garbage comes and goes.
   */
  readonly slope: number;
}

const RATE = 16_000;
const FRAME = 1600;

/** Speech, then a pause: ten seconds that are repeated. */
function conversation(): Int16Array {
  const wav = threeSeconds();
  const speech = new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length));
  const sound = new Int16Array(10 * RATE);
  for (const at of [0, 3 * RATE, 6 * RATE]) sound.set(speech, at);
  return sound;
}

async function session(client: SpeechEmotionClient, seconds: number, delays: number[]): Promise<void> {
  const live = await client.live({ sampleRate: RATE, intervalMs: 1000 });
  const sound = conversation();
  const sentAt: number[] = [];
  const reading = (async () => {
    for await (const event of live) {
      if (event.type !== "measurement.result" || event.trigger !== "interval") continue;
      const frame = Math.ceil((event.audio_end_ms / 1000) * (RATE / FRAME)) - 1;
      delays.push(performance.now() - sentAt[Math.min(frame, sentAt.length - 1)]!);
    }
  })();
  const started = performance.now();
  for (let frame = 0; frame * FRAME < seconds * RATE; frame++) {
    await delay(started + (frame * 1000 * FRAME) / RATE - performance.now());
    sentAt.push(performance.now());
    const at = (frame * FRAME) % sound.length;
    await live.send(sound.slice(at, at + FRAME));
  }
  live.end();
  await reading;
}

async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)![1]);
}

/** The lowest of each span of so many seconds. */
function leastOfEach(seconds: number, points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const spans = groupBy(points, ([at]) => Math.floor(at / seconds));
  return [...spans.values()].map((span) => span.reduce((least, point) => (point[1] < least[1] ? point : least)));
}

/** The least-squares slope of values over times. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (i: 0 | 1): number => points.reduce((sum, point) => sum + point[i], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** Sessions in real time, a measurement a second each while somebody speaks, begun one after the other within a second. */
export async function liveLoad(url: string, sessions: number, seconds: number): Promise<LiveLoad> {
  const client = new SpeechEmotionClient({ url });
  const delays: number[] = [];
  const memory: [number, number][] = [];
  const started = performance.now();
  const timer = setInterval(() => {
    void residentBytes(url).then((bytes) => memory.push([(performance.now() - started) / 1000, bytes]));
  }, 2000);
  const running = Array.from({ length: sessions }, async (_, i) => {
    await delay((1000 * i) / sessions);
    return session(client, seconds, delays);
  });
  const ended = await Promise.allSettled(running);
  clearInterval(timer);
  const late = leastOfEach(
    30,
    memory.filter(([at]) => at > seconds / 5 && at < seconds),
  );
  return {
    delays: delays.sort((a, b) => a - b),
    lost: ended.filter(({ status }) => status === "rejected").length,
    slope: late.length > 2 ? slopeOf(late) : 0,
  };
}
