import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Waveform } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { ParameterError } from "../../src/errors.ts";
import { featureSet } from "../../src/features/index.ts";
import { frontEnd } from "../../src/gate/index.ts";
import { encodeModel, type Model } from "../../src/model/index.ts";
import { Recognizer } from "../../src/recognize/index.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { tinyModel } from "../tiny-model.ts";

const clip = await readAudio(fileURLToPath(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url)));

/** The clip `times` times, one behind the other. */
function repeated(times: number): Waveform {
  const samples = new Float32Array(times * clip.samples.length);
  for (let i = 0; i < times; i++) samples.set(clip.samples, i * clip.samples.length);
  return { samples, sampleRate: clip.sampleRate };
}

const values = (probabilities: Readonly<Record<string, number>> | null): number[] => Object.values(probabilities!);

describe.each<[string, Model]>([
  ["seed's features", tinyModel()],
  [
    "trimmed speech",
    (() => {
      const model = tinyModel({ masked: true, features: 72, frames: 432 });
      return { ...model, metadata: { ...model.metadata, featureSet: "logmel72@1+gate@2", sampleRate: 16_000 } };
    })(),
  ],
])("a recogniser of %s", (_, model) => {
  let recognizer: Recognizer;
  beforeAll(async () => {
    recognizer = await Recognizer.load(await encodeModel(model));
  });
  afterAll(() => recognizer.release());

  test("gives a clip what the network gives its features", async () => {
    const features = frontEnd(model.metadata.featureSet).extract(clip);
    const { probabilities, seconds } = await recognizer.recognize(clip);
    expect(values(probabilities)).toBeAllClose(await recognizer.classifyFeatures([features]), { atol: 1e-6 });
    expect(seconds).toBeCloseTo(clip.samples.length / clip.sampleRate, 6);
  });

  test("gives a clip alone and among others of other lengths the same", async () => {
    const set = featureSet(model.metadata.featureSet.split("+")[0]!);
    const [short, long] = [set.extract(clip), set.extract(repeated(2))];
    const alone = await recognizer.classifyFeatures([short]);
    const together = await recognizer.classifyFeatures([long, short]);
    expect(together.slice(7)).toBeAllClose(alone, { atol: 1e-6 });
  });

  test("averages what is longer than its window by the lengths of its windows; nothing is left out", async () => {
    const long = repeated(7); // 16.3 s
    const stream = recognizer.stream({ sampleRate: long.sampleRate, interval: 0.5 });
    const events = [...(await stream.push(long.samples)), ...(await stream.end())];
    const weighted = events.filter((event) => event.type === "measurement").filter(({ weight }) => weight > 0);
    const spoken = events.filter((event) => event.type === "utterance.end").reduce((s, u) => s + u.end - u.start, 0);
    const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
    expect(weighted.length).toBeGreaterThan(2);
    if (recognizer.frontEnd.trims) expect(total).toBeCloseTo(spoken, 3);
    else expect(total).toBeCloseTo(long.samples.length / long.sampleRate, 3);
    const expected = recognizer.labels.map((label) =>
      weighted.reduce((sum, { weight, probabilities }) => sum + (weight / total) * probabilities[label]!, 0),
    );
    expect(values((await recognizer.recognize(long)).probabilities)).toBeAllClose(expected, { atol: 1e-6 });
  });

  test("can be aborted", async () => {
    const signal = AbortSignal.abort();
    await expect(recognizer.recognize(clip, { signal })).rejects.toMatchObject({ code: "aborted" });
  });

  test("refuses a sample that is no finite number, and a rate that is none", async () => {
    for (const bad of [NaN, Infinity]) {
      const samples = clip.samples.slice();
      samples[20_000] = bad;
      const refusal = {
        name: "InputError",
        code: "audio_not_finite",
        message: `sample 20000 of the waveform is ${bad}: not a finite number`,
      };
      await expect(recognizer.recognize({ ...clip, samples })).rejects.toMatchObject(refusal);
      await expect(recognizer.classify({ ...clip, samples })).rejects.toMatchObject(refusal);
    }
    await expect(recognizer.recognize({ ...clip, sampleRate: NaN })).rejects.toThrow(ParameterError);
  });

  test("says no speech for silence", async () => {
    const silence = { samples: new Float32Array(20 * 16_000), sampleRate: 16_000 };
    expect(await recognizer.recognize(silence)).toEqual({
      speech: false,
      emotion: null,
      unsure: false,
      confidence: null,
      probabilities: null,
      seconds: 20,
    });
  });

  test("is unsure below minConfidence and not at it; probabilities are told all the same", async () => {
    const sure = await recognizer.recognize(clip);
    expect(sure).toMatchObject({ speech: true, unsure: false });
    expect(await recognizer.recognize(clip, { minConfidence: sure.confidence! })).toEqual(sure);
    const unsure = await recognizer.recognize(clip, { minConfidence: sure.confidence! + 1e-6 });
    expect(unsure).toEqual({ ...sure, emotion: null, unsure: true });
    await expect(recognizer.recognize(clip, { minConfidence: 50 })).rejects.toThrow(
      "minConfidence=50 must be in 0 … 1",
    );
  });
});

test("the model that ships loads, knows its labels and answers for speech", async () => {
  const recognizer = await loadRecognizer();
  const { speech, emotion, confidence } = await recognizer.recognize(clip);
  expect(speech).toBe(true);
  expect(recognizer.labels).toContain(emotion);
  expect(confidence).toBeGreaterThan(1 / 7);
  await recognizer.release();
});
