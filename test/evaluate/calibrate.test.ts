import { expect, test } from "vitest";
import { EMOTIONS } from "../../src/emotions.ts";
import { calibrate, fitCalibration } from "../../src/evaluate/index.ts";
import { applyTemperature } from "../../src/metrics/index.ts";
import { Matrix } from "../../src/matrix.ts";
import type { Example } from "../../src/train/index.ts";
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
