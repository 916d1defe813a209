import { expect, test } from "vitest";
// The timeline's part; not public.
import { type Segment, Stretches } from "../../src/recognize/stretches.ts";

type Stretch = readonly [start: number, end: number, probabilities: readonly number[]];

function segmentsOf(stretches: readonly Stretch[], { join = 1, minConfidence = 0 } = {}): Segment[] {
  const joined = new Stretches(["angry", "happy", "sad"], join, minConfidence);
  return [...stretches.map((stretch) => joined.add(...stretch)), joined.finish()].filter((segment) => segment !== null);
}

const ANGRY = [0.7, 0.2, 0.1];
const SAD = [0.1, 0.3, 0.6];

test("another emotion is another segment; the same is one, averaged by length", () => {
  expect(
    segmentsOf([
      [0, 3, ANGRY],
      [3.5, 4.5, [0.5, 0.4, 0.1]],
      [5, 7, SAD],
    ]),
  ).toMatchObject([
    { start: 0, end: 4.5, emotion: "angry", confidence: (3 * 0.7 + 0.5) / 4 },
    { start: 5, end: 7, emotion: "sad", confidence: 0.6 },
  ]);
});

test("a short stretch beside a longer one goes with it, before and behind; both together decide", () => {
  expect(
    segmentsOf([
      [0, 1, SAD],
      [1.4, 5, ANGRY],
      [5.1, 5.6, SAD],
    ]),
  ).toMatchObject([{ start: 0, end: 5.6, emotion: "angry", confidence: (1 * 0.1 + 3.6 * 0.7 + 0.5 * 0.1) / 5.1 }]);
});

test("a short stretch after a pause stays alone, and so do two long ones without any", () => {
  const emotions = (stretches: Stretch[]): unknown[] => segmentsOf(stretches).map(({ emotion }) => emotion);
  expect(
    emotions([
      [0, 3, ANGRY],
      [3.6, 4, SAD],
    ]),
  ).toEqual(["angry", "sad"]);
  expect(
    emotions([
      [0, 3, ANGRY],
      [3, 5, SAD],
    ]),
  ).toEqual(["angry", "sad"]);
});

test("not sure enough is an emotion of its own: null", () => {
  const segments = segmentsOf(
    [
      [0, 3, ANGRY],
      [3, 6, SAD],
      [6.5, 9, SAD],
    ],
    { minConfidence: 0.65 },
  );
  expect(segments.map(({ emotion, start, end }) => [emotion, start, end])).toEqual([
    ["angry", 0, 3],
    [null, 3, 9],
  ]);
});

test("nothing heard, no segment", () => {
  expect(segmentsOf([])).toEqual([]);
});
