import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  assertDisjoint,
  chosenFolds,
  CORPORA,
  coverageOf,
  foldSplit,
  officialUtterances,
  partOf,
  protocolNamed,
  PROTOCOLS,
  renderCoverage,
  scanCorpora,
  twinsOf,
  type FoldCorpus,
  type Protocol,
  type SpeakerSplit,
  type Utterance,
} from "../../src/corpora/index.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";

const COMPLETE = CORPORA.flatMap(officialUtterances);
/** The speakers that are kept back from the recordings for development, by corpus. */
const KEPT_BACK: Readonly<Record<string, string>> = {
  ravdess: "06 13 17 22",
  "crema-d": "1001 1004 1017 1019 1020 1025 1026 1029 1033 1035 1042 1044 1050 1053 1056 1058 1060 1069 1083",
  tess: "",
  savee: "JK",
};
const isKeptBack = ({ corpus, speaker }: Utterance): boolean =>
  KEPT_BACK[corpus]!.split(" ").includes(speaker.slice(corpus.length + 1));
const ON_DISK = COMPLETE.filter((utterance) => !isKeptBack(utterance));

const own = (protocol: Protocol, utterances: readonly Utterance[]): Utterance[] =>
  utterances.filter(({ corpus }) => protocol.corpora.includes(corpus));
const declared = (protocol: Protocol, fold: number, corpus: string): FoldCorpus => {
  const { corpora } = protocol.folds[fold - 1]!;
  if (corpora === "random") throw new Error("random");
  return corpora[corpus]!;
};
const distinctSorted = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** As published: arXiv 2406.07162 and github.com/nttcslab/eval-audio-repr. */
const EMOBOX = ["01 11 20 21", "04 10 12 14", "08 09 19 23", "03 05 07 24", "02 15 16 18", "06 13 17 22"];
const EVAR_VALIDATION = "1009 1011 1022 1034 1039 1047 1066 1070 1082";

describe("the published folds", () => {
  test.each(EMOBOX.map((actors, i) => [i + 1, actors] as const))("RAVDESS, EmoBox fold %i: %s", (fold, actors) => {
    for (const name of ["ravdess-emobox", "four-corpora"]) {
      const { test: tested, train } = declared(protocolNamed(name), fold, "ravdess");
      expect(tested.join(" ")).toBe(actors);
      expect([...train, ...tested].sort()).toEqual(
        Array.from({ length: 24 }, (_, i) => String(i + 1).padStart(2, "0")),
      );
    }
  });

  test("SAVEE: JE, KL, DC, JK; none in folds 5 and 6 of the four corpora, where all four train", () => {
    const speakers = (name: string, fold: number): string =>
      declared(protocolNamed(name), fold, "savee").test.join(" ");
    expect([1, 2, 3, 4].map((fold) => speakers("savee-loso", fold))).toEqual(["JE", "KL", "DC", "JK"]);
    expect([1, 2, 3, 4, 5, 6].map((fold) => speakers("four-corpora", fold))).toEqual(["JE", "KL", "DC", "JK", "", ""]);
    expect(declared(protocolNamed("four-corpora"), 6, "savee").train).toEqual(["DC", "JE", "JK", "KL"]);
  });

  test("CREMA-D, EVAR: 19 test, 9 validation and 63 training speakers; dev tests on the nine", () => {
    const evar = declared(protocolNamed("cremad-evar"), 1, "crema-d");
    expect(evar.test.join(" ")).toBe(KEPT_BACK["crema-d"]);
    expect(evar.validation!.join(" ")).toBe(EVAR_VALIDATION);
    expect(evar.train).toHaveLength(63);
    expect(new Set([...evar.train, ...evar.test, ...evar.validation!]).size).toBe(91);
    const dev = declared(protocolNamed("cremad-evar-dev"), 1, "crema-d");
    expect(dev.test.join(" ")).toBe(EVAR_VALIDATION);
    expect([...dev.train].sort()).toEqual([...evar.train].sort());
    expect(dev.validation).toBeUndefined();
  });
});

