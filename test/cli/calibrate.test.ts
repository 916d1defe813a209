import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { writeModelFile } from "../../src/model/files.node.ts";
import { parseVoiceProfile } from "../../src/recognize/index.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { tinyKnowingModel, tinySpeechModel, tinyVoiceModel } from "../recognize/models.ts";
import { ser } from "./run-cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-calibrate-"));
const model = path.join(folder, "tiny.onnx");
const other = path.join(folder, "other.onnx");
const clips = fileURLToPath(new URL("../../examples/clips/", import.meta.url));
const [even, fast, slow] = ["even-middle", "fast-high", "slow-low"].map((name) => `${clips}espeak-${name}.wav`) as [
  string,
  string,
  string,
];
const profile = path.join(folder, "me.voice.json");
/** Five recordings, each a file of its own. */
const five = (
  [
    ["neutral", even],
    ["happy", fast],
    ["sad", slow],
    ["calm", even],
    ["happy", fast],
  ] as const
).map(([emotion, file], i) => {
  const copy = path.join(folder, `clip-${i}.wav`);
  copyFileSync(file, copy);
  return `${emotion}=${copy}`;
});

beforeAll(async () => {
  await writeModelFile(model, tinyVoiceModel());
  await writeModelFile(other, { ...tinySpeechModel(), temperature: 2 });
});

