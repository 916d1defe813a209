import { array, asyncProperty, assert, integer } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resample } from "../../src/audio/index.ts";
import type { EmotionStream, Measurement, Recognizer, StreamEvent, StreamOptions } from "../../src/recognize/index.ts";
import { Random } from "../../src/random.ts";
import { voice } from "../gate/sounds.ts";
import { tinyRecognizer } from "./models.ts";

/** Silence of 1 s, 1.5 s of voice, 2.5 s of a room, 9 s of voice without a pause above 0.3 s, 2 s of a room. */
const speech = ((): Float32Array => {
  const random = new Random(1, "room");
  const long = [voice(16_000, 3, 0, 2.8), voice(16_000, 3, 0, 2.9), voice(16_000, 3, 0, 3)];
  const parts = [voice(16_000, 5, 1, 2.5), ...long, voice(16_000, 2, 2, 2)];
  return Float32Array.from(parts.flatMap(({ samples }) => [...samples].map((x) => (x || 0) + 2e-4 * random.normal())));
})();

async function eventsOf(
  stream: EmotionStream,
  samples: Float32Array,
  lengths: Iterable<number> = [],
): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  let at = 0;
  for (const length of lengths) {
    events.push(...(await stream.push(samples.subarray(at, at + length))));
    at += length;
  }
  events.push(...(await stream.push(samples.subarray(at))), ...(await stream.end()));
  return events;
}

const measurements = (events: readonly StreamEvent[]): Measurement[] =>
  events.filter((each) => each.type === "measurement");
const numbers = (events: readonly StreamEvent[]): number[] =>
  events.flatMap((event) =>
    event.type === "measurement"
      ? [event.start, event.end, event.weight, ...Object.values(event.probabilities)]
      : event.type === "utterance.end"
        ? [event.start, event.end]
        : [event.start],
  );

describe.each<[string, number[]]>([
  ["logmel72@1+gate@2", [8000, 16_000, 44_100, 48_000]],
  ["librosa54@1", [22_050, 48_000]],
])("a stream of %s", (featureSet, rates) => {
  let recognizer: Recognizer;
  beforeAll(async () => {
    recognizer = await tinyRecognizer(featureSet);
  });
  afterAll(() => recognizer.release());
  const open = (options: Partial<StreamOptions> = {}): EmotionStream =>
    recognizer.stream({ sampleRate: 16_000, ...options });

  test.each(rates)("is the same however it is cut, at %i Hz", async (sampleRate) => {
    const { samples } = resample({ samples: speech, sampleRate: 16_000 }, sampleRate);
    const whole = await eventsOf(open({ sampleRate }), samples);
    expect(measurements(whole).length).toBeGreaterThan(10);
    const chunks = array(integer({ min: 0, max: sampleRate }), { minLength: 5, maxLength: 60 });
    await assert(
      asyncProperty(chunks, async (lengths) => {
        const cut = await eventsOf(open({ sampleRate }), samples, lengths);
        expect(cut.map(({ type }) => type)).toEqual(whole.map(({ type }) => type));
        // The network's batches differ with the chunks, and with them its last bits.
        expect(numbers(cut)).toBeAllClose(numbers(whole), { atol: 1e-5 });
      }),
      { numRuns: 1 },
    );
  });

  test("begins, measures and ends each utterance, in this order", async () => {
    const events = await eventsOf(open(), speech);
    const types = events.map(({ type }) => type);
    expect(types.filter((type) => type === "utterance.start").length).toBe(2);
    const ends = events.flatMap((event, i) => (event.type === "utterance.end" ? [i] : []));
    for (const [i, start] of events.flatMap((event, at) => (event.type === "utterance.start" ? [at] : [])).entries()) {
      expect(start).toBeLessThan(ends[i]!);
      expect(measurements(events.slice(start, ends[i])).at(-1)).toMatchObject({ trigger: "speech_ended" });
    }
    expect(types.at(-1)).not.toBe("utterance.start");
  });

  test("gives no measurement without speech", async () => {
    expect(await eventsOf(open(), new Float32Array(160_000))).toEqual([]);
    const random = new Random(9, "noise");
    expect(
      await eventsOf(
        open(),
        new Float32Array(160_000).map(() => 0.1 * random.normal()),
      ),
    ).toEqual([]);
  });
});

