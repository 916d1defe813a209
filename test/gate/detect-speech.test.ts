import { readdirSync } from "node:fs";
import { array, assert, float32Array, integer, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { detectSpeech, SpeechGate, type GateEvent } from "../../src/gate/index.ts";
import { Random } from "../../src/random.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";
import { nonSpeech, sound, voice } from "./sounds.ts";

describe("what is no speech", () => {
  const cases = [
    { sampleRate: 16_000, gain: 1, seed: 1 },
    { sampleRate: 22_050, gain: 0.1, seed: 2 },
    { sampleRate: 44_100, gain: 0.01, seed: 3 },
    { sampleRate: 48_000, gain: 0.5, seed: 4 },
  ];
  test.each(cases)("$sampleRate Hz, gain $gain", ({ sampleRate, gain, seed }) => {
    for (const [name, waveform] of Object.entries(nonSpeech(sampleRate, 3, gain, seed))) {
      expect({ name, ...detectSpeech(waveform) }).toMatchObject({ name, speech: false, start: 0, end: 0 });
    }
  });

  test("a minute of each, cut into 57 windows of 3 s every second: at least 95 % rejected", () => {
    for (const [name, { samples, sampleRate }] of Object.entries(nonSpeech(16_000, 60, 0.3, 5))) {
      let rejected = 0;
      for (let second = 0; second < 57; second++) {
        const window = samples.subarray(second * sampleRate, (second + 3) * sampleRate);
        if (!detectSpeech({ samples: window, sampleRate }).speech) rejected++;
      }
      expect({ name, enough: rejected / 57 >= 0.95 }).toEqual({ name, enough: true });
    }
  });

  test.each([0, 1, 2, 100, 1000])("a clip of %i samples, without an exception", (n) => {
    const random = new Random(n, "short");
    const samples = Float32Array.from({ length: n }, () => random.normal());
    expect(detectSpeech({ samples, sampleRate: 16_000 }).speech).toBe(false);
  });
});

describe("a synthetic voice", () => {
  test.each([8000, 16_000, 24_414, 44_100, 48_000])("is found where it is, at %i Hz", (sampleRate) => {
    const { speech, start, end, voicedSeconds, utterances } = detectSpeech(voice(sampleRate, 3, 0.8, 2.2));
    expect(speech).toBe(true);
    // The margin is 50 ms, a frame 16 ms.
    expect([start, end]).toBeAllClose([0.75, 2.25], { atol: 0.05 });
    expect(voicedSeconds).toBeGreaterThan(0.7);
    expect(utterances).toEqual([{ start, end, voicedSeconds }]);
  });

  test("is found in the same place at levels 40 dB apart", () => {
    const { samples, sampleRate } = voice(16_000, 3, 0.8, 2.2);
    const loud = detectSpeech({ samples, sampleRate });
    const quiet = detectSpeech({ samples: samples.map((x) => x / 100), sampleRate });
    expect([quiet.start, quiet.end]).toBeAllClose([loud.start, loud.end], { atol: 0.04 });
  });

  test("is found in noise 10 dB below it, and after a minute of hum", () => {
    const random = new Random(1, "noise");
    const clean = voice(16_000, 3, 0.8, 2.2);
    const power = clean.samples.reduce((sum, x) => sum + x * x, 0) / (1.4 * 16_000);
    const noisy = clean.samples.map((x) => x + Math.sqrt(power / 10) * random.normal());
    expect(detectSpeech({ samples: noisy, sampleRate: 16_000 })).toMatchObject({ speech: true });

    const hum = (t: number): number => 0.02 * Math.sin(2 * Math.PI * 50 * t) + 0.01 * Math.sin(2 * Math.PI * 150 * t);
    const after = sound(16_000, 63, (t, i) => hum(t) + (t < 60 ? 0 : clean.samples[i - 60 * 16_000]!));
    const found = detectSpeech(after);
    expect(found.speech).toBe(true);
    expect(found.start).toBeGreaterThan(60);
  });
});

describe("a stream", () => {
  // A minute with pauses shorter and longer than the hangover, noise, a hum, and speech to the very end.
  const random = new Random(4, "stream");
  const parts = [voice(16_000, 3, 0.5, 2), voice(16_000, 3, 0.2, 2.7), voice(16_000, 4, 2, 4)].map(
    (each) => each.samples,
  );
  const noise = (): number => 0.001 * random.normal();
  const pause = sound(16_000, 12, (t) => noise() + (t > 4 ? 0.02 * Math.sin(2 * Math.PI * 100 * t) : 0)).samples;
  const samples = Float32Array.from(
    [...parts[0]!, ...parts[1]!, ...pause, ...parts[0]!, ...parts[2]!].map((x) => x + noise()),
  );

  function events(sampleRate: number, lengths: Iterable<number>): GateEvent[] {
    const gate = new SpeechGate(sampleRate);
    const found: GateEvent[] = [];
    let at = 0;
    for (const length of lengths) {
      found.push(...gate.push(samples.subarray(at, at + length)));
      at += length;
    }
    found.push(...gate.push(samples.subarray(at)), ...gate.end());
    return found;
  }

  test.each([8000, 16_000, 22_050, 48_000])("gives what the whole gives, however it is cut, at %i Hz", (sampleRate) => {
    const whole = events(sampleRate, []);
    assert(
      property(array(integer({ min: 0, max: 9000 }), { minLength: 1, maxLength: 60 }), (lengths) => {
        expect(events(sampleRate, lengths)).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  test("finds each utterance once, where it is, parted by pauses above 0.64 s", () => {
    const spans = events(16_000, []).filter((event) => event.type === "end");
    const borders = spans.flatMap(({ start, end }) => [start, end]);
    expect(borders).toBeAllClose([0.5, 2, 3.2, 5.7, 18.5, 20, 23, 25], { atol: 0.11 });
  });

  test("tells of a begin within 1.1 s, of an end within 1.3 s of sound", () => {
    const gate = new SpeechGate(16_000);
    const told: number[] = [];
    for (let at = 0; at < samples.length; at += 160) {
      for (const event of gate.push(samples.subarray(at, at + 160))) {
        told.push(at / 16_000 - (event.type === "start" ? event.start : event.end));
        expect(told.at(-1)).toBeLessThan(event.type === "start" ? 1.1 : 1.3);
      }
    }
    expect(told.length).toBeGreaterThan(6);
  });
});

test("any finite waveform gives times inside it", () => {
  const arbitrary = tuple(
    float32Array({ maxLength: 3000, noNaN: true, noDefaultInfinity: true }),
    integer({ min: 4000, max: 96_000 }),
  );
  assert(
    property(arbitrary, ([samples, sampleRate]) => {
      const { start, end, voicedSeconds } = detectSpeech({ samples, sampleRate });
      return start >= 0 && start <= end && end <= samples.length / sampleRate + 1e-9 && voicedSeconds >= 0;
    }),
  );
});

describe.skipIf(!HAS_DATA)("real recordings", () => {
  test("speech is found in at least 99.5 % of 240, 60 a corpus", async () => {
    const missed: string[] = [];
    for (const corpus of ["ravdess", "crema-d", "tess", "savee"]) {
      const files = readdirSync(`${DATA_FOLDER}/${corpus}`, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".opus"))
        .sort();
      for (const file of new Random(2, corpus).shuffle(files).slice(0, 60)) {
        if (!detectSpeech(await readAudio(`${DATA_FOLDER}/${corpus}/${file}`)).speech) missed.push(file);
      }
    }
    expect(missed.length, missed.join(" ")).toBeLessThanOrEqual(1);
  });

  test("a second of silence at either end of RAVDESS is trimmed, the speech is not", async () => {
    const { samples, sampleRate } = await readAudio(`${DATA_FOLDER}/ravdess/Actor_01/03-01-05-02-01-01-01.opus`);
    const { start, end } = detectSpeech({ samples, sampleRate });
    const energy = (from: number, to: number): number =>
      samples.subarray(Math.round(from * sampleRate), Math.round(to * sampleRate)).reduce((sum, x) => sum + x * x, 0);
    expect(start).toBeGreaterThan(0.3);
    expect(end).toBeLessThan(samples.length / sampleRate - 0.3);
    expect(energy(start, end) / energy(0, samples.length / sampleRate)).toBeGreaterThan(0.999);
  });

  test("the silent CREMA-D recording is no speech", async () => {
    expect(detectSpeech(await readAudio(`${DATA_FOLDER}/quirks/1076_MTI_SAD_XX.wav`)).speech).toBe(false);
  });
});
