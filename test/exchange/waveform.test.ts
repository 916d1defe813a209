import { copyFile, mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StreamResampler } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { joinFloats } from "../../src/bytes.ts";
import { exportWaveform } from "../../src/exchange/index.ts";
import { featureSet } from "../../src/features/index.ts";
import { decodeOnnx } from "../../src/graph/index.ts";
import { readModelFile } from "../../src/model/files.node.ts";
import { toProperties, type Model } from "../../src/model/index.ts";
import { Recognizer } from "../../src/recognize/index.ts";
import { DEFAULT_MODEL } from "../../src/recognize/load.node.ts";
import { Session } from "../../src/runtime/index.ts";
import { ser } from "../cli/run-cli.ts";
import { HAS_DATA } from "../data.ts";
import { nonSpeech } from "../gate/sounds.ts";
import { spreadRecordings } from "../recordings.ts";
import { tinyModel } from "../tiny-model.ts";

const RATE = 16_000;
const CLIPS = fileURLToPath(new URL("../../examples/clips/", import.meta.url));

/** A recording at 16 kHz, as the recogniser resamples it. */
async function samplesOf(file: string): Promise<Float32Array> {
  const { samples, sampleRate } = await readAudio(file);
  const length = Math.ceil((samples.length * RATE) / sampleRate);
  return new StreamResampler(sampleRate, RATE, length).convert(samples).slice();
}

const silence = (seconds: number): Float32Array => new Float32Array(Math.round(seconds * RATE));

describe("a graph from sound to emotion", () => {
  let model: Model;
  let recognizer: Recognizer;
  let gated: Session;
  let clips: Float32Array[];
  beforeAll(async () => {
    const file = await readModelFile(DEFAULT_MODEL);
    model = file.model;
    recognizer = await Recognizer.load(file.bytes);
    gated = await Session.create(exportWaveform(model, "model"), { threads: 1 });
    const names = (await readdir(CLIPS)).filter((name) => name.startsWith("espeak"));
    clips = await Promise.all(names.map((name) => samplesOf(path.join(CLIPS, name))));
  });
  afterAll(() => Promise.all([recognizer.release(), gated.release()]));

  async function run(session: Session, samples: Float32Array): Promise<{ p: Float32Array; speech: boolean }> {
    const out = await session.run({ samples: { type: "float32", data: samples, shape: [samples.length] } });
    return { p: out["probabilities"]!.data as Float32Array, speech: out["speech"]?.data[0] === 1 };
  }

  /** The graph's answer beside the recogniser's. */
  async function compare(samples: Float32Array, atol = 1e-3): Promise<boolean> {
    const waveform = { samples, sampleRate: RATE };
    const { speech, probabilities } = await recognizer.recognize(waveform);
    const found = await run(gated, samples);
    expect(found.speech).toBe(speech);
    const expected = probabilities === null ? await recognizer.classify(waveform) : Object.values(probabilities);
    expect(found.p).toBeAllClose(expected, { atol });
    return speech;
  }

  test("answers as recognize does: the examples' clips, with and without silence before them", async () => {
    expect(clips.length).toBeGreaterThan(0);
    let spoken = 0;
    for (const clip of clips) {
      if (await compare(clip)) spoken++;
      if (await compare(joinFloats([silence(0.9), clip]))) spoken++;
    }
    expect(spoken).toBeGreaterThan(4);
  });

  test("several utterances are averaged by their lengths", async () => {
    const [first, second = first] = clips;
    expect(await compare(joinFloats([first!, silence(1), second!.map((x) => x / 3), silence(1.3)]))).toBe(true);
  });

  test("speech beyond the network's window is cut into windows", async () => {
    const long = joinFloats(Array.from({ length: 8 }, (_, i) => clips[i % clips.length]!));
    expect(long.length).toBeGreaterThan(8 * RATE);
    // Where an utterance outlasts a window, the recogniser settles its begin before it knows the whole.
    expect(await compare(long, 2e-2)).toBe(true);
  });

  test.each(Object.entries(nonSpeech(RATE, 2, 0.3, 5)))("%s is no speech", async (_, { samples }) => {
    expect((await recognizer.recognize({ samples, sampleRate: RATE })).speech).toBe(false);
    const { p, speech } = await run(gated, samples);
    expect(speech).toBe(false);
    expect(p.reduce((sum, each) => sum + each)).toBeCloseTo(1, 5);
  });

  test.each([1, 2, 255, 256, 257, 1000, 5119, 5121])("clips of %i samples have an answer", async (length) => {
    await compare(clips[0]!.slice(4000, 4000 + length));
  });

  test("without the gate all samples are one window", async () => {
    const session = await Session.create(exportWaveform(model, "model", { gate: false }), { threads: 1 });
    expect(session.outputNames).toEqual(["probabilities"]);
    for (const clip of [clips[0]!, joinFloats([silence(0.5), clips[0]!])]) {
      const features = featureSet("logmel72@1").extract({ samples: clip, sampleRate: RATE });
      const expected = await recognizer.classifyFeatures([features]);
      expect((await run(session, clip)).p).toBeAllClose(expected, { atol: 1e-4 });
    }
    await session.release();
  });

  test.skipIf(!HAS_DATA)("eight real recordings", async () => {
    for (const file of spreadRecordings(2)) await compare(await samplesOf(file));
  });

  test("carries the model's metadata, and ser export writes it", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "ser-waveform-"));
    const out = path.join(folder, "x.onnx");
    const result = await ser(["export", DEFAULT_MODEL, "--to", "onnx-waveform", "--out", out]);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout).toContain("mono at 16000 Hz → probabilities of angry, disgust");
    expect(decodeOnnx(await readFile(out)).metadata).toMatchObject(toProperties(model.metadata));

    // It is no model for this program, and does not go where the model is that it is made of.
    const asModel = await ser(["info", out]);
    expect(asModel.exitCode).toBe(2);
    expect(asModel.stderr).toContain('from "ser export --to onnx-waveform"; give the model that it was made of');
    const own = path.join(folder, "own.onnx");
    await copyFile(DEFAULT_MODEL, own);
    const onto = await ser([
      "export",
      own,
      "--to",
      "onnx-waveform",
      "--out",
      `${folder}/../${path.basename(folder)}/own.onnx`,
    ]);
    expect(onto.exitCode).toBe(2);
    expect(onto.stderr).toContain("own.onnx is what is read; give another name");
    expect(await readFile(own)).toEqual(await readFile(DEFAULT_MODEL));
  });
});

test("features that need the whole clip are refused, and why", () => {
  expect(() => exportWaveform(tinyModel(), "seed.onnx")).toThrow(
    /seed.onnx: the features librosa54@1 are not expressed in ONNX: .* tuning/,
  );
});
