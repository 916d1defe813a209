import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { EMOTIONS } from "../../src/emotions.ts";
import { writeModelFile } from "../../src/model/files.node.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";
import { sine, wavFile } from "../audio/wav-file.ts";
import { tinyModel } from "../tiny-model.ts";
import { ser } from "./run-cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-predict-"));
const model = path.join(folder, "tiny.onnx");
const clips = fileURLToPath(new URL("../../examples/clips/", import.meta.url));
const voice = path.join(clips, "espeak-fast-high.wav");

function file(name: string, bytes: Uint8Array | string): string {
  const full = path.join(folder, name);
  writeFileSync(full, bytes);
  return full;
}

interface Line {
  readonly file: string;
  readonly speech?: boolean;
  readonly emotion?: string | null;
  readonly confidence?: number | null;
  readonly probabilities?: Record<string, number> | null;
  readonly seconds?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

async function predict(...files: string[]): Promise<{ exitCode: number; lines: Line[]; stderr: string }> {
  const { exitCode, stdout, stderr } = await ser(["predict", ...files, "--model", model, "--json"]);
  const lines = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
  return { exitCode, lines, stderr };
}

beforeAll(async () => {
  await writeModelFile(model, tinyModel());
  mkdirSync(path.join(folder, "folder.wav"));
});

describe("ser predict --json", () => {
  test("one object a line: file, speech, emotion, confidence, probabilities in the model's labels, seconds", async () => {
    const { exitCode, lines } = await predict(voice);
    expect(exitCode).toBe(0);
    expect(lines).toHaveLength(1);
    const [line] = lines;
    expect(Object.keys(line!)).toEqual([
      "file",
      "speech",
      "emotion",
      "unsure",
      "confidence",
      "probabilities",
      "seconds",
    ]);
    expect(line).toMatchObject({ file: voice, speech: true });
    expect(Object.keys(line!.probabilities!)).toEqual([...EMOTIONS]);
    const values = Object.values(line!.probabilities!);
    expect(values.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(line!.confidence).toBe(Math.max(...values));
    expect(line!.probabilities![line!.emotion!]).toBe(line!.confidence);
    expect(line!.seconds).toBeCloseTo(1.72, 1);
  });

  test.each(["silence.wav", "hum.wav"])("%s is no speech: no emotion, no confidence, no error", async (name) => {
    const { exitCode, lines } = await predict(path.join(clips, name));
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatchObject({ speech: false, emotion: null, confidence: null, probabilities: null });
  });

  const speechless = { speech: false, emotion: null };
  const tone = sine(440, 8000, 1);
  test.each<[string, () => string, object]>([
    ["an empty file", () => file("empty.wav", ""), { error: { code: "audio_empty" } }],
    ["a text named .wav", () => file("text.wav", "Dear diary,\n".repeat(50)), { error: { code: "audio_undecodable" } }],
    ["a wav without a sample", () => file("zero.wav", wavFile([])), { error: { code: "audio_no_samples" } }],
    [
      "a wav with a NaN",
      () => file("nan.wav", wavFile([0, Number.NaN, 0.5], { encoding: "f32" })),
      { error: { code: "audio_not_finite" } },
    ],
    ["a folder", () => path.join(folder, "folder.wav"), { error: { code: "file_not_a_file" } }],
    ["a path that is not there", () => path.join(folder, "nowhere.wav"), { error: { code: "file_missing" } }],
    ["one sample", () => file("one.wav", wavFile([0.5])), speechless],
    ["8 kHz mono", () => file("8k.wav", wavFile(tone, { sampleRate: 8000 })), { ...speechless, seconds: 1 }],
    [
      "96 kHz in 6 channels",
      () => file("96k.wav", wavFile(sine(440, 96000 * 6, 1), { sampleRate: 96000, channels: 6 })),
      { ...speechless, seconds: 1 },
    ],
    [
      "a wav cut off in the middle of its data: what is there",
      () => file("cut.wav", wavFile(tone, { sampleRate: 8000 }).slice(0, 44 + 8000)),
      { ...speechless, seconds: 0.5 },
    ],
    [
      "a wav cut off in its header",
      () => file("header.wav", wavFile(tone).slice(0, 30)),
      { error: { code: expect.stringMatching(/^audio_/) as string } },
    ],
  ])("%s", async (_, make, expected) => {
    const name = make();
    const { exitCode, lines } = await predict(name);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ file: name, ...expected });
    expect(exitCode).toBe("error" in expected ? 1 : 0);
    if (lines[0]!.error !== undefined) expect(lines[0]!.error.message).toContain(name);
  });

  test("a bad file between good ones: the others are still done, in order, exit code 1", async () => {
    const bad = file("bad.wav", "x");
    const { exitCode, lines } = await predict(voice, bad, voice);
    expect(exitCode).toBe(1);
    expect(lines.map((line) => [line.file, line.error?.code])).toEqual([
      [voice, undefined],
      [bad, "audio_undecodable"],
      [voice, undefined],
    ]);
    expect(lines[2]).toEqual(lines[0]);
  });

  test("thirty minutes: windows without speech are left out, those with speech averaged", async () => {
    const { samples, sampleRate } = await import("../../src/audio/read-audio.node.ts").then((m) => m.readAudio(voice));
    const half = new Float32Array(15 * 60 * sampleRate);
    const long = new Float32Array(2 * half.length);
    long.set(samples, half.length);
    const { exitCode, lines } = await predict(file("long.wav", wavFile(long, { sampleRate })));
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatchObject({ speech: true, seconds: 1800 });
  });
});

