import { describe, expect, test } from "vitest";
import { parseAugmentation, augmentationsOf } from "../../src/augment/index.ts";
import { SEVEN_EMOTIONS } from "../../src/emotions.ts";
import { Matrix } from "../../src/matrix.ts";
import { decodeModel, encodeModel } from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { trainConfig, type Example, type Plan } from "../../src/train/index.ts";
import { KnownVoices } from "../../src/train/known-voices.ts";
import { tinyModel, tinyNetwork } from "../tiny-model.ts";

const network = tinyNetwork({ frames: 16, features: 1, masked: true });
const NEUTRAL = SEVEN_EMOTIONS.labels.indexOf("neutral");

/** A recording of one frame of one column, `value`: its measure is that value. */
function example(speaker: string, label: number, value: number, copy?: string): Example {
  const id = `c/${speaker}-${label}-${value % 1000}`;
  return {
    utterance: { id, corpus: "c", path: "", emotion: "", speaker },
    label,
    features: new Matrix(1, 1, Float32Array.of(value)),
    facts: {} as Example["facts"],
    ...(copy && { augmentation: augmentationsOf(parseAugmentation(`*:1:${copy}`), "happy", id, 1)[0]! }),
  };
}

// Speaker a: values 1 … 40, the first four of them neutral; b: one recording. Copies over the telephone measure 1,000 more.
const a = Array.from({ length: 40 }, (_, i) => example("a", i < 4 ? NEUTRAL : i % 3, i + 1));
const b = example("b", 0, 500);
const copies = a.map(({ label }, i) => example("a", label, 1000 + i + 1, "telephone"));
const train = [...a, b];

function planOf(knownVoices: number): Plan {
  const config = trainConfig({ preset: "seed", corpora: ["none"], knownVoices, threads: 1 });
  return { config, network, train, validation: [], test: [], copies } as unknown as Plan;
}

const mean = (820 + 500) / 41;

/** Offsets of so many draws; undefined for unknown voices. */
async function draws(knownVoices: number, of: Example, count: number): Promise<(number | undefined)[]> {
  const voices = await KnownVoices.of(planOf(knownVoices));
  return Array.from({ length: count }, (_, step) => voices.draw(of, new Random(1, step))?.[0]);
}

describe("known voices", () => {
  test("the reference is the mean over the recordings of the training part, without copies; it travels in the model", async () => {
    const { reference } = await KnownVoices.of(planOf(1));
    expect(reference).toMatchObject({ prior: 2, recordings: 41, speakers: 2 });
    expect(reference.mean).toBeAllClose([mean], { rtol: 1e-6 });
    const tiny = tinyModel();
    const model = { ...tiny, metadata: { ...tiny.metadata, voiceReference: reference } };
    expect((await decodeModel(await encodeModel(model), "tiny")).metadata.voiceReference).toEqual(reference);
    expect((await decodeModel(await encodeModel(tiny), "tiny")).metadata.voiceReference).toBeUndefined();
  });

  test("as large a share is known as asked for, by few recordings as often as by many", async () => {
    const drawn = await draws(0.7, a[10]!, 2000);
    const known = drawn.filter((value) => value !== undefined);
    // Standard error 0.01.
    expect(known.length / 2000).toBeCloseTo(0.7, 1);
    expect(await draws(0, a[10]!, 50)).toEqual(Array.from({ length: 50 }, () => undefined));
  });

  test("what is drawn are n other recordings of the voice: the offset is one that such a choice can give", async () => {
    // All of the 39 others would give Σ − 11 − 39 · mean, by 41; one gives (value − mean) / 3.
    const own = 11;
    const drawn = (await draws(1, a[own - 1]!, 400)).map((value) => value!);
    const singles = new Map(a.map((_, i) => [((i + 1 - mean) / 3).toFixed(4), i + 1]));
    const alone = drawn.flatMap((value) => singles.get(value.toFixed(4)) ?? []);
    expect(alone.length).toBeGreaterThan(20);
    expect(alone).not.toContain(own);
    expect(alone.some((value) => value <= 4) && alone.some((value) => value > 4)).toBe(true);
    const everything = (820 - own - 39 * mean) / 41;
    expect(drawn.some((value) => Math.abs(value - everything) < 1e-4)).toBe(true);
    // Neutral recordings alone: all four of them give (10 − 4 · mean) / 6, lower than any other choice could.
    expect(Math.min(...drawn)).toBeCloseTo((10 - 4 * mean) / 6, 3);
  });

  test("a copy's voice is heard in copies of its kind, never in the recording that it was made of", async () => {
    const own = copies[10]!;
    const drawn = (await draws(1, own, 300)).map((value) => value!);
    const singles = new Map(copies.map((_, i) => [((1000 + i + 1 - mean) / 3).toFixed(3), i]));
    const alone = drawn.flatMap((value) => singles.get(value.toFixed(3)) ?? []);
    expect(alone.length).toBeGreaterThan(20);
    expect(alone).not.toContain(10);
    expect(Math.min(...drawn)).toBeGreaterThan((1000 - mean) / 3);
  });

  test("a voice of one recording stays unknown", async () => {
    expect(new Set(await draws(1, b, 50))).toEqual(new Set([undefined]));
  });
});