describe("the fixed sixths of the four corpora", () => {
  const sixths = (corpus: string): string[][] =>
    [1, 2, 3, 4, 5, 6].map((fold) => [...declared(protocolNamed("four-corpora"), fold, corpus).test]);

  test("every official speaker of CREMA-D and every word of TESS is tested once", () => {
    expect(sixths("crema-d").flat().sort()).toEqual(Array.from({ length: 91 }, (_, i) => String(1001 + i)));
    const words = distinctSorted(COMPLETE.filter(({ corpus }) => corpus === "tess").map((each) => each.sentence!));
    expect(words).toHaveLength(200);
    expect(sixths("tess").flat().sort()).toEqual(words);
  });

  test("are equal in size and in the share of women", () => {
    const women = new Set(COMPLETE.filter(({ sex }) => sex === "female").map(({ speaker }) => speaker));
    const count = (sixth: readonly string[]): number => sixth.filter((each) => women.has(`crema-d/${each}`)).length;
    // 43 women and 48 men.
    expect(sixths("crema-d").map((sixth) => sixth.length - count(sixth))).toEqual([8, 8, 8, 8, 8, 8]);
    expect(
      sixths("crema-d")
        .map(count)
        .toSorted((a, b) => a - b),
    ).toEqual([7, 7, 7, 7, 7, 8]);
    expect(distinctSorted(sixths("tess").map(({ length }) => String(length)))).toEqual(["33", "34"]);
  });

  test("never change: results of different days are comparable", () => {
    // Fixed on the day that the protocol was made; a change is another protocol and needs another name.
    expect(sixths("crema-d")[0]!.join(" ")).toBe(
      "1010 1013 1015 1019 1020 1024 1029 1031 1042 1057 1058 1062 1063 1067 1079 1083",
    );
    expect(sixths("tess")[5]!.slice(0, 8).join(" ")).toBe("back bar base bean cause deep dog gap");
  });
});

describe.each(PROTOCOLS.map((protocol) => [protocol.name, protocol] as const))("%s", (_, protocol) => {
  test.each([
    ["complete corpora", COMPLETE],
    ["the corpora without those kept back", ON_DISK],
  ])("no declared group in two parts, nothing lost: %s", (__, all) => {
    const utterances = own(protocol, all);
    for (const fold of protocol.folds) {
      for (const seed of [1, 2, -7]) {
        const split = foldSplit(fold, utterances, { seed });
        assertDisjoint(split, utterances);
        const parts = utterances.map((utterance) => partOf(split, utterance));
        const left = distinctSorted(utterances.filter((_u, i) => parts[i] === "unseen").map(({ speaker }) => speaker));
        // EVAR's test speakers stay untouched by its development twin.
        const spared = protocol.name === "cremad-evar-dev" && all === COMPLETE ? KEPT_BACK["crema-d"]!.split(" ") : [];
        expect(left).toEqual(spared.map((speaker) => `crema-d/${speaker}`));
        if (protocol.leaky) continue;
        const speakersIn = (part: string, corpus: string): string[] =>
          distinctSorted(utterances.filter((u, i) => u.corpus === corpus && parts[i] === part).map((u) => u.speaker));
        for (const corpus of protocol.corpora.filter((name) => name !== "tess")) {
          const everywhere = ["train", "validation", "test"].flatMap((part) => speakersIn(part, corpus));
          expect(everywhere, `fold ${fold.fold}, ${corpus}`).toHaveLength(new Set(everywhere).size);
        }
      }
    }
  });

  test("test parts do not hang on the seed, validation does; it is about a tenth", () => {
    if (protocol.leaky) return;
    const utterances = own(protocol, COMPLETE);
    for (const fold of protocol.folds) {
      const [one, two] = [1, 2].map((seed) => foldSplit(fold, utterances, { seed }) as SpeakerSplit);
      for (const corpus of Object.keys(one!.corpora)) {
        const [a, b] = [one!.corpora[corpus]!, two!.corpora[corpus]!];
        expect(a.test).toEqual(b.test);
        const pool = a.train.length + a.validation.length;
        if (protocol.name === "cremad-evar" || pool === 0) continue;
        expect(a.validation.length, `fold ${fold.fold}, ${corpus}`).toBe(Math.max(1, Math.round(pool / 10)));
        if (pool > 50) expect(a.validation).not.toEqual(b.validation);
      }
    }
  });
});

