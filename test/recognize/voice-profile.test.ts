import { describe, expect, test } from "vitest";
import { Matrix } from "../../src/matrix.ts";
import { encodeHidden, encodeModel, HEAD, layoutOf, type Model } from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { formatVoiceProfile, parseVoiceProfile, Recognizer, type VoiceProfile } from "../../src/recognize/index.ts";
import { fingerprint } from "../../src/model/index.ts";
import { Session } from "../../src/runtime/index.ts";
import { tinyModel } from "../tiny-model.ts";

const random = new Random(11);
const clips = [23, 40, 31].map(
  (rows) =>
    new Matrix(
      rows,
      54,
      Float32Array.from({ length: rows * 54 }, () => random.normal()),
    ),
);
const shift = Array.from({ length: 54 }, (_, c) => Math.fround(Math.sin(c)));

/** A profile of `model`, as somebody may have written it by hand. */
async function profile(model: Model, parts: Partial<VoiceProfile>): Promise<VoiceProfile> {
  return {
    kind: "speech-emotion/voice",
    version: 2,
    model: await fingerprint(model),
    featureSet: model.metadata.featureSet,
    baseline: null,
    head: null,
    created: "2026-01-02T03:04:05.000Z",
    ...parts,
  };
}

/** Kernel and bias of the last layer, as a profile holds them. */
function head(numbers: readonly number[]): NonNullable<VoiceProfile["head"]> {
  const weights = Buffer.from(Float32Array.from(numbers).buffer).toString("base64");
  return { weights, clips: 5, seconds: 9, labels: { happy: 3, sad: 2 } };
}

const baseline = { shift, recordings: 2, seconds: 5 };

describe.each([
  ["real frames", tinyModel({ masked: true })],
  ["padded clips", tinyModel()],
])("a voice in a network of %s", (_, model) => {
  const size = { units: model.metadata.network.denseUnits, labels: 7 };
  const numbers = Array.from({ length: (size.units + 1) * size.labels }, () => Math.fround(random.normal()));

  test("shifts the columns of every real frame, as done by hand", async () => {
    await using plain = await Recognizer.load(await encodeModel(model));
    await using mine = await plain.withVoice(await profile(model, { baseline }));
    const moved = clips.map(
      (clip) =>
        new Matrix(
          clip.rows,
          54,
          clip.data.map((v, k) => v + shift[k % 54]!),
        ),
    );
    const answers = await mine.classifyFeatures(clips);
    expect(answers).toBeAllClose(await plain.classifyFeatures(moved), { atol: 1e-6 });
    const before = await plain.classifyFeatures(clips);
    expect(Math.max(...answers.map((p, i) => Math.abs(p - before[i]!)))).toBeGreaterThan(1e-3);
    await using back = await mine.withVoice(null);
    expect(await back.classifyFeatures(clips)).toBeAllClose(before, { atol: 1e-7 });
  });

  test("has a last layer of its own, on top of the shift, by plain loops", async () => {
    const voice = await profile(model, { baseline, head: head(numbers) });
    await using mine = await Recognizer.load(await encodeModel(model), { voice });
    const answers = await mine.classifyFeatures(clips);
    const inner = await Session.create(encodeHidden(model), { threads: 1 });
    for (const [n, clip] of clips.entries()) {
      const x = clip.data.map((v, k) => v + shift[k % 54]!);
      const { hidden } = await inner.run({
        features: { type: "float32", data: x, shape: [1, clip.rows, 54] },
        lengths: { type: "int64", data: BigInt64Array.of(BigInt(clip.rows)), shape: [1] },
      });
      const powers = Array.from({ length: 7 }, (_l, l) => {
        let z = numbers[size.units * 7 + l]!;
        for (let u = 0; u < size.units; u++) z += (hidden!.data as Float32Array)[u]! * numbers[u * 7 + l]!;
        return Math.exp(z / model.temperature);
      });
      const sum = powers.reduce((a, b) => a + b);
      expect(answers.subarray(n * 7, n * 7 + 7)).toBeAllClose(
        powers.map((p) => p / sum),
        { atol: 1e-5 },
      );
    }
    await inner.release();
  });
});

