import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyExclusions,
  assertDisjoint,
  CORPORA,
  describeSplit,
  KNOWN_BAD,
  partOf,
  renderSplit,
  splitUtterances,
  type SpeakerSplit,
  type Split,
  type Utterance,
} from "../../src/corpora/index.ts";

/** Every official recording of the corpora named, as utterances without files. */
function official(...names: readonly string[]): Utterance[] {
  return CORPORA.filter((corpus) => names.includes(corpus.name)).flatMap((corpus) =>
    [...corpus.official().values()].flat().map((name): Utterance => {
      const parsed = corpus.parse(name.split("/"));
      if (!parsed || "leftOut" in parsed) throw new Error(name);
      const { name: _, speaker, ...told } = parsed;
      return {
        id: `${corpus.name}/${name}`,
        corpus: corpus.name,
        path: `/${name}`,
        speaker: `${corpus.name}/${speaker}`,
        ...told,
      };
    }),
  );
}

const own = (speaker: string, i: number, told: Partial<Utterance> = {}): Utterance => ({
  id: `own/${speaker}-${i}`,
  corpus: "own",
  path: `/${speaker}-${i}.wav`,
  emotion: "sad",
  speaker: `own/${speaker}`,
  ...told,
});

const ALL = official("ravdess", "crema-d", "tess", "savee");
const options = fc.record({
  kind: fc.constant("speaker" as const),
  seed: fc.integer(),
  testShare: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
  validationShare: fc.double({ min: 0.01, max: 0.4, noNaN: true }),
});
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("speaker split", () => {
  test("shares by speakers, both sexes, words in TESS, no validation where it would leave fewer than two men of SAVEE", () => {
    const split = splitUtterances(ALL, { kind: "speaker", seed: 1 }) as SpeakerSplit;
    const sizes = Object.entries(split.corpora).map(([name, c]) => [
      name,
      c.train.length,
      c.validation.length,
      c.test.length,
    ]);
    expect(sizes).toEqual([
      ["ravdess", 17, 2, 5],
      ["crema-d", 64, 9, 18],
      ["tess", 140, 20, 40],
      ["savee", 2, 1, 1],
    ]);
    const sexes = (speakers: readonly string[]): number[] =>
      ["female", "male"].map((sex) => speakers.filter((s) => ALL.find((u) => u.speaker === s)!.sex === sex).length);
    expect(sexes(split.corpora["ravdess"]!.test).sort()).toEqual([2, 3]);
    expect(sexes(split.corpora["ravdess"]!.validation)).toEqual([1, 1]);
    // 43 of 91 are women: 18 · 43/91 = 8.5.
    expect([8, 9]).toContain(sexes(split.corpora["crema-d"]!.test)[0]);
    expect(split.notes).toEqual([
      "tess: 2 speakers, so sentences instead of speakers are kept apart; its speakers are in every part",
    ]);
  });

  test("three men of SAVEE give one to the test and none to validation", () => {
    const three = official("savee").filter((u) => u.speaker !== "savee/JK");
    const split = splitUtterances(three, { kind: "speaker", seed: 0 }) as SpeakerSplit;
    expect([split.corpora["savee"]!.test.length, split.corpora["savee"]!.validation.length]).toEqual([1, 0]);
    expect(split.notes).toEqual(["savee: only 2 speakers are left for training, so none is kept for validation"]);
    const jk = ALL.find((u) => u.speaker === "savee/JK")!;
    expect(partOf(split, jk)).toBe("unseen");
  });

  test("property: no group in two parts, a test group in every corpus, the same from the stored value", () => {
    fc.assert(
      fc.property(options, (settings) => {
        const split = splitUtterances(ALL, settings);
        assertDisjoint(split, ALL);
        const parts = new Map<string, Set<string>>();
        for (const u of ALL) {
          const group = u.corpus === "tess" ? u.sentence! : u.speaker;
          parts.set(group, (parts.get(group) ?? new Set()).add(partOf(split, u)));
        }
        for (const each of parts.values()) expect(each.size).toBe(1);
        for (const { test, train } of Object.values((split as SpeakerSplit).corpora)) {
          expect(test.length).toBeGreaterThan(0);
          expect(train.length).toBeGreaterThan(0);
        }
        const reversed = splitUtterances(ALL.toReversed(), settings) as SpeakerSplit;
        expect(reversed.corpora).toEqual((split as SpeakerSplit).corpora);
        expect(stored(split)).toEqual(split);
      }),
      { numRuns: 15 },
    );
  });

  test("property: fewer recordings of the same speakers, or another corpus beside them, change nothing", () => {
    fc.assert(
      fc.property(options, fc.integer({ min: 2, max: 5 }), (settings, every) => {
        const ravdess = official("ravdess");
        const whole = splitUtterances(ALL, settings) as SpeakerSplit;
        const thinned = splitUtterances(
          ravdess.filter((_, i) => i % every === 0),
          settings,
        ) as SpeakerSplit;
        expect(thinned.corpora["ravdess"]).toEqual(whole.corpora["ravdess"]);
      }),
      { numRuns: 10 },
    );
  });

  test("other seeds choose other speakers", () => {
    const tests = [1, 2, 3].map(
      (seed) => (splitUtterances(ALL, { kind: "speaker", seed }) as SpeakerSplit).corpora["ravdess"]!.test,
    );
    expect(new Set(tests.map((speakers) => speakers.join())).size).toBe(3);
  });

  test("what the split never met is unseen", () => {
    const split = splitUtterances(ALL, { kind: "speaker", seed: 1 });
    const first = ALL[0]!;
    expect(partOf(split, { ...first, speaker: "ravdess/99" })).toBe("unseen");
    expect(partOf(split, own("a", 1))).toBe("unseen");
    expect(partOf(split, { ...own("a", 1), corpus: "constructor" })).toBe("unseen");
    const tess = ALL.find((u) => u.corpus === "tess")!;
    expect(partOf(split, { ...tess, sentence: "zebra" })).toBe("unseen");
    expect(partOf(split, { ...tess, speaker: "tess/XAF" })).toBe("unseen");
    const { sentence: _, ...wordless } = tess;
    expect(partOf(split, wordless)).toBe("train");
  });

  test("one speaker: sentences, else recordings, and the notes say so", () => {
    const sentences = Array.from({ length: 50 }, (_, i) => own("me", i, { sentence: `s${i % 10}` }));
    const bySentence = splitUtterances(sentences, { kind: "speaker", seed: 3 }) as SpeakerSplit;
    expect(bySentence.corpora["own"]).toMatchObject({ groupBy: "sentence" });
    expect(bySentence.corpora["own"]!.test).toHaveLength(2);
    assertDisjoint(bySentence, sentences);

    const plain = Array.from({ length: 2000 }, (_, i) => own("me", i));
    const byRecording = stored(splitUtterances(plain, { kind: "speaker", seed: 3 })) as SpeakerSplit;
    expect(byRecording.notes).toEqual([
      "own: one speaker, so recordings instead of speakers are kept apart; its speakers are in every part",
    ]);
    const tested = plain.filter((u) => partOf(byRecording, u) === "test").length;
    expect(tested / plain.length).toBeCloseTo(0.2, 1);
    expect(partOf(byRecording, own("you", 1))).toBe("unseen");
  });

  test("the guard finds a group in two parts", () => {
    const split = splitUtterances(ALL, { kind: "speaker", seed: 1 }) as SpeakerSplit;
    const ravdess = split.corpora["ravdess"]!;
    const broken: Split = {
      ...split,
      corpora: { ...split.corpora, ravdess: { ...ravdess, test: [...ravdess.test, ravdess.train[0]!] } },
    };
    expect(() => assertDisjoint(broken)).toThrow(
      `the speaker "${ravdess.train[0]}" of ravdess is listed more than once`,
    );
  });

  test("refuses shares that leave nothing to train on", () => {
    for (const shares of [
      { testShare: -0.1 },
      { testShare: 1 },
      { testShare: Number.NaN },
      { testShare: 0.6, validationShare: 0.4 },
    ]) {
      expect(() => splitUtterances(ALL, { kind: "speaker", seed: 1, ...shares })).toThrow(/^split: /);
    }
    const none = splitUtterances(ALL, { kind: "speaker", seed: 1, testShare: 0, validationShare: 0 }) as SpeakerSplit;
    expect(Object.values(none.corpora).every((c) => c.test.length + c.validation.length === 0)).toBe(true);
  });
});

