import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { addNoise, Random, telephone } from "../../src/augment/index.ts";
import { resample } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import type { Utterance } from "../../src/corpora/index.ts";
import { SEVEN_EMOTIONS } from "../../src/emotions.ts";
import { chooseRecordings, robustnessOf, type MeasuredCondition } from "../../src/evaluate/index.ts";
import { measure } from "../../src/evaluate/robustness/result.ts";
import { encodeModel, type Model } from "../../src/model/index.ts";
import { Recognizer } from "../../src/recognize/index.ts";
import { ser } from "../cli/run-cli.ts";
import { tinyModel } from "../tiny-model.ts";

const clips = (name: string): string => fileURLToPath(new URL(`../../examples/clips/${name}.wav`, import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "ser-robustness-"));
process.env["SER_CACHE"] = path.join(folder, "cache");

/** An untrained network on trimmed speech: its answers are nonsense, and as definite as a trained one's. */
function trimming(change: Partial<Model> = {}): Model {
  const model = tinyModel({ masked: true, features: 72, frames: 432 });
  return {
    ...model,
    metadata: { ...model.metadata, featureSet: "logmel72@1+gate@2", sampleRate: 16_000 },
    ...change,
  };
}
const model = await encodeModel(trimming());
const NAMES = ["espeak-even-middle", "espeak-fast-high", "espeak-loud-rough", "espeak-slow-low"];
const recordings: readonly Utterance[] = NAMES.map((name, i) => ({
  id: `mine/${name}`,
  corpus: "mine",
  path: clips(name),
  emotion: ["happy", "sad"][i % 2]!,
  speaker: `mine/${i}`,
}));
const CONDITIONS = ["gain-20", "white-noise-10", "telephone"];

describe("robustnessOf", { timeout: 180_000 }, () => {
  test("is what Recognizer.recognize says of each recording so changed, counted naively", async () => {
    const { clean, conditions, ...rest } = await robustnessOf(model, recordings, CONDITIONS, { threads: 2 });
    const recognizer = await Recognizer.load(model);
    const answers: (string | null)[][] = [];
    for (const { id, path: file } of recordings) {
      const voice = resample(await readAudio(file), 16_000);
      const random = new Random(0, "robustness", id, "white-noise-10");
      const versions = [
        voice,
        { samples: voice.samples.map((x) => x / 10), sampleRate: 16_000 },
        addNoise(voice, { snr: 10 }, random),
        telephone(voice),
      ];
      answers.push([]);
      for (const version of versions) answers.at(-1)!.push((await recognizer.recognize(version)).emotion);
    }
    await recognizer.release();
    const recall = (label: string, column: number): number => {
      const own = answers.filter((_, i) => recordings[i]!.emotion === label);
      return own.filter((answer) => answer[column] === label).length / own.length;
    };
    for (const [column, row] of [clean, ...(conditions as MeasuredCondition[])].entries()) {
      expect(row.unchanged).toBe(answers.filter((answer) => answer[column] === answer[0]).length / 4);
      expect(row.uar).toBeCloseTo((recall("happy", column) + recall("sad", column)) / 2, 12);
      expect(row.noSpeech).toBe(answers.filter((answer) => answer[column] === null).length / 4);
    }
    expect(clean).toMatchObject({ name: "clean", unchanged: 1, intervals: { unchanged: [1, 1] } });
    expect(conditions.map(({ name }) => name)).toEqual(CONDITIONS);
    expect(rest).toMatchObject({
      kind: "robustness",
      recordings: { n: 4, speakers: 4, perCorpus: { mine: 4 }, seen: 0, silent: [], failed: [] },
      labels: SEVEN_EMOTIONS.labels,
    });
    // Threads, their number and their pace leave no trace.
    expect(await robustnessOf(model, recordings, CONDITIONS, { threads: 1 })).toEqual({ clean, conditions, ...rest });
  });

  test("a model that always says the same is unchanged, at chance, wherever the gate hears speech", async () => {
    const always = trimming();
    const constant = await encodeModel({ ...always, weights: always.weights.map(() => 0) });
    const { clean, conditions } = await robustnessOf(
      constant,
      recordings,
      [
        "gain+20",
        "white-noise-20",
        "low-pass-2000",
        "clip-10",
        "opus-16",
        "silence-before-1",
        "cut-end-10",
        "linear-resampling",
      ],
      { threads: 1 },
    );
    expect(clean.noSpeech).toBe(0);
    for (const row of [clean, ...(conditions as MeasuredCondition[])]) {
      expect(row.unchanged + row.noSpeech, row.name).toBe(1);
      // One of seven labels, and two that occur: at most one recall of two is 1.
      expect(row.uar, row.name).toBeLessThanOrEqual(0.5);
    }
  });

  test("silence is left out, a file that cannot be read is named, an emotion without a label refused", async () => {
    const silence = { ...recordings[0]!, id: "mine/silence", path: clips("silence") };
    const missing = { ...recordings[0]!, id: "mine/missing", path: path.join(folder, "missing.wav") };
    const { recordings: counts } = await robustnessOf(model, [silence, missing, recordings[1]!], ["gain+6"], {
      threads: 1,
    });
    expect(counts).toMatchObject({ n: 1, silent: ["mine/silence"] });
    expect(counts.failed).toEqual([
      { id: "mine/missing", code: "file_missing", message: expect.stringContaining("there is no such file") as string },
    ]);
    await expect(robustnessOf(model, [silence, missing], ["gain+6"], { threads: 1 })).rejects.toThrow(
      "robustness: of 2 recordings none can be used (1 silent, 1 unreadable, the first:",
    );
    const bored = { ...recordings[0]!, emotion: "bored" };
    await expect(robustnessOf(model, [bored])).rejects.toThrow(
      `the emotion "bored" of mine/espeak-even-middle is none of the model's labels`,
    );
    await expect(robustnessOf(model, recordings, [], {})).rejects.toThrow("none is named");
    await expect(robustnessOf(model, recordings, undefined, { threads: 0 })).rejects.toThrow("threads=0");
  });

  test("what this machine cannot make is said, not dropped", async () => {
    const saved = process.env["PATH"];
    process.env["PATH"] = "/nowhere";
    try {
      const { conditions } = await robustnessOf(model, recordings.slice(0, 1), ["mp3-16", "gain+6"]);
      expect(conditions).toMatchObject([
        { name: "gain+6", measured: true },
        { name: "mp3-16", measured: false, reason: "ffmpeg not found" },
      ]);
    } finally {
      process.env["PATH"] = saved;
    }
  });
});