describe("ser calibrate", () => {
  test("writes a profile, shows it, and predict answers by it", async () => {
    const made = await ser([
      "calibrate",
      "--neutral",
      even,
      slow,
      "--clips",
      ...five,
      "--model",
      model,
      "--out",
      profile,
    ]);
    expect(made).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`wrote ${profile}: heard against 2 recordings`) as string,
    });
    expect(made.stdout).toContain("last layer taught 5 clips");
    expect(made.stdout).toContain("happy 2, neutral 2, sad 1");
    const shown = await ser(["calibrate", "--show", profile]);
    expect(shown.stdout).toMatch(
      /^file +.*me\.voice\.json\nwritten +20.*\nmodel +[0-9a-f]{16}…, logmel72@1\+gate@2\nvoice +heard against/,
    );
    const json = await ser(["calibrate", "--show", profile, "--json"]);
    const voice = parseVoiceProfile(json.stdout);
    expect(voice).toEqual(parseVoiceProfile(readFileSync(profile, "utf8")));

    await using recognizer = await loadRecognizer(model, { voice });
    const { probabilities } = await recognizer.recognize(await readAudio(fast));
    const answer = async (...words: string[]): Promise<unknown> => {
      const { stdout } = await ser(["predict", fast, "--model", model, "--json", ...words]);
      return (JSON.parse(stdout) as { probabilities: unknown }).probabilities;
    };
    expect(await answer("--voice", profile)).toEqual(probabilities);
    expect(await answer()).not.toEqual(probabilities);
  });

  test("takes clips from a manifest of one speaker", async () => {
    const manifest = path.join(folder, "clips.csv");
    const lines = five.map((text) => text.split("=")).map(([emotion, file]) => `${file},${emotion},me`);
    writeFileSync(manifest, ["path,emotion,speaker", ...lines].join("\n"));
    const out = path.join(folder, "manifest.voice.json");
    const args = ["calibrate", "--manifest", manifest, "--model", model, "--out", out];
    expect(await ser(args)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("taught 5 clips") as string });
    writeFileSync(manifest, ["path,emotion,speaker", ...lines, `${even},sad,you`].join("\n"));
    const two = await ser(args);
    expect(two.exitCode).toBe(2);
    expect(two.stderr).toContain("it lists 2 speakers (clips/me, clips/you …); a profile is of one voice");
  });

  test.each<[string, readonly string[], string]>([
    ["nothing to hear", ["--out", profile], "there is nothing to calibrate with; give --neutral recordings"],
    ["no --out", ["--neutral", even], "--out names the profile to write"],
    ["another ending", ["--neutral", even, "--out", "me.json"], '--out: "me.json" must end in .voice.json'],
    ["a clip without emotion", ["--clips", even, "--out", profile], "must be an emotion and a file, e.g. happy=a.wav"],
    ["a file that is not there", ["--neutral", "nowhere.wav", "--out", profile], "nowhere.wav: there is no such file"],
    [
      "an emotion that is no label",
      ["--clips", `proud=${even}`, "--out", profile],
      `${even}: the model has no label "proud"`,
    ],
    [
      "too few clips",
      ["--clips", five[0]!, five[1]!, "--out", profile],
      "2 labelled clips of neutral, happy: at least 5 are needed; record",
    ],
    [
      "too few seconds",
      ["--neutral", fast, "--out", profile],
      "s of speech, at least 3 are needed; record two or three sentences",
    ],
    ["a recording that is given twice", ["--neutral", even, slow, even, "--out", profile], `${even} is given twice`],
    ["--show with --out", ["--show", profile, "--out", profile], "--show: it tells what a profile holds"],
  ])("%s is refused", async (_, words, message) => {
    const { exitCode, stdout, stderr } = await ser(["calibrate", "--model", model, ...words]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  test("neutral seconds for a model that does not know neutral voices: how to get one that does", async () => {
    const { exitCode, stderr } = await ser(["calibrate", "--neutral", even, slow, "--model", other, "--out", profile]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('train it again with "ser train", or calibrate with labelled clips');
  });
});

describe("--speech", () => {
  test("makes a profile for a model that was taught to know voices, and predict answers by it", async () => {
    const knowing = path.join(folder, "knowing.onnx");
    await writeModelFile(knowing, tinyKnowingModel());
    const out = path.join(folder, "speech.voice.json");
    const made = await ser(["calibrate", "--speech", even, slow, "--model", knowing, "--out", out, "--json"]);
    expect(JSON.parse(made.stdout)).toMatchObject({ file: out, baseline: { recordings: 2 }, head: null });
    const answer = async (...words: string[]): Promise<unknown> => {
      const { stdout } = await ser(["predict", fast, "--model", knowing, "--json", ...words]);
      return (JSON.parse(stdout) as { probabilities: unknown }).probabilities;
    };
    const voice = parseVoiceProfile(readFileSync(out, "utf8"));
    await using recognizer = await loadRecognizer(knowing, { voice });
    expect(await answer("--voice", out)).toEqual((await recognizer.recognize(await readAudio(fast))).probabilities);
    expect(await answer("--voice", out)).not.toEqual(await answer());
    const info = await ser(["info", knowing]);
    expect(info.stdout).toContain("any recordings, labelled clips among them (reference: 8 recordings of 4 speakers)");
  });

  test("for a model that was not: what to give instead", async () => {
    const { exitCode, stderr } = await ser(["calibrate", "--speech", even, slow, "--model", model, "--out", profile]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("the model was not taught to know voices");
  });
});

describe("--voice", () => {
  test.each(["predict", "listen"])(
    "of ser %s refuses what is no profile, and one of another model",
    async (command) => {
      const words = command === "predict" ? ["predict", fast] : ["listen", "--stdin"];
      const missing = await ser([...words, "--model", model, "--voice", "nowhere.voice.json"]);
      expect(missing.stderr).toContain('nowhere.voice.json: there is no such file; "ser calibrate" makes one');
      const none = path.join(folder, "none.voice.json");
      writeFileSync(none, "{}");
      const broken = await ser([...words, "--model", model, "--voice", none]);
      expect(broken.stderr).toContain(`${none}: this is no voice profile`);
      const mine = path.join(folder, `${command}.voice.json`);
      await ser(["calibrate", "--neutral", even, slow, "--model", model, "--out", mine]);
      const wrong = await ser([...words, "--model", other, "--voice", mine]);
      expect(wrong.stderr).toMatch(/^error: --voice .*voice\.json: the voice profile of .* belongs to another model/);
      expect([missing.exitCode, broken.exitCode, wrong.exitCode]).toEqual([2, 2, 2]);
    },
  );
});
