import { expect, test } from "vitest";
import { EMOTIONS, type Emotion } from "../../src/emotions.ts";
import { calibrate, fitCalibration } from "../../src/evaluate/index.ts";
import { applyTemperature } from "../../src/metrics/index.ts";
import { answerExamples } from "../../src/evaluate/answer.ts";
import { encodeModel } from "../../src/model/index.ts";
import { Recognizer } from "../../src/recognize/index.ts";
import { Matrix } from "../../src/matrix.ts";
import type { Example } from "../../src/train/index.ts";
import { Random } from "../../src/random.ts";
import { randomAnswers } from "../metrics/answers.ts";
import { tinyModel } from "../tiny-model.ts";

test("answers that are too sure are made as cautious as they were before", () => {
  // Sharpened by 3: the temperature of what they were, times 3.
  const answers = randomAnswers(EMOTIONS, 9, 40, 8);
  const sharp = answers.map((answer) => ({ ...answer, probabilities: applyTemperature(answer.probabilities, 1 / 3) }));
  const [plain, fitted] = [fitCalibration(EMOTIONS, answers), fitCalibration(EMOTIONS, sharp)];
  expect(fitted.temperature / plain.temperature).toBeCloseTo(3, 5);
  const { recordings, speakers, logLoss, ece } = fitted.calibration;
  expect({ recordings, speakers }).toEqual({ recordings: 360, speakers: 9 });
  expect(logLoss.after).toBeCloseTo(plain.calibration.logLoss.after, 9);
  expect(logLoss.after).toBeLessThan(logLoss.before);
  expect(ece.after).toBeLessThan(ece.before);
});

test("voices that the model knows do not make it surer: the temperature is that of unknown speakers, where there are any", async () => {
  const random = new Random(3, "calibrate");
  const model = tinyModel();
  const example = (corpus: string, n: number, label: number): Example => ({
    utterance: {
      id: `${corpus}/${n}`,
      corpus,
      path: "",
      emotion: "sad",
      speaker: `${corpus}/${n % 4}`,
      sentence: `${n}`,
    },
    label,
    features: new Matrix(
      40,
      54,
      new Float32Array(40 * 54).map(() => random.normal()),
    ),
    facts: { seconds: 1, sampleRate: 22_050, channels: 1, peak: 1, rms: 1, silent: false, pcmHash: `${n}` },
  });
  const recognizer = await Recognizer.load(await encodeModel(model));
  /** Clips whose label is the model's own answer, but for every `wrong`-th. */
  const labelled = async (corpus: string, wrong: number): Promise<Example[]> => {
    const clips = Array.from({ length: 24 }, (_, n) => example(corpus, n, 0));
    const answers = await answerExamples(recognizer, clips);
    return clips.map((clip, n) => {
      const { probabilities } = answers[n]!;
      const best = probabilities.indexOf(Math.max(...probabilities));
      const emotion = recognizer.labels[n % wrong === 0 ? (best + 3) % 7 : best] as Emotion;
      return { ...clip, utterance: { ...clip.utterance, emotion } };
    });
  };
  const [ours, known] = [await labelled("speakers", 3), await labelled("words", 12)];
  await recognizer.release();
  const distinct = (names: readonly string[]): string[] => [...new Set(names)];
  const part = (groupBy: string, examples: readonly Example[]): object => ({
    groupBy,
    speakers: distinct(examples.map(({ utterance }) => utterance.speaker)),
    train: [],
    validation: distinct(
      examples.map(({ utterance }) => (groupBy === "speaker" ? utterance.speaker : utterance.sentence!)),
    ),
    test: [],
  });
  const split = {
    kind: "speaker",
    seed: 1,
    testShare: 0.2,
    validationShare: 0.1,
    corpora: { speakers: part("speaker", ours), words: part("sentence", known) },
    notes: [],
  };
  const trained = { ...model, metadata: { ...model.metadata, split } };
  const [alone, both, words] = await Promise.all(
    [ours, [...ours, ...known], known].map((part) => calibrate(trained, part)),
  );
  expect(both!.temperature).toBe(alone!.temperature);
  expect(both!.metadata.calibration).toEqual(alone!.metadata.calibration);
  expect(words!.temperature).toBeLessThan(alone!.temperature);
  expect(words!.metadata.calibration).toMatchObject({ recordings: 24, speakers: 4 });
});

test("a temperature is fitted on the validation part alone, and once", async () => {
  const model = tinyModel();
  const example = (id: string): Example => ({
    utterance: { id, corpus: "mine", path: id, emotion: "sad", speaker: "mine/1" },
    label: 5,
    features: new Matrix(2, 54),
    facts: { seconds: 1, sampleRate: 22_050, channels: 1, peak: 1, rms: 1, silent: false, pcmHash: id },
  });
  const split = {
    kind: "speaker",
    seed: 1,
    testShare: 0.2,
    validationShare: 0.1,
    corpora: { mine: { groupBy: "speaker", speakers: ["mine/1"], train: ["mine/1"], validation: [], test: [] } },
    notes: [],
  };
  const trained = { ...model, metadata: { ...model.metadata, split } };
  await expect(calibrate(trained, [example("mine/a")])).rejects.toThrow("mine/a is not of the validation part");
  await expect(calibrate({ ...trained, temperature: 2 }, [])).rejects.toThrow("has the temperature 2 already");
  expect(await calibrate(trained, [])).toBe(trained);
});