test("shares by hand: no speech is a change and never right, per corpus too", () => {
  const recording = (corpus: string, speaker: string, truth: number, predictions: number[]): unknown => ({
    utterance: { corpus, speaker: `${corpus}/${speaker}` },
    truth,
    predictions,
  });
  const rows = [
    recording("a", "1", 0, [0, 0]), // stays right
    recording("a", "2", 0, [0, -1]), // speech lost
    recording("a", "2", 1, [0, 1]), // changed, now right
    recording("b", "1", 1, [-1, -1]), // never heard: unchanged, wrong
  ] as Parameters<typeof measure>[2];
  const row = measure({ name: "x", description: "", parameters: {} }, ["one", "two"], rows, 1);
  expect(row).toMatchObject({ unchanged: 0.5, accuracy: 0.5, uar: 0.5, noSpeech: 0.5 });
  expect(row.perCorpus["a"]).toMatchObject({ unchanged: 1 / 3, accuracy: 2 / 3, uar: 0.75, noSpeech: 1 / 3 });
  expect(row.perCorpus["b"]).toMatchObject({ unchanged: 1, accuracy: 0, uar: 0, noSpeech: 1 });
  // Corpus a draws speaker 1 twice, both, or speaker 2 twice; b has one: 3 of 3, 2 of 4 or 1 of 5 stay.
  expect(row.intervals.unchanged).toEqual([0.2, 1]);
});

