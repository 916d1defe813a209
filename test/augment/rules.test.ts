import { describe, expect, test } from "vitest";
import {
  augmentationRulesText,
  augmentationsOf,
  augmentationText,
  OPERATIONS,
  parseAugmentation,
  requireKnownLabels,
} from "../../src/augment/index.ts";

const ids = Array.from({ length: 300 }, (_, i) => `own/${i}`);
const namesOf = (text: string, label: string, id: string, seed = 1): string[] =>
  augmentationsOf(parseAugmentation(text), label, id, seed).map(({ operation }) => operation);

describe("the grammar", () => {
  test.each([
    ["none", "none"],
    ["surprise:3", "surprise:3:pitch=-2..2+stretch=0.8..1.2+noise=15..30"],
    ["surprise:2 , *:1:noise", "surprise:2:pitch=-2..2+stretch=0.8..1.2+noise=15..30,*:1:noise=15..30"],
    ["*:10:pitch=-3..-1 + pitch=1..3+telephone", "*:10:pitch=-3..-1+pitch=1..3+telephone=0..0"],
    ["very happy:1:reverb=.1..1e0", "very happy:1:reverb=0.1..1"],
  ])("%s is %s, which is read as the same", (text, whole) => {
    const rules = parseAugmentation(text);
    expect(augmentationRulesText(rules)).toBe(whole);
    expect(parseAugmentation(whole)).toEqual(rules);
  });

  test.each([
    ["", 'augment: "" is no rule; write none, or LABEL:COPIES'],
    ["surprise", 'augment: "surprise" is no rule'],
    ["surprise:2:", 'augment: "surprise:2:" is no rule'],
    [":2", 'augment: ":2" is no rule'],
    ["a:1:noise:2", 'augment: "a:1:noise:2" is no rule'],
    ["surprise:2,", 'augment: "" is no rule'],
    ["surprise:0", 'augment: "0" in "surprise:0" must be a number of copies, 1 … 100'],
    ["surprise:101", '"101" in "surprise:101" must be a number of copies'],
    ["surprise:two", '"two" in "surprise:two" must be a number of copies'],
    ["surprise:-1", '"-1" in "surprise:-1" must be a number of copies'],
    ["surprise:1:echo", 'augment: "echo" is no operation; there are pitch, stretch, noise, speed, gain'],
    ["surprise:1:toString", 'augment: "toString" is no operation'],
    ["surprise:1:pitch=3", 'augment: "pitch=3" must have a range LEAST..MOST within -24 … 24 (semitones up)'],
    ["surprise:1:pitch=3..1", '"pitch=3..1" must have a range'],
    ["surprise:1:pitch=1..", '"pitch=1.." must have a range'],
    ["surprise:1:pitch=1..99", '"pitch=1..99" must have a range'],
    ["surprise:1:pitch=1..2..3", '"pitch=1..2..3" must have a range'],
    ["surprise:1:pitch=a..b", '"pitch=a..b" must have a range'],
  ])("%s is refused: %s", (text, message) => {
    expect(() => parseAugmentation(text)).toThrow(message);
  });

  test("every operation can be named alone, and its own range is within its limits", () => {
    for (const [name, { limits, range }] of Object.entries(OPERATIONS)) {
      expect(parseAugmentation(`*:1:${name}`)).toEqual([
        { label: "*", copies: 1, operations: [{ operation: name, range }] },
      ]);
      expect(limits[0] <= range[0] && range[0] <= range[1] && range[1] <= limits[1]).toBe(true);
    }
  });

  test("labels that there are not", () => {
    const rules = parseAugmentation("*:1,surprize:2");
    expect(() => requireKnownLabels(rules, ["happy", "surprise"])).toThrow(
      'augment: "surprize" is no label of this model (did you mean surprise?); there are happy, surprise',
    );
    requireKnownLabels(parseAugmentation("*:1,surprise:2"), ["happy", "surprise"]);
  });
});

describe("the copies of a recording", () => {
  test("surprise:3 is the original's: one by each of pitch, stretch and noise; other labels get none", () => {
    for (const id of ids) {
      expect(namesOf("surprise:3", "surprise", id).sort()).toEqual(["noise", "pitch", "stretch"]);
      expect(namesOf("surprise:3", "happy", id)).toEqual([]);
    }
  });

  test("fewer copies than operations: all different, all operations as often over many recordings", () => {
    const counts: Record<string, number> = {};
    for (const id of ids) {
      const names = namesOf("surprise:2", "surprise", id);
      expect(new Set(names).size).toBe(2);
      for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
    }
    // 300 recordings, each operation in two of three: 200, standard deviation 8.2.
    for (const name of ["pitch", "stretch", "noise"]) expect(Math.abs(counts[name]! - 200)).toBeLessThan(41);
  });

  test("more copies than operations: dealt again; the same operation never the same way twice", () => {
    const copies = augmentationsOf(parseAugmentation("*:7"), "any", "own/1", 1);
    const count = (name: string): number => copies.filter(({ operation }) => operation === name).length;
    expect([count("pitch"), count("stretch"), count("noise")].sort()).toEqual([2, 2, 3]);
    expect(new Set(copies.map(augmentationText)).size).toBe(7);
  });

  test("values fill the range and never leave it", () => {
    for (const [rule, least, most] of [
      ["*:3", -2, 2],
      ["*:1:pitch=1..1.5", 1, 1.5],
    ] as const) {
      const copies = ids.flatMap((id) => augmentationsOf(parseAugmentation(rule), "x", id, 9));
      const values = copies.filter(({ operation }) => operation === "pitch").map(({ value }) => value);
      expect(values).toHaveLength(300);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(least);
      expect(Math.max(...values)).toBeLessThanOrEqual(most);
      expect(Math.min(...values)).toBeLessThan(least + 0.05 * (most - least));
      expect(Math.max(...values)).toBeGreaterThan(most - 0.05 * (most - least));
    }
  });

  test("a function of seed, recording and rule: more copies leave the first as they were, a seed changes all", () => {
    const of = (rule: string, seed = 1): string[] =>
      augmentationsOf(parseAugmentation(rule), "surprise", "own/1", seed).map(augmentationText);
    expect(of("surprise:2")).toEqual(of("surprise:5").slice(0, 2));
    expect(of("surprise:2")).toEqual(of("*:2"));
    expect(of("surprise:2").filter((text) => of("surprise:2", 2).includes(text))).toEqual([]);
    expect(augmentationsOf(parseAugmentation("surprise:2"), "surprise", "own/2", 1).map(augmentationText)).not.toEqual(
      of("surprise:2"),
    );
    // Two rules that fit the same recording give no copy twice.
    expect(of("surprise:2,*:1")).toEqual(of("surprise:3"));
  });
});
