import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resample, type Waveform } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { Random } from "../../src/random.ts";
import {
  type Measurement,
  type Recognizer,
  type Segment,
  timeline,
  type TimelineOptions,
  toSubRip,
  toWebVtt,
} from "../../src/recognize/index.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";
import { voice } from "../gate/sounds.ts";
import { tinyRecognizer } from "./models.ts";

async function segmentsOf(
  recognizer: Recognizer,
  sound: Waveform[],
  options: TimelineOptions = {},
): Promise<Segment[]> {
  const segments: Segment[] = [];
  for await (const segment of timeline(recognizer, sound, options)) segments.push(segment);
  return segments;
}

function pieces({ samples, sampleRate }: Waveform, seconds: number): Waveform[] {
  const size = Math.round(seconds * sampleRate);
  const count = Math.ceil(samples.length / size);
  return Array.from({ length: count }, (_, i) => ({ samples: samples.subarray(i * size, (i + 1) * size), sampleRate }));
}

describe("a timeline", () => {
  let recognizer: Recognizer;
  beforeAll(async () => {
    recognizer = await tinyRecognizer();
  });
  afterAll(() => recognizer.release());
  // 1.5 s of voice, pauses of 0.9 and 3 s, 9 s of voice.
  const parts = [voice(16_000, 2.4, 0, 1.5), voice(16_000, 4.5, 0, 1.5), voice(16_000, 10, 0, 9)];
  const sound = { samples: Float32Array.from(parts.flatMap(({ samples }) => [...samples])), sampleRate: 16_000 };

  test("covers the utterances and nothing else, in order, however the sound is cut", async () => {
    const segments = await segmentsOf(recognizer, pieces(sound, 0.7), { join: 0 });
    for (const [i, { start, end, confidence }] of segments.entries()) {
      expect(start).toBeGreaterThanOrEqual(i === 0 ? 0 : segments[i - 1]!.end);
      expect(end).toBeGreaterThan(start);
      expect(confidence).toBeGreaterThan(1 / 7);
    }
    const borders = [segments[0]!.start, segments.at(-1)!.end];
    expect(borders).toBeAllClose([0, 15.9], { atol: 0.15 });
    expect(segments.reduce((sum, { start, end }) => sum + end - start, 0)).toBeCloseTo(12, 0);
    const whole = await segmentsOf(recognizer, [sound], { join: 0 });
    expect(whole.map(({ start, end }) => [start, end])).toEqual(segments.map(({ start, end }) => [start, end]));
  });

  test("joins neighbours of one emotion over pauses up to `join`, and averages them by their lengths", async () => {
    const stream = recognizer.stream({ sampleRate: 16_000, interval: Infinity });
    const events = [...(await stream.push(sound.samples)), ...(await stream.end())];
    const measured: Measurement[] = events.filter((event) => event.type === "measurement");
    expect(new Set(measured.map(({ emotion }) => emotion)).size).toBe(1);
    const [all, ...more] = await segmentsOf(recognizer, [sound], { join: 4 });
    expect(more).toEqual([]);
    const seconds = measured.reduce((sum, { weight }) => sum + weight, 0);
    const mean = measured.reduce((sum, { weight, confidence }) => sum + (weight / seconds) * confidence, 0);
    expect(all!.confidence).toBeCloseTo(mean, 5);
    expect((await segmentsOf(recognizer, [sound], { join: 1.5 })).length).toBe(2);
  });

  test("has no emotion where the model is not sure enough, and no segment without speech", async () => {
    const unsure = await segmentsOf(recognizer, [sound], { minConfidence: 1 });
    expect(unsure.map(({ emotion }) => emotion)).toEqual([null, null]);
    expect(await segmentsOf(recognizer, [{ samples: new Float32Array(50_000), sampleRate: 16_000 }])).toEqual([]);
  });

  test("wrong options are refused", async () => {
    await expect(segmentsOf(recognizer, [sound], { join: -1 })).rejects.toThrow("join=-1 must be");
    await expect(segmentsOf(recognizer, [sound], { minConfidence: 2 })).rejects.toThrow("minConfidence=2 must be");
    await expect(segmentsOf(recognizer, [sound], { window: 60 })).rejects.toThrow("window=60 must be");
  });
});

// https://en.wikipedia.org/wiki/SubRip#Format and https://www.w3.org/TR/webvtt1/
test("subtitles have hours, minutes, seconds and milliseconds", () => {
  const segment = { start: 3661.5, end: 36_005.0004, emotion: "happy", confidence: 0.876 };
  expect(toSubRip(segment, 7)).toBe("7\n01:01:01,500 --> 10:00:05,000\nhappy 88 %\n\n");
  expect(toWebVtt({ ...segment, start: 0.0006, emotion: null })).toBe("00:00:00.001 --> 10:00:05.000\nunsure\n\n");
});

describe.skipIf(!HAS_DATA)("real recordings", () => {
  test("two clips with 2 s of a room between them are two segments, borders within 0.5 s", async () => {
    const recognizer = await loadRecognizer();
    const names = ["OAF_back_angry", "OAF_back_sad"];
    const clips = await Promise.all(
      names.map(async (name) => resample(await readAudio(`${DATA_FOLDER}/tess/${name}.opus`), 16_000)),
    );
    const [first, second] = clips.map(({ samples }) => samples);
    const room = new Random(3, "room");
    const samples = new Float32Array(first!.length + 2 * 16_000 + second!.length);
    samples.set(first!);
    samples.set(second!, first!.length + 2 * 16_000);
    for (let i = 0; i < samples.length; i++) samples[i]! += 3e-4 * room.normal();
    const segments = await segmentsOf(recognizer, pieces({ samples, sampleRate: 16_000 }, 1));
    expect(segments.map(({ emotion }) => emotion)).toEqual(["angry", "sad"]);
    const seconds = [first!.length, first!.length + 32_000, samples.length].map((n) => n / 16_000);
    expect(segments.flatMap(({ start, end }) => [start, end])).toBeAllClose([0, ...seconds], { atol: 0.5 });
    await recognizer.release();
  });
});
