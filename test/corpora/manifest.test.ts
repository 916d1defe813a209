import { describe, expect, test } from "vitest";
import { scanCorpora } from "../../src/corpora/index.ts";
import { tree } from "./trees.ts";

describe("manifest", () => {
  test("CSV: quoted values, any column order, defaults", async () => {
    const root = tree({
      "mine.csv":
        '\uFEFFspeaker,emotion,path,sex,sentence\nAnna,joyful,"clips/a, 1.wav",F,\nBen,bored,clips/b.mp3,,"say ""hi"""\n',
      "clips/a, 1.wav": "",
      "clips/b.mp3": "",
    });
    const { utterances, problems } = await scanCorpora([`${root}/mine.csv`]);
    expect(problems).toEqual([]);
    expect(utterances).toEqual([
      {
        id: "mine/clips/a, 1",
        corpus: "mine",
        path: `${root}/clips/a, 1.wav`,
        emotion: "joyful",
        speaker: "mine/Anna",
        sex: "female",
      },
      {
        id: "mine/clips/b",
        corpus: "mine",
        path: `${root}/clips/b.mp3`,
        emotion: "bored",
        speaker: "mine/Ben",
        sentence: 'say "hi"',
      },
    ]);
  });

  test("JSONL beside a corpus, with its own corpus name", async () => {
    const root = tree({
      "list.jsonl": '{"path":"x.wav","emotion":"sad","speaker":7,"corpus":"calls","age":30}\n\n',
      "x.wav": "",
      "savee/DC/a01.wav": "",
    });
    const { utterances } = await scanCorpora([`${root}/savee`, `${root}/list.jsonl`]);
    expect(utterances.map(({ id, speaker }) => [id, speaker])).toEqual([
      ["savee/DC/a01", "savee/DC"],
      ["calls/x", "calls/7"],
    ]);
  });

  test("files that do not exist and rows that repeat are problems", async () => {
    const root = tree({ "m.csv": "path,emotion,speaker\na.wav,sad,x\nb.wav,sad,x\na.wav,happy,x\n", "a.wav": "" });
    const { utterances, problems } = await scanCorpora([`${root}/m.csv`]);
    expect(utterances.map(({ id }) => id)).toEqual(["m/a"]);
    expect(problems.map(({ code }) => code)).toEqual(["missing_file", "duplicate_name"]);
    expect(problems[0]!.message).toContain("m.csv, line 3: the file");
  });

  test.each([
    ["m.csv", "path,speaker\na.wav,x\n", /m\.csv, line 1: .*lacks the column "emotion"/],
    ["m.csv", "", /line 1: .*lacks the column "path"/],
    ["m.csv", "path,emotion,speaker\na.wav,sad,x\na.wav,,x\n", /m\.csv, line 3: column "emotion" must not be empty/],
    [
      "m.csv",
      "path,emotion,speaker,sex\na.wav,sad,x,robot\n",
      /line 2: column "sex" is "robot"; it must be female, male or empty/,
    ],
    ["m.csv", "path,emotion,speaker\na.wav,sad\n", /line 2/],
    ["m.csv", "path,emotion,speaker,corpus\na.wav,sad,x,a/b\n", /line 2: column "corpus" is "a\/b"/],
    ["m.jsonl", '{"path":"a.wav","emotion":"sad","speaker":"x"}\n{"path":\n', /m\.jsonl, line 2: not a JSON object/],
    ["m.csv", "path,emotion,speaker\n", /m\.csv: it lists no recording; each line must have path, emotion, speaker/],
    ["m.jsonl", "RIFF\0\0WAVE", /m\.jsonl: this is no text/],
    ["m.jsonl", "[1]\n", /line 1: each line must be a JSON object/],
    ["m.jsonl", '{"path":"a.wav","emotion":["sad"],"speaker":"x"}\n', /line 1: column "emotion" is \["sad"\]/],
    ["m.jsonl", '{"path":"a.wav","emotion":"sad"}\n', /line 1: column "speaker" must not be empty/],
  ])("%s %j is refused", async (name, content, message) => {
    const root = tree({ [name]: content, "a.wav": "" });
    const scan = scanCorpora([`${root}/${name}`]);
    await expect(scan).rejects.toMatchObject({ code: "manifest_invalid" });
    await expect(scan).rejects.toThrow(message);
  });
});
