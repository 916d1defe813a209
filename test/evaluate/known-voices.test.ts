import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { EvaluationResult } from "../../src/evaluate/index.ts";
import { answerExamples, readResults, requireUseOf, VoicesOfExamples } from "../../src/evaluate/index.ts";
import { measureClips } from "../../src/fit/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { encodeModel, fingerprint } from "../../src/model/index.ts";
import { writeModelFile } from "../../src/model/files.node.ts";
import { Random } from "../../src/random.ts";
import { Recognizer, type VoiceProfile } from "../../src/recognize/index.ts";
import { clipsOf, type Example } from "../../src/train/index.ts";
import { wavFile } from "../audio/wav-file.ts";
import { ser } from "../cli/run-cli.ts";
import { tinyKnowingModel, tinySpeechModel } from "../recognize/models.ts";

const model = tinyKnowingModel();
const { labels } = model.metadata.labels;

function example(speaker: string, emotion: string, n: number): Example {
  const random = new Random(n, speaker);
  const features = new Matrix(
    40,
    72,
    Float32Array.from({ length: 40 * 72 }, () => random.normal() + n),
  );
  const utterance = { id: `c/${speaker}-${n}`, corpus: "c", path: "", emotion, speaker };
  return { utterance, label: labels.indexOf(emotion), features, facts: {} as Example["facts"] };
}

describe("voices that have been heard before", () => {
  // Voice a has one happy and one neutral recording, voice b a single one; they come in turn.
  const examples = [example("a", "happy", 0), example("b", "sad", 0), example("a", "neutral", 1)];

  /** A profile by the formulas of docs/voice-calibration.md: (measures − 0.5) / 3 for one recording, foreign to all corpora. */
  async function knownBy(heard: Example): Promise<VoiceProfile> {
    const [measures] = await measureClips(clipsOf([heard]), model.metadata.network);
    return {
      kind: "speech-emotion/voice",
      version: 2,
      model: await fingerprint(model),
      featureSet: model.metadata.featureSet,
      baseline: {
        shift: Array.from(measures!, (m) => -(m - 0.5) / 3),
        share: 1,
        temperature: 3.5,
        recordings: 1,
        seconds: 1,
      },
      head: null,
      created: "",
    };
  }

  test("each recording is answered after others of its voice, never itself; a voice of one recording stays a stranger", async () => {
    await using recognizer = await Recognizer.load(await encodeModel(model));
    const strangers = await answerExamples(recognizer, examples);
    const voices = await VoicesOfExamples.of(recognizer, examples);
    const done: string[] = [];
    const { answers, ...less } = await voices.answers({ recordings: 10, neutral: false }, (n, of) =>
      done.push(`${n}/${of}`),
    );
    expect(less).toEqual({ fewer: 2, strangers: 1 });
    expect(answers.map(({ id }) => id)).toEqual(examples.map(({ utterance }) => utterance.id));
    expect(done.at(-1)).toBe("3/3");
    for (const [asked, heard] of [
      [0, 2],
      [2, 0],
    ] as const) {
      await using known = await recognizer.withVoice(await knownBy(examples[heard]!));
      const [expected] = await answerExamples(known, [examples[asked]!]);
      expect(answers[asked]!.probabilities).toBeAllClose(expected!.probabilities, { atol: 1e-5 });
      expect(answers[asked]!.probabilities).not.toBeAllClose(strangers[asked]!.probabilities, { atol: 1e-3 });
    }
    expect(answers[1]!.probabilities).toBeAllClose(strangers[1]!.probabilities, { atol: 1e-6 });
  });

  test("neutral recordings alone: who has no other one stays a stranger", async () => {
    await using recognizer = await Recognizer.load(await encodeModel(model));
    const strangers = await answerExamples(recognizer, examples);
    const voices = await VoicesOfExamples.of(recognizer, examples);
    const { answers, ...less } = await voices.answers({ recordings: 3, neutral: true });
    expect(less).toEqual({ fewer: 1, strangers: 2 });
    expect(answers[0]!.probabilities).not.toBeAllClose(strangers[0]!.probabilities, { atol: 1e-3 });
    for (const i of [1, 2]) {
      expect(answers[i]!.probabilities).toBeAllClose(strangers[i]!.probabilities, { atol: 1e-6 });
    }
  });
});

test("neutral recordings are not asked for where no label is neutral", async () => {
  const labels = model.metadata.labels.labels.map((label) => (label === "neutral" ? "calm" : label));
  const other = { ...model, metadata: { ...model.metadata, labels: { labels, fold: {} } } };
  await using recognizer = await Recognizer.load(await encodeModel(other));
  const message =
    'the model has no label "neutral" (but angry, disgust, fear, happy, calm, sad, surprise), so no recording is known to be; ' +
    "let others be heard, e.g. --heard 3";
  expect(() => requireUseOf({ recordings: 3, neutral: true }, recognizer)).toThrow(message);
  expect(() => requireUseOf({ recordings: 3, neutral: false }, recognizer)).not.toThrow();
});

describe("ser evaluate --heard", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-heard-"));
  process.env["SER_CACHE"] = path.join(folder, "cache");
  const manifest = path.join(folder, "mine.csv");
  const rows = ["path,emotion,speaker"];
  for (let i = 0; i < 8; i++) {
    const random = new Random(i, "heard");
    const samples = Float32Array.from(
      { length: 16_000 },
      (_, t) => 0.3 * Math.sin(((120 + 40 * i) * 2 * Math.PI * t) / 16_000) + 0.01 * random.normal(),
    );
    writeFileSync(path.join(folder, `${i}.wav`), wavFile(samples, { sampleRate: 16_000 }));
    rows.push(`${i}.wav,${i < 4 ? "happy" : "neutral"},speaker${i % 4}`);
  }
  writeFileSync(manifest, `${rows.join("\n")}\n`);

  test("says what was heard, in text, JSON and reports", async () => {
    const file = path.join(folder, "knowing.onnx");
    await writeModelFile(file, model);
    const command = ["evaluate", file, "--corpora", manifest, "--all", "--heard"];
    const text = await ser([...command, "neutral:3"]);
    expect(text.exitCode, text.stderr).toBe(0);
    expect(text.stdout).toContain(
      "Not of strangers: each answer is given after up to 3 other neutral recordings of its voice. " +
        "4 of 8 recordings had fewer; 4 of 8 had none and were answered as strangers'.\n",
    );
    const json = await ser([...command, "1", "--json"]);
    const result = JSON.parse(json.stdout) as EvaluationResult;
    expect(result).toMatchObject({ n: 8, heard: { recordings: 1, neutral: false, fewer: 0, strangers: 0 } });
    const written = path.join(folder, "known.json");
    writeFileSync(written, json.stdout);
    const [entry] = await readResults([written]);
    expect(entry!.test).toContain("after up to 1 other recording of any emotion of each voice");
    expect(entry!.facts).toContainEqual(["voices known by", "up to 1 other recording of any emotion, without labels"]);
  });

  test("a mistake is one sentence", async () => {
    const plain = path.join(folder, "plain.onnx");
    await writeModelFile(plain, tinySpeechModel());
    const command = ["evaluate", plain, "--corpora", manifest, "--heard"];
    for (const [heard, message] of [
      ["many", '--heard: "many" must be a number of recordings, at least 1, or of neutral ones: 10, or neutral:3'],
      ["0", '--heard: "0" must be a number of recordings'],
      ["3", "the model was not taught to know voices"],
    ] as const) {
      const { exitCode, stdout, stderr } = await ser([...command, heard]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(message);
    }
  });
});
