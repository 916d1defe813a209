import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import type { Recognizer } from "../../src/recognize/index.ts";
import type { ProblemCode, RecognizeResponse, RunningServer } from "../../src/server/index.ts";
import { recognizeClip } from "../../src/server/recognize-clip.ts";
import { recognizeResponse } from "../../src/server/resources.ts";
import { HAS_DATA } from "../data.ts";
import { flacBomb, silentWav } from "./hostile.ts";
import { mutated } from "./mutations.ts";
import { realFiles, syntheticFiles } from "./real-formats.ts";
import { answers, FULL, start, TIMEOUT } from "./start.ts";

const clip = readFileSync(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));
/** What a file may be refused with; anything else were a fault of the server. */
const REFUSALS: readonly ProblemCode[] = [
  ...(["audio_undecodable", "audio_no_samples", "audio_not_finite", "audio_rate_unsupported"] as const),
  ...(["audio_empty", "audio_too_long", "audio_too_costly"] as const),
];
let server: RunningServer;
let recognizer: Recognizer;

beforeAll(async () => {
  ({ server } = await start({ maxSeconds: 600 }));
  recognizer = await loadRecognizer();
  await server.ready;
});
afterAll(async () => {
  await server.stop();
  await recognizer.release();
});

const post = (body: Uint8Array<ArrayBuffer>, url = server.url): Promise<Response> =>
  fetch(`${url}/v1/recognize`, { method: "POST", body });
const send = async (body: Uint8Array<ArrayBuffer>, url?: string): Promise<{ status: number; code: string }> => {
  const response = await post(body, url);
  const { code = "ok" } = (await response.json()) as { code?: string };
  return { status: response.status, code };
};

/** What this thread makes of the same bytes, no server between. */
async function alone(bytes: Uint8Array<ArrayBuffer>): Promise<Omit<RecognizeResponse, "file">> {
  const job = { bytes: Uint8Array.from(bytes).buffer, minConfidence: 0, maxSeconds: 600 };
  return recognizeClip(recognizer, job, new AbortController().signal);
}

/** Sends every file, a few at a time; says what is wrong with an answer, and how many were recognised and refused. */
async function sendAll(files: readonly Uint8Array<ArrayBuffer>[]): Promise<{ wrong: string[]; counts: number[] }> {
  const wrong: string[] = [];
  const counts = [0, 0];
  const rest = files.map((bytes, i) => [bytes, i] as const);
  const one = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) {
      const [bytes, i] = next;
      const response = await post(bytes);
      const answer = (await response.json()) as RecognizeResponse & { code: ProblemCode };
      if (response.status === 200) {
        counts[0]!++;
        const { segments, seconds } = recognizeResponse.parse(answer);
        const ends = segments.flatMap(({ start: begin, end }) => [begin, end]);
        if (ends.some((at, n) => at < (ends[n - 1] ?? 0) || at > seconds + 0.001)) wrong.push(`${i}: out of order`);
        const expected = await alone(bytes);
        const near = expected.segments.map((segment) => ({
          ...segment,
          confidence: expect.closeTo(segment.confidence, 3) as number,
        }));
        expect(answer, `file ${i}`).toEqual({ file: null, seconds: expected.seconds, segments: near });
      } else {
        counts[1]!++;
        if (![413, 422].includes(response.status) || !REFUSALS.includes(answer.code)) {
          wrong.push(`${i}: ${response.status} ${answer.code}`);
        }
      }
    }
  };
  await Promise.all([one(), one(), one(), one()]);
  return { wrong, counts };
}

/** Damaged copies, evenly of all originals, and a whole one after every eight. */
function damaged(originals: readonly Uint8Array[], count: number): Uint8Array<ArrayBuffer>[] {
  const random = new Random(9, "mutations");
  return Array.from({ length: count }, (_, i) => {
    const original = originals[Math.floor((i * originals.length) / count)]!;
    return i % 9 === 8 ? Uint8Array.from(original) : mutated(original, i, random);
  });
}

test(
  "damaged files of every format get the right answer or their code, never a 500",
  { timeout: TIMEOUT },
  async () => {
    const { wrong, counts } = await sendAll(damaged(syntheticFiles(), FULL ? 500 : 54));
    expect(wrong).toEqual([]);
    expect(Math.min(...counts)).toBeGreaterThan(5);
    expect(await answers(server.url, clip)).toBe(true);
  },
);

describe.skipIf(!HAS_DATA)("real recordings", () => {
  test(
    "damaged, of all corpora and formats: the right answer or their code, never a 500",
    { timeout: TIMEOUT },
    async () => {
      // An eighth more than are damaged; with the formats that the corpora do not have only at full size.
      const originals = FULL ? realFiles(60, 10) : realFiles(3, 0);
      const { wrong, counts } = await sendAll(damaged(originals, FULL ? 563 : 34));
      expect(wrong).toEqual([]);
      expect(Math.min(...counts)).toBeGreaterThan(FULL ? 20 : 0);
      expect(await answers(server.url, clip)).toBe(true);
    },
  );
});

test("an audio bomb is stopped at the limit of seconds", { timeout: TIMEOUT }, async () => {
  const bomb = flacBomb(7200);
  expect(bomb.length).toBeLessThan(100_000);
  // That it is real sound: half a minute of the same is taken.
  expect(await send(flacBomb(30))).toEqual({ status: 200, code: "ok" });
  const bombs = FULL ? [bomb, flacBomb(200 * 3600), ...Array.from({ length: 20 }, () => bomb)] : [bomb];
  const told = await Promise.all([...bombs, silentWav(601)].map((each) => send(each)));
  expect(told).toEqual(told.map(() => ({ status: 413, code: "audio_too_long" })));
  expect(await answers(server.url, clip)).toBe(true);
});

test(
  "a decoder that does not come to an end is ended; others are answered meanwhile and after",
  { timeout: TIMEOUT },
  async () => {
    const { server: other, log } = await start({ maxSeconds: 86_400, jobSeconds: 8, threads: 2 });
    try {
      await other.ready;
      for (let round = 0; round < (FULL ? 10 : 1); round++) {
        const endless = send(flacBomb(20 * 3600), other.url);
        const others = Promise.all(Array.from({ length: 5 }, () => answers(other.url, clip)));
        expect(await endless).toEqual({ status: 422, code: "audio_too_costly" });
        expect(await others).toEqual([true, true, true, true, true]);
      }
      const replaced = log.filter(({ message }) => message === "a thread ended and has a successor");
      expect(replaced.length).toBe(FULL ? 10 : 1);
    } finally {
      await other.stop();
    }
  },
);
