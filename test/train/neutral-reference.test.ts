import { expect, test } from "vitest";
import { SEVEN_EMOTIONS } from "../../src/emotions.ts";
import { Matrix } from "../../src/matrix.ts";
import { encodeModel, decodeModel } from "../../src/model/index.ts";
import { type Example, neutralReference } from "../../src/train/index.ts";
import { tinyVoiceModel } from "../recognize/models.ts";

const neutral = SEVEN_EMOTIONS.labels.indexOf("neutral");

function example(speaker: string, label: number, ...rows: number[][]): Example {
  return {
    utterance: { id: `c/${speaker}`, corpus: "c", path: "", emotion: "neutral", speaker },
    label,
    features: new Matrix(rows.length, 2, Float32Array.from(rows.flat())),
    facts: {} as Example["facts"],
  };
}

test("the mean over a speaker's neutral frames, then over the speakers", () => {
  const examples = [
    example("a", neutral, [1, 10], [2, 20]),
    example("a", neutral, [6, 30]),
    example("b", neutral, [5, -20]),
    example("b", neutral + 1, [900, 900]),
  ];
  // a: (1 + 2 + 6) / 3 = 3 and (10 + 20 + 30) / 3 = 20; b: 5 and −20.
  expect(neutralReference(examples, SEVEN_EMOTIONS)).toEqual({ mean: [4, 0], recordings: 3, speakers: 2 });
});

test("there is none without a label neutral, or without such a recording", () => {
  expect(neutralReference([example("a", 0, [1, 2])], SEVEN_EMOTIONS)).toBeUndefined();
  expect(neutralReference([example("a", 0, [1, 2])], { labels: ["happy", "sad"], fold: {} })).toBeUndefined();
});

test("it travels in the model file", async () => {
  const model = tinyVoiceModel();
  const { metadata } = await decodeModel(await encodeModel(model), "tiny");
  expect(metadata.neutralReference).toEqual(model.metadata.neutralReference);
});