describe("a voice profile", () => {
  const model = tinyModel({ masked: true });
  const units = model.metadata.network.denseUnits;
  const numbers = Array.from({ length: (units + 1) * 7 }, (_, i) => i / 64);

  test("goes through JSON and stays what it is", async () => {
    const voice = await profile(model, { baseline, head: head(numbers) });
    expect(parseVoiceProfile(JSON.stringify(voice))).toEqual(voice);
  });

  test("of format 1 is read as it was meant", async () => {
    const { baseline: neutral, ...rest } = await profile(model, { baseline, head: head(numbers) });
    const old = { ...rest, neutral, version: 1 };
    const read = parseVoiceProfile(JSON.stringify(old));
    expect(read).toEqual({ ...rest, baseline, version: 2 });
    expect(parseVoiceProfile(formatVoiceProfile(read))).toEqual(read);
  });

  test("fits every file of the same network, and no other network", async () => {
    const voice = await profile(model, { baseline });
    const renamed = { ...model, metadata: { ...model.metadata, scores: { test: 1 }, created: "2030-01-01" } };
    await using same = await Recognizer.load(await encodeModel(renamed), { voice });
    expect(same.voice).toBe(voice);
    const weights = model.weights.slice();
    layoutOf(model.metadata.network).weights.view(weights, `${HEAD}/bias`)[0]! += 1;
    for (const other of [{ ...model, weights }, { ...model, temperature: 2 }, tinyModel()]) {
      await using plain = await Recognizer.load(await encodeModel(other));
      await expect(plain.withVoice(voice)).rejects.toMatchObject({
        code: "voice_mismatch",
        message: expect.stringContaining("belongs to another model") as string,
      });
    }
  });

  test("with numbers that are not the network's is refused", async () => {
    await using plain = await Recognizer.load(await encodeModel(model));
    const wrong = [{ head: head(numbers.slice(1)) }, { baseline: { ...baseline, shift: [1, 2] } }];
    for (const parts of wrong) {
      await expect(plain.withVoice(await profile(model, parts))).rejects.toMatchObject({ code: "voice_invalid" });
    }
  });

  test.each<[string, (voice: Record<string, unknown>) => unknown, string]>([
    ["another kind", (v) => ({ ...v, kind: "model" }), "it is none of speech-emotion"],
    ["a list", () => [], "it is none of speech-emotion"],
    ["a newer format", (v) => ({ ...v, version: 3 }), "it has format 3, this version reads up to 2"],
    ["no model", (v) => ({ ...v, model: undefined }), '"model" must be a text'],
    ["no baseline", (v) => ({ ...v, baseline: undefined }), '"baseline" must be null or have'],
    ["format 1 and no neutral", (v) => ({ ...v, version: 1 }), '"neutral" must be null or have'],
    ["a shift with a text", (v) => ({ ...v, baseline: { ...baseline, shift: ["1"] } }), "finite numbers"],
    ["a head of half a float", (v) => ({ ...v, head: { ...head([1]), weights: "AAA=" } }), "finite 32-bit floats"],
    ["a head with NaN", (v) => ({ ...v, head: head([Number.NaN]) }), "finite 32-bit floats"],
    ["a head that is no base64", (v) => ({ ...v, head: { ...head([1]), weights: "%" } }), "must be base64"],
    [
      "labels of a head in words",
      (v) => ({ ...v, head: { ...head([1]), labels: { sad: "two" } } }),
      "numbers of clips",
    ],
  ])("with %s is refused", async (_, change, why) => {
    const voice = { ...(await profile(model, { baseline, head: head(numbers) })) };
    expect(() => parseVoiceProfile(JSON.stringify(change(voice)), "me.voice.json")).toThrow(
      expect.objectContaining({ code: "voice_invalid", message: expect.stringContaining(why) as string }) as Error,
    );
  });

  test("that is no JSON is refused by its name", () => {
    expect(() => parseVoiceProfile("{", "me.voice.json")).toThrow(/^me\.voice\.json: this is no voice profile/);
  });
});
