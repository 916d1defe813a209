import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { wavFile } from "../audio/wav-file.ts";
import { readAnswers } from "../../src/evaluate/index.ts";
import { summarize, type Summary } from "../../src/metrics/index.ts";
import { readModelFile } from "../../src/model/files.node.ts";
import { ser } from "./run-cli.ts";

process.env["SER_CACHE"] = mkdtempSync(path.join(tmpdir(), "ser-cache-"));
const folder = mkdtempSync(path.join(tmpdir(), "ser-train-"));

/** A corpus of our own: two "emotions" that differ in pitch, six "speakers", in a manifest. */
const manifest = path.join(folder, "mine.csv");
const rows = ["path,emotion,speaker"];
for (let i = 0; i < 36; i++) {
  const random = new Random(i, "corpus");
  const hertz = (i % 2 === 0 ? 150 : 1200) * (1 + 0.1 * random.uniform());
  const samples = Float32Array.from({ length: 11_025 }, (_, t) => 0.4 * Math.sin((2 * Math.PI * hertz * t) / 22_050));
  writeFileSync(path.join(folder, `${i}.wav`), wavFile(samples.map((s) => s + 0.01 * random.normal())));
  rows.push(`${i}.wav,${i % 2 === 0 ? "low" : "high"},speaker${Math.floor(i / 6)}`);
}
writeFileSync(manifest, `${rows.join("\n")}\n`);
const out = path.join(folder, "mine.onnx");
const settings = path.join(folder, "settings.json");
writeFileSync(settings, JSON.stringify({ labels: "low,high", learningRate: 0.002, epochs: 3, batch: 8, threads: 1 }));
const command = ["train", "--corpora", manifest, "--config", settings, "--out", out];