describe("random split", () => {
  test("every recording by itself: shares hold, other recordings do not matter, it survives storage", () => {
    const split = splitUtterances(ALL, { kind: "random", seed: 5, testShare: 0.25, validationShare: 0.15 });
    const parts = ALL.map((u) => partOf(split, u));
    const share = (part: string): number => parts.filter((each) => each === part).length / parts.length;
    // Binomial: 12,162 draws, four standard deviations are 0.016.
    expect(Math.abs(share("test") - 0.25)).toBeLessThan(0.016);
    expect(Math.abs(share("validation") - 0.15)).toBeLessThan(0.016);
    const fewer = stored(
      splitUtterances(official("savee"), { kind: "random", seed: 5, testShare: 0.25, validationShare: 0.15 }),
    );
    for (const u of official("savee")) expect(partOf(fewer, u)).toBe(partOf(split, u));
    expect(partOf(fewer, ALL[0]!)).toBe("unseen");
    expect(() => assertDisjoint(split, ALL)).not.toThrow();
  });

  test("the seed matters", () => {
    const of = (seed: number): string =>
      ALL.map((u) =>
        partOf(splitUtterances(ALL.slice(0, 1), { kind: "random", seed }), { ...u, speaker: ALL[0]!.speaker }),
      ).join();
    expect(of(1)).not.toBe(of(2));
  });
});

test("the exclusion list names nine recordings, each an official name, and parts them off", () => {
  const { kept, excluded } = applyExclusions(ALL);
  expect(excluded.map(({ utterance }) => utterance.id).sort()).toEqual([...KNOWN_BAD.reasons.keys()].sort());
  expect(excluded).toHaveLength(9);
  expect(kept).toHaveLength(1440 + 7442 + 2800 + 480 - 9);
  expect(excluded.every(({ reason }) => reason.length > 0)).toBe(true);
});

test("describeSplit counts by corpus, part and emotion", () => {
  const savee = official("savee");
  const split = splitUtterances(savee, { kind: "speaker", seed: 1, validationShare: 0 });
  const emotions = { angry: 15, disgust: 15, fear: 15, happy: 15, neutral: 30, sad: 15, surprise: 15 };
  const times3 = Object.fromEntries(Object.entries(emotions).map(([k, n]) => [k, n * 3]));
  expect(describeSplit(split, savee)).toEqual([
    { corpus: "savee", part: "train", recordings: 360, speakers: 3, emotions: times3 },
    { corpus: "savee", part: "test", recordings: 120, speakers: 1, emotions },
  ]);
  expect(renderSplit(split, savee)).toMatchInlineSnapshot(`
    "corpus  part   recordings  speakers  angry  disgust  fear  happy  neutral  sad  surprise
    savee   train         360         3     45       45    45     45       90   45        45
    savee   test          120         1     15       15    15     15       30   15        15"
  `);
});