describe("validation", () => {
  test("takes men and women of CREMA-D in proportion, and no speaker of SAVEE where two are left", () => {
    const sexOf = new Map(ON_DISK.map(({ speaker, sex }) => [speaker, sex]));
    const split = foldSplit(protocolNamed("four-corpora").folds[0]!, ON_DISK, { seed: 3 }) as SpeakerSplit;
    const drawn = split.corpora["crema-d"]!.validation.map((speaker) => sexOf.get(speaker));
    expect(drawn).toHaveLength(Math.round((72 - split.corpora["crema-d"]!.test.length) / 10));
    expect(drawn.filter((sex) => sex === "male").length).toBeGreaterThanOrEqual(2);
    expect(drawn.filter((sex) => sex === "female").length).toBeGreaterThanOrEqual(2);
    expect(split.corpora["savee"]).toMatchObject({
      test: ["savee/JE"],
      validation: [],
      train: ["savee/DC", "savee/KL"],
    });
    expect(split.notes).toEqual([
      "fold 1: savee has only 2 speakers left for training, so none is kept for validation",
    ]);
  });

  test("of tess-cross-speaker is a tenth of the training speaker's words; the test speaker is in no other part", () => {
    const tess = own(protocolNamed("tess-cross-speaker"), COMPLETE);
    for (const [i, [learnt, tested]] of [
      ["OAF", "YAF"],
      ["YAF", "OAF"],
    ].entries()) {
      const fold = protocolNamed("tess-cross-speaker").folds[i]!;
      expect(fold.title).toBe(`${learnt} → ${tested}`);
      const split = foldSplit(fold, tess, { seed: 1 });
      const part = (name: string): Utterance[] => tess.filter((utterance) => partOf(split, utterance) === name);
      expect(distinctSorted(part("test").map(({ speaker }) => speaker))).toEqual([`tess/${tested}`]);
      expect(part("test")).toHaveLength(1400);
      const wordsOf = (name: string): string[] => distinctSorted(part(name).map(({ sentence }) => sentence!));
      expect(wordsOf("validation")).toHaveLength(20);
      expect(wordsOf("train")).toHaveLength(180);
      expect(wordsOf("train").some((word) => wordsOf("validation").includes(word))).toBe(false);
      expect(distinctSorted([...part("train"), ...part("validation")].map((u) => u.speaker))).toEqual([
        `tess/${learnt}`,
      ]);
    }
  });
});

describe("a random split", () => {
  test("is the split of ser train --split random, and keeps identical audio on one side", () => {
    const [fold] = protocolNamed("random-split").folds;
    // Every recording of SAVEE's DC has the audio of the one of JE with the same name.
    const facts = (u: Utterance): { pcmHash: string } => ({ pcmHash: u.id.replace("/DC/", "/JE/") });
    const twins = twinsOf(COMPLETE.map((utterance) => ({ utterance, facts: facts(utterance) })));
    expect(Object.keys(twins)).toHaveLength(120);
    expect(twins["savee/JE/a01"]).toBe("savee/DC/a01");
    const [apart, together] = [foldSplit(fold!, COMPLETE, { seed: 5 }), foldSplit(fold!, COMPLETE, { seed: 5, twins })];
    const pairs = COMPLETE.filter(({ id }) => id.startsWith("savee/DC/")).map((dc) => [
      dc,
      COMPLETE.find(({ id }) => id === dc.id.replace("/DC/", "/JE/"))!,
    ]);
    expect(pairs.some(([a, b]) => partOf(apart, a!) !== partOf(apart, b!))).toBe(true);
    expect(pairs.every(([a, b]) => partOf(together, a!) === partOf(together, b!))).toBe(true);
    expect(COMPLETE.every((u) => u.id in twins || partOf(apart, u) === partOf(together, u))).toBe(true);
  });
});

