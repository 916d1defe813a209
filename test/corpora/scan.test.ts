import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { scanCorpora, type Problem, type ProblemCode } from "../../src/corpora/index.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";
import { tree } from "./trees.ts";

const withCode = (problems: readonly Problem[], code: ProblemCode): Problem[] =>
  problems.filter((problem) => problem.code === code);

describe("scanCorpora", () => {
  test("finds each corpus however nested and in any audio format, and says what is missing", async () => {
    const root = tree([
      "a/ravdess/Actor_01/03-01-05-01-01-01-01.flac",
      "a/crema/1001_DFA_ANG_XX.WAV",
      "b/TESS/OAF_angry/OAF_back_angry.mp3",
      "b/savee/DC/a01.m4a",
      "b/savee/DC/a02.ogg",
      "b/savee/readme.txt",
    ]);
    const { utterances, problems } = await scanCorpora([root]);
    expect(utterances.map(({ id }) => id)).toEqual([
      "ravdess/03-01-05-01-01-01-01",
      "crema-d/1001_DFA_ANG_XX",
      "tess/OAF_back_angry",
      "savee/DC/a01",
      "savee/DC/a02",
    ]);
    expect(utterances[0]).toEqual({
      id: "ravdess/03-01-05-01-01-01-01",
      corpus: "ravdess",
      path: path.join(root, "a/ravdess/Actor_01/03-01-05-01-01-01-01.flac"),
      speaker: "ravdess/01",
      emotion: "angry",
      sex: "male",
      sentence: "kids",
      intensity: "normal",
      take: "1",
    });
    expect(problems.map(({ code }) => code)).toEqual(["missing", "missing", "missing", "missing"]);
    expect(problems[3]!.message).toBe(
      "SAVEE: 2 of the official 480 recordings; only of speaker DC; incomplete: DC (2 of 120)",
    );
  });

  test("the known copy of RAVDESS that has every actor twice counts once", async () => {
    const root = tree([
      "archive/Actor_01/03-01-05-01-01-01-01.wav",
      "archive/Actor_01/03-01-05-01-01-02-01.wav",
      "archive/audio_speech_actors_01-24/Actor_01/03-01-05-01-01-01-01.wav",
      "archive/audio_speech_actors_01-24/Actor_01/03-01-05-01-01-02-01.wav",
    ]);
    const { utterances, problems } = await scanCorpora([root]);
    expect(utterances.map((u) => path.relative(root, u.path))).toEqual([
      "archive/Actor_01/03-01-05-01-01-01-01.wav",
      "archive/Actor_01/03-01-05-01-01-02-01.wav",
    ]);
    expect(withCode(problems, "duplicate_name")).toHaveLength(2);
  });

  test("the folder with most of a corpus wins over one with a few copies, wherever it sorts", async () => {
    const root = tree(["a-copies/OAF_back_angry.wav", "tess/OAF_back_angry.opus", "tess/OAF_back_sad.opus"]);
    for (const sources of [[root], [`${root}/a-copies`, `${root}/tess`], [`${root}/tess`, `${root}/a-copies`, root]]) {
      const { utterances, problems } = await scanCorpora(sources);
      expect(utterances.map((u) => path.relative(root, u.path))).toEqual([
        "tess/OAF_back_angry.opus",
        "tess/OAF_back_sad.opus",
      ]);
      expect(withCode(problems, "duplicate_name").map((p) => p.paths)).toEqual([
        [`${root}/tess/OAF_back_angry.opus`, `${root}/a-copies/OAF_back_angry.wav`],
      ]);
    }
  });

  test("overlapping folders, links and loops meet each file once", async () => {
    const root = tree(["tess/OAF_back_angry.wav", "tess/inner/OAF_back_sad.wav"]);
    symlinkSync(root, path.join(root, "tess/inner/loop"));
    symlinkSync(path.join(root, "tess/OAF_back_angry.wav"), path.join(root, "again_OAF.wav"));
    symlinkSync(path.join(root, "nowhere.wav"), path.join(root, "broken.wav"));
    const { utterances, problems } = await scanCorpora([`${root}/tess/inner`, `${root}/tess`, root]);
    expect(utterances.map(({ id }) => id)).toEqual(["tess/OAF_back_angry", "tess/OAF_back_sad"]);
    expect(withCode(problems, "duplicate_name")).toEqual([]);
    expect(withCode(problems, "folder_empty")).toEqual([]);
    expect(withCode(problems, "unreadable").some((p) => p.paths[0]!.endsWith("broken.wav"))).toBe(true);
  });

  test("two names linked to one stored file are two recordings", async () => {
    const root = tree({ "store/4f2a.wav": "" });
    mkdirSync(path.join(root, "crema-d"));
    for (const name of ["1006_TIE_HAP_XX.wav", "1006_TIE_NEU_XX.wav"]) {
      symlinkSync(path.join(root, "store/4f2a.wav"), path.join(root, "crema-d", name));
    }
    const { utterances, problems } = await scanCorpora([root]);
    expect(utterances.map(({ id }) => id)).toEqual(["crema-d/1006_TIE_HAP_XX", "crema-d/1006_TIE_NEU_XX"]);
    expect(problems.map(({ code }) => code)).toEqual(["missing"]);
  });

  test("unknown names are reported with the corpus in whose folder they lie; hidden files are not", async () => {
    const root = tree(["savee/DC/a01.wav", "savee/DC/hello.wav", "savee/DC/._a02.wav", "elsewhere/x.wav"]);
    const unknown = withCode((await scanCorpora([root])).problems, "unknown_name");
    expect(unknown.map(({ corpus, paths }) => [corpus, path.relative(root, paths[0]!)])).toEqual([
      [undefined, "elsewhere/x.wav"],
      ["savee", "savee/DC/hello.wav"],
    ]);
  });

  test("songs and videos are left out and counted", async () => {
    const root = tree([
      "Actor_01/03-01-05-01-01-01-01.wav",
      "Actor_01/03-02-05-01-01-01-01.wav",
      "Actor_01/03-02-05-01-01-02-01.wav",
      "Video_Speech_Actor_01/01-01-05-01-01-01-01.mp4",
    ]);
    const { utterances, problems } = await scanCorpora([root]);
    expect(utterances).toHaveLength(1);
    expect(withCode(problems, "left_out").map((p) => p.message)).toEqual([
      "2 song files of RAVDESS left out: only speech audio is used",
      "1 video file of RAVDESS left out: only speech audio is used",
    ]);
  });

  test("refuses what cannot be scanned, with the next step", async () => {
    const root = tree(["notes.txt", "x.wav"]);
    mkdirSync(path.join(root, "empty"));
    await expect(scanCorpora([])).rejects.toMatchObject({ code: "parameter_invalid" });
    await expect(scanCorpora([`${root}/none`])).rejects.toMatchObject({ code: "file_missing" });
    await expect(scanCorpora([`${root}/notes.txt`])).rejects.toMatchObject({ code: "parameter_invalid" });
    await expect(scanCorpora([`${root}/empty`])).rejects.toThrow(/no recording of RAVDESS.*manifest/);
    await expect(scanCorpora([root])).rejects.toMatchObject({ code: "corpus_empty" });
  });

  test("a folder that gives nothing beside one that does is a problem", async () => {
    const root = tree(["savee/DC/a01.wav"]);
    mkdirSync(path.join(root, "empty"));
    const { problems } = await scanCorpora([`${root}/savee`, `${root}/empty`]);
    expect(withCode(problems, "folder_empty").map((p) => p.paths)).toEqual([[`${root}/empty`]]);
  });
});

