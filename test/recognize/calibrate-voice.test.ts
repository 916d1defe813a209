import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Waveform } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { speed } from "../../src/augment/index.ts";
import { measureClips } from "../../src/fit/index.ts";
import { frontEnd } from "../../src/gate/index.ts";
import { columnMeans } from "../../src/matrix.ts";
import { encodeModel, layoutOf, statisticsOfVoice, weightsOfVoice, type Model } from "../../src/model/index.ts";
import { readModelFile } from "../../src/model/files.node.ts";
import { calibrateVoice, recordedVoice, type LabelledClip, Recognizer } from "../../src/recognize/index.ts";
import { DEFAULT_MODEL } from "../../src/recognize/load.node.ts";
import { tinyKnowingModel, tinySpeechModel, tinyVoiceModel } from "./models.ts";

const folder = fileURLToPath(new URL("../../examples/clips/", import.meta.url));
const read = (name: string): Promise<Waveform> => readAudio(`${folder}${name}.wav`);
const even = await read("espeak-even-middle");
const fast = await read("espeak-fast-high");
const slow = await read("espeak-slow-low");
const hum = await read("hum");
const { model: shipped } = await readModelFile(DEFAULT_MODEL);
const spoken: readonly (readonly [string, Waveform])[] = [
  ["neutral", even],
  ["happy", fast],
  ["sad", slow],
];

/** The clips played at `rates` of their speed. */
function clipsAt(...rates: number[]): LabelledClip[] {
  return rates.flatMap((rate) =>
    spoken.map(([emotion, waveform]) => ({ emotion, waveform: speed(waveform, { factor: rate }) })),
  );
}

const load = async (model: Model): Promise<Recognizer> => Recognizer.load(await encodeModel(model));

describe("neutral seconds", () => {
  test("shift each column by a share of reference minus the mean of the speech's frames", async () => {
    await using recognizer = await load(tinyVoiceModel());
    const voice = await calibrateVoice(recognizer, { neutral: [even, slow] }, { share: 0.25 });
    const extract = frontEnd("logmel72@1+gate@2").extract;
    const [a, b] = [extract(even), extract(slow)];
    const expected = Array.from({ length: 72 }, (_, c) => {
      let sum = 0;
      for (const matrix of [a, b]) for (let r = 0; r < matrix.rows; r++) sum += matrix.data[r * 72 + c]!;
      return 0.25 * (c / 10 - sum / (a.rows + b.rows));
    });
    expect(voice.baseline!.shift).toBeAllClose(expected, { rtol: 1e-4, atol: 1e-5 });
    expect(voice.baseline).toMatchObject({
      recordings: 2,
      seconds: expect.closeTo(((a.rows + b.rows) * 256) / 16_000, 0) as number,
    });
    expect(voice.head).toBeNull();
    await using mine = await recognizer.withVoice(voice);
    const [before, after] = [await recognizer.recognize(fast), await mine.recognize(fast)];
    expect(after.probabilities).not.toEqual(before.probabilities);
  });

  /** The BiLSTM's branch of the shipped model, which answers alone by twice its half of the last layer. */
  function oneBranch(): Model {
    const { functionals, ...network } = shipped.metadata.network;
    expect(functionals).toBeDefined();
    const [from, to] = [layoutOf(shipped.metadata.network), layoutOf(network)];
    const weights = to.weights.initialize(0);
    const statistics = to.statistics.initialize(0);
    for (const { name } of to.weights.specs) {
      const own = to.weights.view(weights, name);
      const both = from.weights.view(shipped.weights, name).subarray(0, own.length);
      own.set(name === "dense2/kernel" ? both.map((value) => 2 * value) : both);
    }
    for (const { name } of to.statistics.specs)
      to.statistics.view(statistics, name).set(from.statistics.view(shipped.statistics, name));
    const { voiceReference: _, ...metadata } = shipped.metadata;
    // Nor rooms, which are told by what whole clips measure.
    const { rooms: __, ...rest } = shipped;
    return { ...rest, weights, statistics, metadata: { ...metadata, network } };
  }

  test("a voice whose features are offset is recognised as one whose are not", async () => {
    // To a model whose training voices all had 0.7 more in every column, this voice is offset by −0.7.
    const mean = [...columnMeans([frontEnd(shipped.metadata.featureSet).extract(even)])].map((value) => value + 0.7);
    const neutralReference = { mean, recordings: 1, speakers: 1 };
    // A branch of functionals has no standardiser that one could move with the voice.
    const alone = oneBranch();
    const statistics = alone.statistics.map((value) => value);
    const own = layoutOf(alone.metadata.network).statistics.view(statistics, "standardizer/mean");
    own.set(own.map((value) => value + 0.7));
    await using model = await load(alone);
    await using other = await load({ ...alone, statistics, metadata: { ...alone.metadata, neutralReference } });
    const voice = await calibrateVoice(other, { neutral: [even, even] }, { share: 1 });
    await using mine = await other.withVoice(voice);
    for (const [, waveform] of spoken) {
      const [meant, offset, calibrated] = await Promise.all(
        [model, other, mine].map(async (by) => Object.values((await by.recognize(waveform)).probabilities!)),
      );
      expect(Math.max(...meant!.map((p, i) => Math.abs(p - offset![i]!)))).toBeGreaterThan(0.02);
      expect(calibrated!).toBeAllClose(meant!, { atol: 1e-3 });
    }
  });
});