describe("what is missing", () => {
  const header = (name: string, utterances: readonly Utterance[], wanted?: readonly number[]): string => {
    const protocol = protocolNamed(name);
    return renderCoverage(
      protocol,
      coverageOf(protocol, chosenFolds(protocol.folds, wanted), own(protocol, utterances)),
    );
  };

  test("nothing, where the corpora are complete", () => {
    expect(header("four-corpora", COMPLETE)).toBe("6 of 6 folds");
    expect(header("random-split", COMPLETE)).toBe("1 of 1 fold");
  });

  test.each([
    ["ravdess-emobox", "5 of 6 folds (not on disk: fold 6, testing 06 13 17 22); training without 06 13 17 22"],
    ["savee-loso", "3 of 4 folds (not on disk: fold 4, testing JK); training without JK"],
    ["cremad-evar", `0 of 1 fold (not on disk: fold 1, testing ${KEPT_BACK["crema-d"]})`],
    ["cremad-evar-dev", "1 of 1 fold"],
    ["tess-cross-speaker", "2 of 2 folds"],
    [
      "random-split",
      `1 of 1 fold; testing and training without RAVDESS 06 13 17 22, CREMA-D ${KEPT_BACK["crema-d"]}, SAVEE JK`,
    ],
    [
      "four-corpora",
      `6 of 6 folds; testing and training without RAVDESS 06 13 17 22, CREMA-D ${KEPT_BACK["crema-d"]}, SAVEE JK`,
    ],
  ])("%s: %s", (name, text) => expect(header(name, ON_DISK)).toBe(text));

  test("a corpus of which nothing is there is named as a whole", () => {
    const some = COMPLETE.filter(({ corpus, speaker }) => corpus !== "tess" && speaker !== "savee/JK");
    expect(header("four-corpora", some)).toBe("6 of 6 folds; testing and training without all of TESS, SAVEE JK");
  });

  test("folds that were not asked for are said to be, and a fold that does not exist is refused", () => {
    expect(header("ravdess-emobox", COMPLETE, [1, 3])).toBe("2 of 6 folds (not asked for: 2 4 5 6)");
    expect(() => header("ravdess-emobox", COMPLETE, [7])).toThrow("folds: 7 is none; there are 1, 2, 3, 4, 5, 6");
  });

  test("by fold and part, with the number of recordings against the official one", () => {
    const protocol = protocolNamed("ravdess-emobox");
    // Actor 11 with one recording less, actor 20 with none.
    const some = ON_DISK.filter(({ id, speaker }) => speaker !== "ravdess/20" && id !== "ravdess/03-01-05-01-01-01-11");
    const [first, , , , , sixth] = coverageOf(protocol, protocol.folds, own(protocol, some));
    expect(first).toMatchObject({
      missing: false,
      corpora: [
        {
          corpus: "ravdess",
          test: { recordings: 179, official: 240, missing: ["20"] },
          train: { recordings: 960, official: 1200, missing: ["06", "13", "17", "22"] },
        },
      ],
    });
    expect(sixth).toMatchObject({
      missing: true,
      corpora: [{ test: { recordings: 0, missing: ["06", "13", "17", "22"] } }],
    });
  });

  test("in TESS a speaker, or a word", () => {
    const protocol = protocolNamed("leave-one-corpus-out");
    const some = COMPLETE.filter(({ speaker, sentence }) => speaker !== "tess/YAF" && sentence !== "youth");
    const coverage = coverageOf(protocol, protocol.folds, some);
    const tess = coverage[2]!.corpora.find(({ corpus }) => corpus === "tess")!;
    expect(tess.test).toEqual({ recordings: 199 * 7, official: 2800, missing: ["YAF", "youth"] });
    expect(tess.train).toEqual({ recordings: 0, official: 0, missing: [] });
  });
});

test("an unknown protocol names those there are", () => {
  expect(() => protocolNamed("emobox")).toThrow(
    'protocol: "emobox" is none; there are four-corpora, ravdess-emobox, savee-loso',
  );
});

describe.skipIf(!HAS_DATA)("on the real recordings, against the manifests", () => {
  test("each fold tests exactly the recordings of its speakers", async () => {
    const { utterances } = await scanCorpora(CORPORA.map(({ name }) => `${DATA_FOLDER}/${name}`));
    const rows = (corpus: string): { path: string; speaker: string }[] =>
      readFileSync(`${DATA_FOLDER}/${corpus}/manifest.csv`, "utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => ({ path: `${DATA_FOLDER}/${corpus}/${line.split(",")[0]}`, speaker: line.split(",")[1]! }));
    const tested = (name: string, fold: number, corpus: string): string[] => {
      const protocol = protocolNamed(name);
      const split = foldSplit(protocol.folds[fold - 1]!, own(protocol, utterances), { seed: 1 });
      return utterances
        .filter((u) => u.corpus === corpus && partOf(split, u) === "test")
        .map((u) => u.path)
        .sort();
    };
    const expected = (corpus: string, speakers: string): string[] =>
      rows(corpus)
        .filter(({ speaker }) => speakers.split(" ").includes(speaker))
        .map((row) => row.path)
        .sort();
    for (const [i, actors] of EMOBOX.entries()) {
      expect(tested("ravdess-emobox", i + 1, "ravdess")).toEqual(expected("ravdess", actors));
      expect(tested("four-corpora", i + 1, "ravdess")).toEqual(expected("ravdess", actors));
      expect(expected("ravdess", actors)).toHaveLength(i === 5 ? 0 : 240);
    }
    for (const [i, speaker] of ["JE", "KL", "DC", "JK"].entries()) {
      expect(tested("savee-loso", i + 1, "savee")).toEqual(expected("savee", speaker));
    }
    expect(tested("cremad-evar-dev", 1, "crema-d")).toEqual(expected("crema-d", EVAR_VALIDATION));
    expect(tested("leave-one-corpus-out", 3, "tess")).toHaveLength(rows("tess").length);
    const protocol = protocolNamed("ravdess-emobox");
    expect(renderCoverage(protocol, coverageOf(protocol, protocol.folds, own(protocol, utterances)))).toBe(
      "5 of 6 folds (not on disk: fold 6, testing 06 13 17 22); training without 06 13 17 22",
    );
  });
});
