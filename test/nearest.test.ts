import { assert, constantFrom, property, string } from "fast-check";
import { expect, test } from "vitest";
import { didYouMean, editDistance, nearest, noneOf } from "../src/nearest.ts";

/** The definition, by recursion: the oracle of the table. */
function distanceBySearch(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  const ways = [
    distanceBySearch(restA, b) + 1,
    distanceBySearch(a, restB) + 1,
    distanceBySearch(restA, restB) + (a[0] === b[0] ? 0 : 1),
  ];
  if (a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0]) {
    ways.push(distanceBySearch(a.slice(2), b.slice(2)) + 1);
  }
  return Math.min(...ways);
}

test.each([
  ["", "", 0],
  ["kitten", "sitting", 3],
  ["predict", "perdict", 1],
  ["train", "trai", 1],
  // Of optimal string alignment, where no letter is touched twice.
  ["ca", "abc", 3],
])("from %j to %j it is %i", (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

test("the distance is that of its definition", () => {
  const word = string({ unit: constantFrom("a", "b", "c"), maxLength: 5 });
  assert(
    property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(distanceBySearch(a, b));
    }),
    { numRuns: 200 },
  );
});

const names = ["seed", "seed-masked", "seed-300x1", "logmel72", "default"];

test.each([
  ["sead", "seed"],
  ["sede", "seed"],
  ["SEED", "seed"],
  ["seed-maskd", "seed-masked"],
  ["log", "logmel72"],
  ["logmel7", "logmel72"],
  // Two begin with it, or it resembles none.
  ["seed-", "seed"],
  ["se", undefined],
  ["banana", undefined],
  ["", undefined],
  // It is one of them.
  ["seed", undefined],
])("%j was probably %j", (word, name) => {
  expect(nearest(word, names)).toBe(name);
});

test("messages", () => {
  expect(didYouMean("sead", names)).toBe(" (did you mean seed?)");
  expect(didYouMean("banana", names)).toBe("");
  expect(noneOf("sead", ["seed", "default"])).toBe('"sead" is none (did you mean seed?); there are seed, default');
  expect(noneOf("x", ["seed"], "no preset")).toBe('"x" is no preset; there are seed');
});