describe("measurements", () => {
  let recognizer: Recognizer;
  beforeAll(async () => {
    recognizer = await tinyRecognizer();
  });
  afterAll(() => recognizer.release());
  const open = (options: Partial<StreamOptions> = {}): EmotionStream =>
    recognizer.stream({ sampleRate: 16_000, ...options });
  const short = speech.subarray(0, 5 * 16_000);

  test("a clip of one utterance is the measurement of its end", async () => {
    const [ended, ...more] = measurements(await eventsOf(open(), short)).filter(
      ({ trigger }) => trigger === "speech_ended",
    );
    expect(more).toEqual([]);
    const clip = await recognizer.recognize({ samples: short, sampleRate: 16_000 });
    expect(Object.values(clip.probabilities!)).toBeAllClose(Object.values(ended!.probabilities), { atol: 1e-6 });
    const features = recognizer.frontEnd.extract({ samples: short, sampleRate: 16_000 });
    expect(await recognizer.classifyFeatures([features])).toBeAllClose(Object.values(ended!.probabilities), {
      atol: 1e-6,
    });
    expect([ended!.start, ended!.end]).toBeAllClose([1, 2.5], { atol: 0.08 });
    expect(ended!.weight).toBeCloseTo(ended!.end - ended!.start, 6);
  });

  test.each([0.25, 0.5, 1])(
    "come every %f s of sound while somebody speaks, over at most a window",
    async (interval) => {
      const found = measurements(await eventsOf(open({ interval, window: 3 }), speech)).filter(
        ({ weight }) => weight === 0,
      );
      const steps = found.slice(1).map(({ end }, i) => end - found[i]!.end);
      // A hop is 16 ms; between the two utterances lies a pause.
      expect(steps.filter((step) => Math.abs(step - interval) > 0.017).length).toBe(1);
      for (const { start, end } of found) expect(end - start).toBeLessThanOrEqual(3 + 1e-6);
      expect(found.length).toBeGreaterThan(9 / interval);
    },
  );

  test("an utterance longer than the window: full windows, then the last window's length, with the weight of what is new", async () => {
    const long = measurements(await eventsOf(open({ window: 4, interval: Infinity }), speech)).slice(1);
    expect(long.map(({ trigger }) => trigger)).toEqual(["interval", "interval", "speech_ended"]);
    expect(long.map(({ start, end }) => end - start)).toBeAllClose([4, 4, 4], { atol: 1e-6 });
    expect(long[1]!.start).toBeCloseTo(long[0]!.end, 6);
    expect(long[2]!.weight).toBeCloseTo(long[2]!.end - long[1]!.end, 6);
    expect([long[0]!.start, long[2]!.end]).toBeAllClose([5, 14], { atol: 0.1 });
  });

  test("smoothing is exponential over interval measurements, and forgets at the end of the utterance", async () => {
    const raw = await eventsOf(open({ smoothing: 0 }), speech);
    const smooth = measurements(await eventsOf(open({ smoothing: 0.8 }), speech));
    let state: number[] | null = null;
    let last = 0;
    const expected = raw.flatMap((event) => {
      if (event.type !== "measurement") state = null;
      if (event.type !== "measurement") return [];
      const own = Object.values(event.probabilities);
      if (event.weight > 0 || event.trigger === "speech_ended") return own;
      const kept: number = Math.exp(-(event.end - last) / 0.8);
      last = event.end;
      const before: number[] | null = state;
      return (state = before === null ? own : own.map((p, i) => kept * before[i]! + (1 - kept) * p));
    });
    expect(smooth.flatMap(({ probabilities }) => Object.values(probabilities))).toBeAllClose(expected, { atol: 1e-6 });
  });

  test("pre-roll and post-roll widen what is measured at the end, in seconds", async () => {
    const [own] = measurements(await eventsOf(open({ interval: Infinity }), short));
    const [wide] = measurements(await eventsOf(open({ interval: Infinity, preRoll: 0.3, postRoll: 0.2 }), short));
    expect([own!.start - wide!.start, wide!.end - own!.end]).toBeAllClose([0.3, 0.2], { atol: 1e-6 });
    const [all] = measurements(await eventsOf(open({ interval: Infinity, preRoll: 2 }), short));
    expect(all!.start).toBe(0);
  });

  test("listen() brings the events of chunks that come by themselves", async () => {
    const chunks = Array.from({ length: Math.ceil(short.length / 1600) }, (_, i) =>
      short.subarray(i * 1600, (i + 1) * 1600),
    );
    const events: StreamEvent[] = [];
    for await (const event of recognizer.listen(chunks, { sampleRate: 16_000 })) events.push(event);
    expect(numbers(events)).toBeAllClose(numbers(await eventsOf(open(), short)), { atol: 1e-5 });
  });

  test("pushes that are not awaited are answered in order; beyond the backlog they are refused and the sound can come again", async () => {
    const stream = open({ backlog: 3 });
    const answers = Array.from({ length: 5 }, (_, i) => stream.push(short.subarray(i * 16_000, (i + 1) * 16_000)));
    const settled = await Promise.allSettled(answers);
    const refused = settled.findIndex(({ status }) => status === "rejected");
    expect(settled[refused]).toMatchObject({ reason: { code: "stream_overrun" } });
    const events = settled.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
    events.push(...(await stream.push(short.subarray(refused * 16_000))), ...(await stream.end()));
    expect(numbers(events)).toBeAllClose(numbers(await eventsOf(open(), short)), { atol: 1e-5 });
  });

  test("what cannot go on says why", async () => {
    const stream = open();
    await expect(stream.push(Float32Array.of(0, NaN))).rejects.toMatchObject({ code: "audio_not_finite" });
    await stream.end();
    await expect(stream.push(short)).rejects.toMatchObject({ code: "stream_ended" });
    await expect(stream.end()).rejects.toMatchObject({ code: "stream_ended" });

    const stop = new AbortController();
    const aborted = open({ signal: stop.signal });
    const pending = aborted.push(speech.subarray(0, 4 * 16_000));
    stop.abort();
    await expect(pending).rejects.toMatchObject({ code: "aborted" });
    await expect(aborted.push(short)).rejects.toMatchObject({ code: "aborted" });

    const disposed = open();
    await disposed[Symbol.asyncDispose]();
    await expect(disposed.push(short)).rejects.toMatchObject({ code: "stream_ended" });
  });

  test.each<[Partial<StreamOptions>, string]>([
    [{ sampleRate: 16_000.5 }, "sampleRate=16000.5 must be a whole number, 4000 to 768000 Hz"],
    [{ interval: 0 }, "interval=0 must be in 0.02 … Infinity s"],
    [{ window: 8 }, "window=8 must be in 0.5 … 6.9119375 s"],
    [{ smoothing: -1 }, "smoothing=-1 must be in 0 … 60 s"],
    [{ postRoll: 1 }, "postRoll=1 must be in 0 … 0.5 s"],
    [{ backlog: NaN }, "backlog=NaN must be in 1 … Infinity"],
  ])("%o is refused", (options, message) => {
    expect(() => open(options)).toThrow(message);
  });
});
