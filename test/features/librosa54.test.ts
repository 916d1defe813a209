import { describe, expect, test } from "vitest";
import { chromaStft, featureSet, mfcc, powerSpectrogram, rms, zeroCrossingRate } from "../../src/features/index.ts";
import { expectGolden } from "./close-to-golden.ts";
import { golden, signal, SIGNALS } from "./signals.ts";

const librosa54 = featureSet("librosa54@1");

describe("librosa54@1 equals librosa 0.11", () => {
  test.each(SIGNALS)("%s", async (name) => {
    const features = librosa54.extract(await signal(name)).transpose();
    const { columns, values, frames, everyFrame } = golden(`librosa54-${name}`);
    expect([features.rows, features.columns]).toEqual([54, frames]);
    for (const [from, to, atol] of [
      [0, 40, 1e-3],
      [40, 54, 1e-4],
    ] as const) {
      const kept = Float32Array.from(
        { length: (to - from) * columns },
        (_, i) => features.data[(from + Math.floor(i / columns)) * frames + (i % columns) * everyFrame]!,
      );
      expect(kept).toBeAllClose(values.subarray(from * columns, to * columns), { atol });
    }
  });

  test("silence: c0 is -100·√128, everything else zero", async () => {
    const features = librosa54.extract(await signal("silence"));
    for (let t = 0; t < features.rows; t++) {
      const [c0, ...others] = features.row(t);
      expect(c0).toBeCloseTo(-100 * Math.sqrt(128), 3);
      expect(others).toBeAllClose(new Float32Array(53), { atol: 1e-3 });
    }
  });

  test("frames are 1 + ⌊n / 512⌋", () => {
    for (const n of [1, 511, 512, 513, 22050]) {
      const { rows, columns } = librosa54.extract({ samples: new Float32Array(n), sampleRate: 22050 });
      expect([rows, columns]).toEqual([1 + Math.floor(n / 512), 54]);
    }
  });

  test("another rate is brought to 22,050 Hz: the same tone at 48,000 Hz has the same features", async () => {
    const tone = Float32Array.from({ length: 48000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / 48000));
    const features = librosa54.extract({ samples: tone, sampleRate: 48000 });
    const expected = librosa54.extract(await signal("tone"));
    expect(features.rows).toBe(expected.rows);
    // Frames that see the ends differ: there the tone is no tone.
    for (let t = 4; t < features.rows - 4; t++) {
      expect(features.row(t).subarray(0, 20)).toBeAllClose(expected.row(t).subarray(0, 20), { atol: 0.5 });
      expect(features.row(t).subarray(40)).toBeAllClose(expected.row(t).subarray(40), { atol: 2e-3 });
    }
  });

  test("the MFCC columns are mfcc's with 40 coefficients", async () => {
    const sentence = await signal("sentence");
    const alone = mfcc(powerSpectrogram(sentence), { nMfcc: 40 });
    const features = librosa54.extract(sentence).transpose();
    expect(features.data.subarray(0, alone.data.length)).toBeAllClose(alone.data, { atol: 1e-4 });
  });

  test("a clip longer than one segment (2048 frames) equals the functions on its whole spectrogram", async () => {
    const { samples, sampleRate } = await signal("minute");
    const long = new Float32Array(2 * samples.length);
    long.set(samples);
    long.set(samples.toReversed(), samples.length);
    const waveform = { samples: long, sampleRate };
    const features = librosa54.extract(waveform).transpose();
    expect(features.columns).toBeGreaterThan(4096);
    const spectrogram = powerSpectrogram(waveform);
    const rows = (from: number, to: number): Float32Array =>
      features.data.subarray(from * features.columns, to * features.columns);
    expect(rows(0, 40)).toBeAllClose(mfcc(spectrogram, { nMfcc: 40 }).data, { atol: 2e-4 });
    expect(rows(40, 41)).toBeAllClose(zeroCrossingRate(waveform).data, { atol: 0 });
    expect(rows(41, 53)).toBeAllClose(chromaStft(spectrogram).data, { atol: 1e-5 });
    expect(rows(53, 54)).toBeAllClose(rms(waveform).data, { atol: 1e-7 });
  });

  test("a parameter set apart from the defaults", async () => {
    expectGolden(mfcc(powerSpectrogram(await signal("sentence"))), "mfcc-default", { atol: 1e-3 });
  });

  test("54 columns, named in order, each once", () => {
    const names = librosa54.columns.map((column) => column.name);
    expect(names).toEqual([
      ...Array.from({ length: 40 }, (_, i) => `mfcc_${i}`),
      "zcr",
      ...Array.from({ length: 12 }, (_, i) => `chroma_${i}`),
      "rms",
    ]);
    expect(librosa54.columns[41]!.description).toContain("pitch class C ");
    expect(librosa54.columns.every((column) => column.unit !== "" && column.description !== "")).toBe(true);
  });

  test("no samples", () => {
    const empty = { samples: new Float32Array(0), sampleRate: 22050 };
    expect(() => librosa54.extract(empty)).toThrow("the waveform has no samples");
  });
});

describe("featureSet", () => {
  test("an unknown id names the known ones", () => {
    expect(() => featureSet("librosa54@2")).toThrow(
      'featureSet: "librosa54@2" is none (did you mean librosa54@1?); there are librosa54@1',
    );
  });
});
