import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CORPORA, CREMA_D, RAVDESS, SAVEE, TESS } from "../../src/corpora/index.ts";
import { scanCorpora } from "../../src/corpora/index.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";

describe("official names", () => {
  // The counts that each corpus's own publication or download page states.
  test.each([
    ["ravdess", 1440, 24, [60]],
    ["crema-d", 7442, 91, [82, 81, 76]],
    ["tess", 2800, 2, [1400]],
    ["savee", 480, 4, [120]],
  ] as const)("%s has %i recordings of %i speakers", (name, count, speakers, perSpeaker) => {
    const corpus = CORPORA.find((each) => each.name === name)!;
    const official = [...corpus.official()];
    expect(corpus.officialCount).toBe(count);
    expect(official.flatMap(([, names]) => names)).toHaveLength(count);
    expect(official.map(([speaker]) => speaker)).toEqual([...corpus.speakers]);
    expect(corpus.speakers).toHaveLength(speakers);
    expect(new Set(official.map(([, names]) => names.length))).toEqual(new Set(perSpeaker));
  });

  test.each(CORPORA)("$name reads each of them as itself", (corpus) => {
    for (const [speaker, names] of corpus.official()) {
      for (const name of names) expect(corpus.parse(name.split("/"))).toMatchObject({ name, speaker });
    }
  });

  test("no name belongs to two corpora", () => {
    for (const corpus of CORPORA) {
      const [name] = [...corpus.official().values()][0]!;
      expect(CORPORA.filter((each) => each.parse(name!.split("/")) !== undefined)).toEqual([corpus]);
    }
  });
});

describe("RAVDESS", () => {
  test("codes", () => {
    expect(RAVDESS.parse(["03-01-06-02-01-02-12"])).toEqual({
      name: "03-01-06-02-01-02-12",
      speaker: "12",
      emotion: "fear",
      sex: "female",
      sentence: "kids",
      intensity: "strong",
      take: "2",
    });
    expect(RAVDESS.parse(["03-01-02-01-02-01-07"])).toMatchObject({ emotion: "calm", sex: "male", sentence: "dogs" });
  });
  test("songs and videos are left out", () => {
    expect(RAVDESS.parse(["03-02-06-02-01-02-12"])).toEqual({ leftOut: "song" });
    expect(RAVDESS.parse(["01-01-06-02-01-02-12"])).toEqual({ leftOut: "video" });
    expect(RAVDESS.parse(["02-02-06-02-01-02-12"])).toEqual({ leftOut: "video" });
  });
  test.each([
    "03-01-09-01-01-01-01",
    "03-01-01-02-01-01-01",
    "03-01-05-01-01-01-25",
    "03-01-05-01-01-01-00",
    "03-01-05-01-01-01",
  ])("%s is no name of it", (name) => expect(RAVDESS.parse([name])).toBeUndefined());
});

describe("TESS", () => {
  test.each([
    ["OAF_back_angry", "OAF_back_angry", "angry"],
    ["OA_bite_neutral", "OAF_bite_neutral", "neutral"],
    ["YAF_dog_ps", "YAF_dog_ps", "surprise"],
    ["YAF_dog_pleasant_surprise", "YAF_dog_ps", "surprise"],
    ["YAF_dog_pleasant_surprised", "YAF_dog_ps", "surprise"],
    ["yaf_Dog_FEAR", "YAF_dog_fear", "fear"],
  ])("%s is %s", (written, name, emotion) => {
    expect(TESS.parse(["any", "folder", written])).toEqual({
      name,
      emotion,
      speaker: name.slice(0, 3),
      sex: "female",
      sentence: name.split("_")[1],
    });
  });
  test.each(["OAF_back", "OAF_back_calm", "OAF_back_constructor", "XAF_back_angry"])("%s is no name of it", (name) =>
    expect(TESS.parse([name])).toBeUndefined(),
  );
});

describe("CREMA-D", () => {
  test("codes", () => {
    expect(CREMA_D.parse(["1091_IEO_DIS_MD"])).toEqual({
      name: "1091_IEO_DIS_MD",
      speaker: "1091",
      emotion: "disgust",
      sex: "female",
      sentence: "IEO",
      intensity: "medium",
    });
    expect(CREMA_D.parse(["1001_DFA_HAP_XX"])).not.toHaveProperty("intensity");
  });
  test("the corpus's own misspelling", () => {
    expect(CREMA_D.parse(["1040_ITH_SAD_X"])).toMatchObject({ name: "1040_ITH_SAD_XX" });
  });
  test("48 men and 43 women", () => {
    const sexes = CREMA_D.speakers.map((actor) => (CREMA_D.parse([`${actor}_DFA_NEU_XX`]) as { sex: string }).sex);
    expect(sexes.filter((sex) => sex === "male")).toHaveLength(48);
    expect(sexes.filter((sex) => sex === "female")).toHaveLength(43);
  });
  test.each(["1000_DFA_ANG_XX", "1092_DFA_ANG_XX", "1001_ABC_ANG_XX", "1001_DFA_SUR_XX", "1001_DFA_ANG"])(
    "%s is no name of it",
    (name) => expect(CREMA_D.parse([name])).toBeUndefined(),
  );
});

describe("SAVEE", () => {
  test.each([
    [["DC", "a01"], "DC/a01", "angry"],
    [["AudioData", "JK", "su15"], "JK/su15", "surprise"],
    [["KL", "wav", "sa03"], "KL/sa03", "sad"],
    [["ALL", "JE_n30"], "JE/n30", "neutral"],
  ])("%j is %s", (segments, name, emotion) => {
    const [speaker, sentence] = name.split("/");
    expect(SAVEE.parse(segments)).toEqual({ name, emotion, speaker, sex: "male", sentence });
  });
  test.each([[["a01"]], [["other", "a01"]], [["DC", "a16"]], [["DC", "n31"]], [["DC", "b01"]], [["DC", "a1"]]])(
    "%j is no name of it",
    (segments) => expect(SAVEE.parse(segments)).toBeUndefined(),
  );
});

describe.skipIf(!HAS_DATA)("the corpora on disk", () => {
  test.each(CORPORA)("$name equals its manifest", async (corpus) => {
    const folder = `${DATA_FOLDER}/${corpus.name}`;
    const rows = readFileSync(`${folder}/manifest.csv`, "utf8").trim().split("\n").slice(1);
    const expected = rows.map((row) => {
      const [file, speaker, sex, emotion] = row.split(",");
      return {
        path: `${folder}/${file}`,
        speaker: `${corpus.name}/${speaker}`,
        sex: sex === "f" ? "female" : "male",
        emotion,
      };
    });
    const { utterances } = await scanCorpora([folder]);
    const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
    expect(utterances.map(({ path, speaker, sex, emotion }) => ({ path, speaker, sex, emotion })).sort(byPath)).toEqual(
      expected.sort(byPath),
    );
  });
});