describe("ser predict", () => {
  test("without --json: a line for people, errors on stderr", async () => {
    const { exitCode, stdout, stderr } = await ser([
      "predict",
      voice,
      path.join(clips, "silence.wav"),
      "nope.wav",
      "--model",
      model,
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/fast-high\.wav\s+\w+\s+\d+\.\d %  \(\w+ \d+\.\d %, \w+ \d+\.\d %\)  1\.7 s\n/);
    expect(stdout).toMatch(/silence\.wav\s+no speech  1\.0 s\n/);
    expect(stderr).toContain("error: nope.wav: there is no such file\n");
  });

  test("--min-confidence: unsure below it, in text and in JSON", async () => {
    const args = ["predict", voice, "--model", model, "--min-confidence", "0.99"];
    const { stdout, exitCode } = await ser(args);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/fast-high\.wav\s+unsure\s+\(\w+ \d+\.\d %, \w+ \d+\.\d %\)  1\.7 s\n/);
    const line = JSON.parse((await ser([...args, "--json"])).stdout) as Line;
    expect(line).toMatchObject({ speech: true, emotion: null, unsure: true });
    expect(Object.keys(line.probabilities!)).toEqual([...EMOTIONS]);
    const wrong = await ser(["predict", voice, "--min-confidence", "50"]);
    expect(wrong).toMatchObject({ exitCode: 2, stderr: "error: --min-confidence: 50 must be in 0 … 1\n" });
  });

  test("a wrong model is one clear sentence and exit code 2", async () => {
    const text = file("model.onnx", "not a model");
    const { exitCode, stdout, stderr } = await ser(["predict", voice, "--model", text]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toBe(`error: ${text}: this is no ONNX file, or a damaged one; models come from "ser train"\n`);
  });

  test("a model of a feature set that this version does not know is refused", async () => {
    const other = path.join(folder, "other.onnx");
    const tiny = tinyModel();
    await writeModelFile(other, { ...tiny, metadata: { ...tiny.metadata, featureSet: "librosa54@9" } });
    const { exitCode, stderr } = await ser(["predict", voice, "--model", other]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('the model wants the feature set "librosa54@9"');
  });

  test("without files: usage, exit code 2", async () => {
    const { exitCode, stderr } = await ser(["predict"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("missing required argument 'files'");
  });
});

describe.skipIf(!HAS_DATA)("on real recordings", () => {
  test("the troublemakers of quirks/ are decoded, digital silence is no speech", async () => {
    const quirks = ["YAF_germ_angry", "YAF_neat_fear", "OAF_food_fear", "03-01-02-01-01-02-01", "03-01-05-01-01-01-01"];
    const paths = [...quirks, "1076_MTI_SAD_XX"].map((name) => path.join(DATA_FOLDER, "quirks", `${name}.wav`));
    const { exitCode, lines } = await predict(...paths);
    expect(exitCode).toBe(0);
    expect(lines.map((line) => line.speech)).toEqual([true, true, true, true, true, false]);
  });
});

describe("ser predict --timeline", () => {
  test("srt, vtt and json tell the same segments", async () => {
    const run = async (...format: string[]): Promise<string> => {
      const { exitCode, stdout } = await ser(["predict", voice, "--model", model, "--timeline", ...format]);
      expect(exitCode).toBe(0);
      return stdout;
    };
    const { segments } = JSON.parse(await run("--json")) as {
      segments: { start: number; end: number; emotion: string }[];
    };
    expect(segments.length).toBeGreaterThan(0);
    const [{ end, emotion }] = segments as [(typeof segments)[number]];
    expect(await run("--format", "srt")).toContain(
      `,${String(Math.round(1000 * end) % 1000).padStart(3, "0")}\n${emotion}`,
    );
    expect(await run("--format", "vtt")).toMatch(/^WEBVTT\n\n00:00:00\.\d{3} --> 00:00:0\d\.\d{3}\n/);
    expect(await run()).toContain(emotion);
  });

  test("what is no speech has no segment; what cannot be read is told, and the rest is done", async () => {
    const files = [path.join(clips, "hum.wav"), path.join(folder, "nowhere.wav"), voice];
    const { exitCode, stdout } = await ser(["predict", ...files, "--model", model, "--timeline", "--format", "json"]);
    expect(exitCode).toBe(1);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { segments?: unknown[]; error?: object });
    expect(lines[0]!.segments).toEqual([]);
    expect(lines[1]).toMatchObject({ error: { code: "file_missing" } });
    expect(lines[2]!.segments!.length).toBeGreaterThan(0);
  });

  test.each([
    [["--format", "srt"], "--format srt: it is of the timeline; add --timeline"],
    [["--timeline", "--format", "ass"], '--format: "ass" is none; there are text, json, srt, vtt'],
    [["--timeline", "--format", "vtt", voice], "one file at a time, 2 were given"],
    [["--timeline", "--format", "vtt", "--json"], "--json and --format vtt exclude each other"],
  ])("%j is refused", async (words, message) => {
    const { exitCode, stderr } = await ser(["predict", voice, "--model", model, ...words]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
