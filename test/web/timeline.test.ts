import { describe, expect, test } from "vitest";
import { segmentAt } from "../../web/src/file/draw.ts";
import { render, toCsv } from "../../web/src/file/exports.ts";
import { following, within, zoomed } from "../../web/src/file/range.ts";
import { sharesOf } from "../../web/src/file/shares.ts";
import { History } from "../../web/src/live/history.ts";

const segments = [
  { start: 0.5, end: 2, emotion: "happy", confidence: 0.9 },
  { start: 3, end: 4, emotion: null, confidence: 0.3456 },
  { start: 4, end: 6.5, emotion: "sad", confidence: 0.5 },
];
const model = {
  labels: [],
  preset: "p",
  featureSet: "f",
  created: "c",
  version: "v",
  licences: [],
  test: null,
  neutral: true,
};

describe("a timeline", () => {
  test("what is said at a moment: ends are open, pauses have none", () => {
    const at = [0.4, 0.5, 1.99, 2, 3.5, 4, 6.5].map((time) => segmentAt(segments, time)?.start);
    expect(at).toEqual([undefined, 0.5, 0.5, undefined, 3, 4, undefined]);
  });

  test("shares are of the speech, unsure last; how sure is the mean over their seconds", () => {
    const near = (value: number): number => expect.closeTo(value, 9) as number;
    expect(sharesOf(segments)).toEqual([
      { emotion: "sad", share: 0.5, confidence: near(0.5) },
      { emotion: "happy", share: 0.3, confidence: near(0.9) },
      { emotion: null, share: 0.2, confidence: near(0.3456) },
    ]);
    const again = { start: 7, end: 12, emotion: "sad", confidence: 0.8 };
    expect(sharesOf([...segments, again])[0]).toEqual({ emotion: "sad", share: 0.75, confidence: near(0.7) });
    expect(sharesOf([])).toEqual([]);
  });

  test("as CSV, WebVTT and JSON", () => {
    expect(toCsv(segments.slice(1, 2))).toBe("start,end,emotion,confidence\r\n3,4,unsure,0.346\r\n");
    expect(render("vtt", "a.wav", segments.slice(0, 1), model)).toBe(
      "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\nhappy 90 %\n\n",
    );
    const json = JSON.parse(render("json", "a.wav", segments, model)) as { file: string; segments: unknown[] };
    expect(json.file).toBe("a.wav");
    expect(json.segments[1]).toEqual({ start: 3, end: 4, emotion: null, confidence: 0.346 });
  });

  test("zooming keeps the moment under the finger, and never leaves the recording", () => {
    const half = zoomed({ from: 0, to: 100 }, 2, 25, 100);
    expect(half).toEqual({ from: 12.5, to: 62.5 });
    expect(zoomed(half, 0.1, 25, 100)).toEqual({ from: 0, to: 100 });
    expect(zoomed({ from: 10, to: 11 }, 1000, 10, 100)).toEqual({ from: 10, to: 10.5 });
    expect(within({ from: -5, to: 5 }, 100)).toEqual({ from: 0, to: 10 });
    expect(within({ from: 95, to: 105 }, 100)).toEqual({ from: 90, to: 100 });
  });

  test("playing turns the page", () => {
    expect(following({ from: 10, to: 20 }, 15, 100)).toEqual({ from: 10, to: 20 });
    expect(following({ from: 10, to: 20 }, 20.1, 100)).toEqual({ from: 20.1, to: 30.1 });
    expect(following({ from: 80, to: 90 }, 95, 100)).toEqual({ from: 90, to: 100 });
  });
});

describe("what was heard live", () => {
  const told = { emotion: "sad", confidence: 0.8, probabilities: { happy: 0.2, sad: 0.8 }, weight: 0 };

  test("the answer at the end settles the utterance and frees what came after it", () => {
    const history = new History();
    for (let i = 0; i < 40; i++) history.addPeak(0.1);
    history.startUtterance(1);
    history.measured({ type: "measurement", trigger: "interval", start: 1, end: 1.5, ...told, confidence: 0.25 });
    history.measured({ type: "measurement", trigger: "interval", start: 1, end: 3, ...told, emotion: "happy" });
    expect([9, 10, 14, 15, 29, 30].map((bar) => history.labels.get(bar))).toEqual([
      undefined,
      "",
      "",
      "happy",
      "happy",
      undefined,
    ]);
    history.measured({ type: "measurement", trigger: "speech_ended", start: 1, end: 2.5, ...told });
    expect([10, 24, 25, 29].map((bar) => history.labels.get(bar))).toEqual(["sad", "sad", undefined, undefined]);
    expect(history.utterances[0]!.map(({ time }) => time)).toEqual([1, 1.5, 2.5]);
  });

  test("an hour takes no more room than some minutes", () => {
    const history = new History();
    for (let i = 0; i < 36_000; i++) history.addPeak(0.1);
    expect(history.peaks.length).toBeLessThan(2000);
    expect(history.seconds).toBe(3600);
  });
});