describe.skipIf(!HAS_DATA)("the corpora on disk", () => {
  const FOLDERS = ["ravdess", "crema-d", "tess", "savee"].map((name) => `${DATA_FOLDER}/${name}`);

  test("the root, the four folders and both together give the same recordings", async () => {
    const root = await scanCorpora([DATA_FOLDER]);
    const four = await scanCorpora(FOLDERS);
    const both = await scanCorpora([`${DATA_FOLDER}/quirks`, ...FOLDERS, DATA_FOLDER]);
    expect(root.utterances).toHaveLength(10_250);
    expect(four.utterances).toEqual(root.utterances);
    expect(both.utterances).toEqual(root.utterances);
    // 24 in originals/ and 8 in quirks/.
    expect(withCode(root.problems, "duplicate_name")).toHaveLength(32);
    expect(withCode(four.problems, "duplicate_name")).toEqual([]);
    expect(withCode(root.problems, "missing").map((p) => p.message)).toEqual([
      "RAVDESS: 1200 of the official 1440 recordings; none of speakers 06 13 17 22",
      "CREMA-D: 5890 of the official 7442 recordings; none of speakers 1001 1004 1017 1019 1020 1025 1026 1029 1033 1035 " +
        "1042 1044 1050 1053 1056 1058 1060 1069 1083",
      "SAVEE: 360 of the official 480 recordings; none of speaker JK",
    ]);
    expect(root.problems).toHaveLength(35);
  });
});