describe("ser train, evaluate and info on a manifest of one's own with labels of one's own", () => {
  test("an interrupted training goes on with --resume and gives the uninterrupted one's curve", async () => {
    const whole = await ser([...command.slice(0, -1), path.join(folder, "whole.onnx"), "--json"]);
    expect(whole.exitCode, whole.stderr).toBe(0);
    expect(JSON.parse(whole.stdout)).toMatchObject({
      file: path.join(folder, "whole.onnx"),
      labels: ["low", "high"],
      recordings: { used: 36, failed: 0 },
      epochs: 3,
      scores: { test: { n: 6 } },
    });

    const controller = new AbortController();
    const stop = setInterval(() => existsSync(path.join(folder, "mine.checkpoint")) && controller.abort("SIGINT"), 1);
    const first = await ser(command, { signal: controller.signal });
    clearInterval(stop);
    expect(first.exitCode).toBe(130);
    expect(first.stderr).toContain("go on with the same command and --resume");
    expect(existsSync(out)).toBe(false);

    const refused = await ser(command);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("--resume goes on from it, --restart begins anew");
    const other = await ser([...command, "--resume", "--seed", "5"]);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain("belongs to a training with other settings or recordings");

    const resumed = await ser([...command, "--resume"]);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(resumed.stdout).toContain(`wrote ${out} (3 epochs`);
    expect(existsSync(path.join(folder, "mine.checkpoint"))).toBe(false);
    const curve = (name: string): unknown[] =>
      readFileSync(path.join(folder, `${name}.curve.jsonl`), "utf8")
        .trim()
        .split("\n")
        .map((line) => ({ ...(JSON.parse(line) as object), seconds: 0 }));
    expect(curve("mine")).toHaveLength(3);
    expect(curve("mine")).toEqual(curve("whole"));
  });

  test("evaluate scores what the split left for testing; --all is marked leaky", async () => {
    const { exitCode, stdout, stderr } = await ser(["evaluate", out, "--corpora", manifest, "--json"]);
    expect(exitCode, stderr).toBe(0);
    const scores = JSON.parse(stdout) as Record<string, unknown> & { n: number; confusion: number[][] };
    expect(scores).toMatchObject({ n: 6, leaky: false, labels: ["low", "high"] });
    expect(Object.keys(scores)).toEqual(
      expect.arrayContaining(["accuracy", "uar", "perClass", "confusion", "perCorpus"]),
    );
    expect(scores["perClass"]).toMatchObject({ low: { support: 3 }, high: { support: 3 } });
    expect(scores["perCorpus"]).toMatchObject({ mine: { n: 6 } });
    expect(scores.confusion.flat().reduce((a, b) => a + b)).toBe(6);

    const all = JSON.parse((await ser(["evaluate", out, "--corpora", manifest, "--json", "--all"])).stdout) as object;
    expect(all).toMatchObject({ n: 36, leaky: true, leakyRecordings: 30 });
    const text = await ser(["evaluate", out, "--corpora", manifest, "--all"]);
    expect(text.stdout).toContain("LEAKY: the model was trained or chosen on 30 of these 36 recordings");
    expect(text.stdout).toMatch(/mine +[\d.]+ +[\d.]+–[\d.]+ .* 36 +6\n/);
    expect(text.stdout).toMatch(/calibration error [\d.]+ % \(95 %: [\d.]+–[\d.]+\) {3}Brier score 0\.\d+/);
  });

  test("a corpus of one recording can be evaluated", async () => {
    const one = path.join(folder, "one.csv");
    writeFileSync(one, `${rows.slice(0, 2).join("\n")}\n`);
    const { exitCode, stdout, stderr } = await ser(["evaluate", out, "--corpora", one, "--all", "--json"]);
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ n: 1 });
  });

  test("--answers writes each recording's truth and probabilities, which give the same scores", async () => {
    const file = path.join(folder, "mine.answers.csv");
    const { stdout, exitCode } = await ser([
      "evaluate",
      out,
      "--corpora",
      manifest,
      "--all",
      "--json",
      "--answers",
      file,
    ]);
    expect(exitCode).toBe(0);
    const { labels, answers } = await readAnswers(file);
    expect(labels).toEqual(["low", "high"]);
    expect(answers).toHaveLength(36);
    const written = JSON.parse(stdout) as Summary & { answers: string; curve: unknown[] };
    expect(written.answers).toBe("mine.answers.csv");
    expect(written.curve).toHaveLength(3);
    const again = summarize(labels, answers);
    expect(again.confusion).toEqual(written.confusion);
    expect([again.logLoss, again.ece, ...again.intervals.uar!]).toBeAllClose(
      [written.logLoss, written.ece, ...written.intervals.uar!],
      { atol: 1e-5 },
    );
  });

  test("the temperature was fitted on the validation part, unless --no-calibrate", async () => {
    const { model } = await readModelFile(out);
    expect(model.metadata.calibration).toMatchObject({ part: "validation", recordings: 6, speakers: 1 });
    expect(model.metadata.calibration!.logLoss.after).toBeLessThan(model.metadata.calibration!.logLoss.before);
    expect(model.temperature).not.toBe(1);
    const plain = path.join(folder, "plain.onnx");
    const { exitCode, stderr } = await ser([...command.slice(0, -1), plain, "--no-calibrate", "--epochs", "1"]);
    expect(exitCode, stderr).toBe(0);
    const other = (await readModelFile(plain)).model;
    expect(other).toMatchObject({ temperature: 1, metadata: { training: { calibrate: false } } });
    expect(other.metadata.calibration).toBeUndefined();
  });

  test("info prints what the model says about itself", async () => {
    const { exitCode, stdout } = await ser(["info", out]);
    expect(exitCode).toBe(0);
    for (const text of [
      "labels      low, high",
      "librosa54@1: 54 columns, 22050 Hz",
      "300 frames, 6.97 s",
      "mine: your own recordings",
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stdout).toMatch(
      /calibrated {2}temperature [\d.]+, fitted on 6 validation recordings of 1 speakers: log loss/,
    );
    expect(stdout).toMatch(/scores {6}test +6 recordings {2}accuracy \d/);
    const json = JSON.parse((await ser(["info", out, "--json"])).stdout) as object;
    expect(json).toMatchObject({ labels: { labels: ["low", "high"] }, split: { kind: "speaker" }, weights: 338_562 });
  });
});

describe("a mistake is one sentence, before any work, exit code 2", () => {
  test.each([
    [["train", "--out", out], "corpora=nothing must be a list of at least one folder or manifest"],
    [["train", "--corpora", "nowhere", "--out", "m.onnx"], "nowhere does not exist"],
    [["train", "--corpora", manifest, "--out", "model.bin"], '--out: "model.bin" must end in .onnx'],
    [["train", "--corpora", manifest, "--out", "no/such/folder/m.onnx"], "--out: there is no folder"],
    [["train", "--corpora", manifest, "--out", out, "--epochs", "many"], '--epochs: "many" is no number'],
    [["train", "--corpora", manifest, "--out", out, "--config", manifest], "is no JSON"],
    [["train", "--corpora", manifest, "--out", path.join(folder, "x.onnx")], "none can be used"],
    [["evaluate", out], "--corpora: give at least one folder of recordings, or a manifest"],
    [["evaluate", manifest, "--corpora", manifest], "this is no ONNX file"],
    [["evaluate", out, "--corpora", manifest, "--answers", "a.csv"], '--answers: "a.csv" must end in .answers.csv'],
    [["info", path.join(folder, "none.onnx")], "there is no such file"],
  ])("ser %s", async (argv, message) => {
    const { exitCode, stdout, stderr } = await ser(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});