describe("a model that was taught to know voices", () => {
  /** What the speech of these measures less 0.5, added up and divided by their number and 2. */
  async function expected(waveforms: readonly Waveform[]): Promise<number[]> {
    const { metadata } = tinyKnowingModel();
    const speech = waveforms.map((each) => frontEnd("logmel72@1+gate@2").extract(each));
    const clips = { length: speech.length, features: (i: number) => speech[i]!.data };
    const measures = await measureClips(clips, metadata.network);
    return Array.from(
      measures[0]!,
      (_, k) => -measures.reduce((s, each) => s + each[k]! - 0.5, 0) / (speech.length + 2),
    );
  }

  /** The weights with which the branch for voices answers alone, of a voice that is known by so many recordings. */
  function knownWeights(model: Model, recordings: number): Float32Array {
    const { network, voiceReference } = model.metadata;
    return weightsOfVoice(network, model.weights, voiceReference!, { share: 1, temperature: 2 + 1.5 / recordings });
  }

  test("hears what all recordings have taken off, neutral or not, labelled or not", async () => {
    await using recognizer = await load(tinyKnowingModel());
    const three = await calibrateVoice(recognizer, { neutral: [even], speech: [slow, fast] });
    expect(three.baseline!.shift).toBeAllClose(await expected([even, slow, fast]), { atol: 2e-3, rtol: 2e-3 });
    expect(three.baseline).toMatchObject({ recordings: 3, share: 1, temperature: 2.5 });
    expect(three.head).toBeNull();
    const taught = await calibrateVoice(recognizer, { clips: clipsAt(1, 0.98) });
    const heard = clipsAt(1, 0.98).map(({ waveform }) => waveform);
    expect(taught.baseline!.shift).toBeAllClose(await expected(heard), { atol: 2e-3, rtol: 2e-3 });
    expect(taught.baseline).toMatchObject({ recordings: 0, seconds: 0 });
    expect(taught.head).toMatchObject({ clips: 6 });
  });

  test("answers by the statistics and the last layer of the voice, and teaches its last layer what is heard so", async () => {
    const model = tinyKnowingModel();
    await using recognizer = await load(model);
    const voice = await calibrateVoice(recognizer, { speech: [even, slow] });
    const offset = Float32Array.from(voice.baseline!.shift, (value) => -value);
    const statistics = statisticsOfVoice(model.metadata.network, model.statistics, offset);
    await using moved = await load({ ...model, statistics, weights: knownWeights(model, 2) });
    await using mine = await recognizer.withVoice(voice);
    const [a, b, c] = [await mine.recognize(fast), await moved.recognize(fast), await recognizer.recognize(fast)];
    expect(a.probabilities).toEqual(b.probabilities);
    expect(a.probabilities).not.toEqual(c.probabilities);
    // The moved model knows no voices: it is taught the same clips by the same hidden states.
    const clips = clipsAt(0.98, 1);
    const both = await calibrateVoice(recognizer, { speech: [even, slow], clips });
    const off = Float32Array.from(both.baseline!.shift, (value) => -value);
    const { voiceReference: _, ...metadata } = model.metadata;
    const ownStatistics = statisticsOfVoice(metadata.network, model.statistics, off);
    const ignorant = { ...model, metadata, statistics: ownStatistics, weights: knownWeights(model, 8) };
    await using other = await load(ignorant);
    expect((await calibrateVoice(other, { clips })).head!.weights).toEqual(both.head!.weights);
    const refusal = {
      code: "voice_reference_missing",
      message: expect.stringContaining("neutral recordings or labelled clips calibrate it all the same") as string,
    };
    await expect(calibrateVoice(other, { speech: [even, slow] })).rejects.toMatchObject(refusal);
    await expect(recordedVoice(other, [off], 3)).rejects.toMatchObject(refusal);
  });

  test("needs three seconds of it, and refuses a profile of as many numbers as it has columns", async () => {
    await using recognizer = await load(tinyKnowingModel());
    await expect(calibrateVoice(recognizer, { speech: [fast] })).rejects.toMatchObject({
      code: "voice_too_little",
      message: expect.stringMatching(/^the recordings have 1\.\d s of speech, at least 3 are needed/) as string,
    });
    const voice = await calibrateVoice(recognizer, { speech: [even, slow] });
    const short = { ...voice, baseline: { ...voice.baseline!, shift: voice.baseline!.shift.slice(0, 72) } };
    await expect(recognizer.withVoice(short)).rejects.toThrow("its shift has 72 numbers, the model has 336 measures");
  });
});

