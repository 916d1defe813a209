import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { resample } from "../../src/audio/index.ts";
import { EMOTIONS } from "../../src/emotions.ts";
import { detectSpeech } from "../../src/gate/index.ts";
import { gainsOf } from "../../web/build/gains.ts";
import { SpeechClock } from "../../web/src/engine/speech-clock.ts";
import { contents, labelIn, missing } from "../../web/src/voice/recordings.ts";

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const recording = (seconds: number) => ({ id: 0, name: "a.wav", seconds });
const clips = (...labels: string[]) => labels.map((label) => ({ ...recording(1), label }));

describe("what keeps a voice from being learnt", () => {
  test("is what ser calibrate refuses: less than 3 s, less than 5 clips, a single emotion", () => {
    expect(missing([], [])).toContain("nothing to learn from");
    expect(missing([recording(1.25), recording(1)], [])).toBe("2.3 s of neutral speech: at least 3 are needed.");
    expect(missing([recording(1), recording(2)], [])).toBeNull();
    expect(missing([recording(4)], clips("sad"))).toBe("1 clip: 4 more clips are needed, or none at all.");
    expect(missing([], clips("sad", "happy", "sad", "sad"))).toContain("1 more clip is needed");
    expect(missing([], clips("sad", "sad", "sad", "sad", "sad"))).toContain("All clips are sad");
    expect(missing([], clips("sad", "happy", "sad", "sad", ""))).toBe("Say which emotion one clip is.");
    expect(missing([], clips("sad", "happy", "sad", "sad", "sad"))).toBeNull();
  });

  test("files tell their emotion where they name one and only one", () => {
    const told = ["happy-1.wav", "Sad 2.MP3", "not happy, sad.wav", "unhappy.wav", "03-01-05.wav", "fear.test.ogg"];
    expect(told.map((name) => labelIn(name, EMOTIONS))).toEqual(["happy", "sad", "", "", "", "fear"]);
  });

  test("contents in words", () => {
    expect(contents({ seconds: 8.04 }, 10, "neutral speech")).toBe("8.0 s of neutral speech and 10 clips");
    expect([contents(null, 1, "speech"), contents({ seconds: 3 }, 0, "speech")]).toEqual(["1 clip", "3.0 s of speech"]);
  });
});

test("speech is counted as the gate finds it in the whole, and never runs backwards by more than the gate's doubt", async () => {
  const { samples } = resample(await readAudio(file("examples/clips/espeak-slow-low.wav")), 48_000);
  const twice = new Float32Array(2 * samples.length + 96_000);
  twice.set(samples);
  twice.set(samples, samples.length + 96_000);
  const clock = new SpeechClock(48_000, 16_000);
  const counted: number[] = [];
  for (let at = 0; at < twice.length; at += 2048) {
    clock.push(twice.subarray(at, at + 2048));
    counted.push(clock.seconds);
  }
  clock.end();
  const { utterances } = detectSpeech(resample({ samples: twice, sampleRate: 48_000 }, 16_000));
  const spans = utterances.map(({ start, end }) => end - start);
  expect(spans.length).toBeGreaterThan(1);
  expect(clock.seconds).toBeCloseTo(
    spans.reduce((a, b) => a + b),
    1,
  );
  expect(clock.longest).toBeCloseTo(Math.max(...spans), 1);
  expect(counted[0]).toBe(0);
  const drops = counted.slice(1).map((seconds, i) => counted[i]! - seconds);
  expect(Math.max(...drops)).toBeLessThan(0.7);
});

describe("the gains that the page tells", () => {
  test("are those of docs/voice-calibration.md", () => {
    const { rows, corpora, speakers } = gainsOf(readFileSync(file("docs/voice-calibration.md"), "utf8"));
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(speakers).toBeGreaterThan(1);
    for (const { all, each } of rows) {
      expect(each.length).toBe(corpora.length);
      // Rounded thrice.
      for (const { before, after, gain } of [all, ...each]) expect(Math.abs(after - before - gain)).toBeLessThan(0.16);
    }
  });

  test("are read from the table, minus signs, intervals and single speakers, too", () => {
    const table = [
      "| The voice is known by | tess, 1 speakers | all, 15 speakers |",
      "| --- | --- | --- |",
      "| 3 neutral recordings | 46.1 → 42.7: −3.4 | 56.1 → 58.9: +2.8 (+0.8 … +4.7) |",
      "",
    ];
    expect(gainsOf(table.join("\n"))).toEqual({
      speakers: 15,
      corpora: ["TESS, 1 speaker"],
      rows: [
        {
          known: "3 neutral recordings",
          all: { before: 56.1, after: 58.9, gain: 2.8 },
          each: [{ before: 46.1, after: 42.7, gain: -3.4 }],
        },
      ],
    });
    expect(() => gainsOf("no table")).toThrow("the table of gains is not there");
    expect(() => gainsOf(table.join("\n").replace("42.7", "much"))).toThrow("is no gain");
  });
});