describe("ser robustness", { timeout: 180_000 }, () => {
  const manifest = path.join(folder, "mine.csv");
  const rows = recordings.map(({ path: file, emotion }, i) => `${file},${emotion},${i}\n`);
  writeFileSync(manifest, `path,emotion,speaker\n${rows.join("")}`);
  const file = path.join(folder, "tiny.onnx");
  writeFileSync(file, model);
  const command = ["robustness", file, "--corpora", manifest, "--conditions", CONDITIONS.join(", "), "--threads", "1"];

  test("prints the clean figure first, and writes the result", async () => {
    const out = path.join(folder, "result.json");
    const { exitCode, stdout, stderr } = await ser([...command, "--out", out]);
    expect(exitCode, stderr).toBe(0);
    const lines = stdout.trim().split("\n");
    expect(lines[0]).toMatch(/^seed on 4 recordings of 4 speakers \(mine 4\); per cent, with 95 % intervals/);
    expect(lines.slice(2).map((line) => line.split(" ")[0])).toEqual(["condition", "clean", ...CONDITIONS]);
    expect(lines[3]).toMatch(/^clean +100\.0 {2}100\.0 … 100\.0 .* the recording as it is$/);
    const result = JSON.parse(readFileSync(out, "utf8")) as { conditions: unknown[] };
    expect(result).toMatchObject({ kind: "robustness", file, recordings: { n: 4 } });
    expect(result).toHaveProperty("version", expect.stringMatching(/^\d/));
    expect(result.conditions).toHaveLength(3);
  });

  test("an interrupted run goes on where it was, and gives the uninterrupted one's result", async () => {
    const whole = path.join(folder, "whole.json");
    const json = await ser([...command, "--json", "--out", whole]);
    expect(json.exitCode, json.stderr).toBe(0);
    expect(readFileSync(whole, "utf8")).toBe(json.stdout);

    const out = path.join(folder, "stopped.json");
    const state = path.join(folder, "stopped.partial.jsonl");
    const stopped = [...command, "--out", out];
    const controller = new AbortController();
    const stop = setInterval(() => {
      if (existsSync(state) && readFileSync(state, "utf8").split("\n").length > 2) controller.abort("SIGINT");
    }, 1);
    const first = await ser(stopped, { signal: controller.signal });
    clearInterval(stop);
    expect(first.exitCode).toBe(130);
    expect(first.stderr).toContain("stopped.partial.jsonl holds what is done; go on with the same command");
    expect(existsSync(out)).toBe(false);

    const other = await ser([...stopped, "--conditions", "gain+6"]);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain("or begin anew with --restart");
    // Half a line, as a kill leaves it.
    const kept = readFileSync(state, "utf8");
    writeFileSync(state, `${kept}{"id":"mine/esp`);
    const resumed = await ser(stopped);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(readFileSync(out, "utf8")).toBe(readFileSync(whole, "utf8"));
    expect(existsSync(state)).toBe(false);

    // What is done is not done again: answers that only the state file can have given are the result's.
    const [header, line] = kept.split("\n") as [string, string];
    const { id } = JSON.parse(line) as { id: string };
    const known = NAMES.find((name) => id.includes(name))!;
    const told = NAMES.map((name) => ({ id: id.replace(known, name), answer: { predictions: [0, 0, 0, -1] } }));
    writeFileSync(state, `${[header, ...told.map((each) => JSON.stringify(each))].join("\n")}\n`);
    expect((await ser(stopped)).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({
      clean: { noSpeech: 0 },
      conditions: [{ unchanged: 1 }, { unchanged: 1 }, { unchanged: 0, noSpeech: 1 }],
    });
  });

  test("takes what the model never met, with a limit the same ones each time; --all marks the others", async () => {
    const met = trimming();
    const speakers = NAMES.map((_, i) => `mine/${i}`);
    const trainedOn = (train: readonly string[]): Model["metadata"] => ({
      ...met.metadata,
      split: {
        kind: "speaker",
        seed: 1,
        testShare: 0.2,
        validationShare: 0.1,
        notes: [],
        corpora: { mine: { groupBy: "speaker", speakers, train, validation: [], test: [] } },
      },
    });
    const three = trainedOn(speakers.slice(0, 3));
    const chosen = await chooseRecordings(three, [manifest]);
    expect(chosen.recordings.map(({ speaker }) => speaker)).toEqual(["mine/3"]);
    const limited = await chooseRecordings(three, [manifest], { seen: true, limit: 2 });
    expect(limited.recordings).toHaveLength(2);
    expect(await chooseRecordings(three, [manifest], { seen: true, limit: 2 })).toEqual(limited);

    const trained = path.join(folder, "trained.onnx");
    writeFileSync(trained, await encodeModel({ ...met, metadata: trainedOn(speakers) }));
    const argv = ["robustness", trained, "--corpora", manifest, "--conditions", "gain+6", "--threads", "1"];
    const refused = await ser(argv);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(
      "the model was trained or chosen on all 4 recordings found; --all takes them all the same, and the result says so",
    );
    const { stdout } = await ser([...argv, "--all"]);
    expect(stdout).toMatch(/^SEEN: the model was trained or chosen on 4 of these 4 recordings\n/);
  });

  test.each([
    [["robustness", file], "--corpora: give at least one folder of recordings, or a manifest"],
    [[...command, "--limit", "0"], "--limit: 0 must be a whole number, at least 1"],
    [
      [...command, "--conditions", "telefone"],
      'conditions: "telefone" is none (did you mean telephone?); there are gain+20',
    ],
    [[...command, "--out", "result.txt"], '--out: "result.txt" must end in .json'],
    [[...command, "--out", "no/such/folder/r.json"], "--out: there is no folder"],
    [[...command, "--threads", "0"], "--threads: 0 must be a whole number, at least 1"],
    [["robustness", manifest, "--corpora", manifest], "this is no ONNX file"],
  ])("%j is one sentence and exit code 2", async (argv, message) => {
    const { exitCode, stdout, stderr } = await ser(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});