describe("labelled clips", () => {
  test("teach the model to tell other recordings of them apart", async () => {
    await using recognizer = await load(shipped);
    const progress: string[] = [];
    const onProgress = (done: number, total: number): void => void progress.push(`${done}/${total}`);
    const voice = await calibrateVoice(recognizer, { clips: clipsAt(0.95, 1, 1.05) }, { onProgress });
    expect(progress).toEqual(Array.from({ length: 9 }, (_, i) => `${i + 1}/9`));
    expect(voice.head).toMatchObject({ clips: 9, labels: { neutral: 3, happy: 3, sad: 3, fear: 0 } });
    await using mine = await recognizer.withVoice(voice);
    const heard = async (by: Recognizer): Promise<(string | null)[]> =>
      Promise.all(clipsAt(0.97, 0.99).map(async ({ waveform }) => (await by.recognize(waveform)).emotion));
    const truth = clipsAt(0.97, 0.99).map(({ emotion }) => emotion);
    expect(await heard(recognizer)).not.toEqual(truth);
    expect(await heard(mine)).toEqual(truth);
  });

  test("are heard shifted when neutral recordings are given, too", async () => {
    await using recognizer = await load(tinyVoiceModel());
    const neutral = [even, slow];
    const both = await calibrateVoice(recognizer, { neutral, clips: clipsAt(0.98, 1) });
    const alone = await calibrateVoice(recognizer, { neutral });
    const clips = await calibrateVoice(recognizer, { clips: clipsAt(0.98, 1) });
    expect(both.baseline).toEqual(alone.baseline);
    expect(both.head!.weights).not.toEqual(clips.head!.weights);
    // A recogniser of the shift alone hears what the clips were heard as: taught its frames, it ends where `both` is.
    await using shifted = await recognizer.withVoice(alone);
    const again = await calibrateVoice(shifted, { neutral, clips: clipsAt(0.98, 1) });
    expect(again.head).toEqual(both.head);
  });

  test("calm counts as neutral where the model says so", async () => {
    await using recognizer = await load(tinySpeechModel());
    const clips = clipsAt(0.98, 1).map((clip) => ({
      ...clip,
      emotion: clip.emotion === "neutral" ? "calm" : clip.emotion,
    }));
    const { head } = await calibrateVoice(recognizer, { clips });
    expect(head!.labels).toMatchObject({ neutral: 2, sad: 2 });
  });
});

describe("what cannot be calibrated with", () => {
  const happy = (waveform: Waveform, name?: string): LabelledClip => ({
    emotion: "happy",
    waveform,
    ...(name && { name }),
  });
  test.each<[string, Parameters<typeof calibrateVoice>[1], object]>([
    ["nothing", {}, { code: "parameter_invalid" }],
    [
      "too short a neutral recording",
      { neutral: [fast] },
      {
        code: "voice_too_little",
        message: /^the neutral recordings have 1\.\d s of speech, at least 3 are needed; record/,
      },
    ],
    [
      "a hum",
      { neutral: [{ ...hum, name: "hum.wav" }] },
      { code: "voice_too_little", message: /^hum\.wav: there is no speech/ },
    ],
    [
      "four clips",
      { clips: clipsAt(1) },
      {
        code: "voice_too_little",
        message:
          /^3 labelled clips of neutral, happy, sad: at least 5 are needed; record one or two sentences in each of angry/,
      },
    ],
    [
      "one emotion",
      { clips: [even, fast, slow, even, fast].map((w) => happy(w)) },
      { code: "voice_too_little", message: /^5 labelled clips of happy: at least 2 emotions/ },
    ],
    [
      "an emotion that is no label",
      { clips: [...clipsAt(1), { ...happy(even, "a.wav"), emotion: "proud" }] },
      { code: "parameter_invalid", message: /^a\.wav: the model has no label "proud"; it has angry/ },
    ],
  ])("%s", async (_, recordings, expected) => {
    await using recognizer = await load(tinyVoiceModel());
    const error = await calibrateVoice(recognizer, recordings).catch((each: unknown) => each);
    const { code, message } = expected as { code: string; message?: RegExp };
    expect(error).toMatchObject({ code });
    if (message) expect((error as Error).message).toMatch(message);
  });

  test("neutral seconds, by a model that does not know neutral voices", async () => {
    await using recognizer = await load(tinySpeechModel());
    await expect(calibrateVoice(recognizer, { neutral: [even, slow] })).rejects.toMatchObject({
      code: "neutral_reference_missing",
      message: expect.stringContaining('train it again with "ser train", or calibrate with labelled clips') as string,
    });
  });

  test("options outside their rules; an aborted signal", async () => {
    await using recognizer = await load(tinyVoiceModel());
    const neutral = [even, slow];
    await expect(calibrateVoice(recognizer, { neutral }, { share: 2 })).rejects.toThrow("share=2 must be in 0 … 1");
    await expect(calibrateVoice(recognizer, { clips: clipsAt(0.98, 1) }, { anchor: -1 })).rejects.toThrow("anchor=-1");
    const signal = AbortSignal.abort();
    await expect(calibrateVoice(recognizer, { neutral }, { signal })).rejects.toMatchObject({ code: "aborted" });
  });
});
