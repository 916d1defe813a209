import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { array, assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { resample, type Waveform } from "../../src/audio/index.ts";
import { createExtractor, featureSet, type FeatureExtractor } from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { lcgNoise, signal } from "./signals.ts";

const RATES = [8000, 16000, 22050, 44100, 48000];
const sets = ["logmel72@1"];

/** All frames that come of `samples`, pushed in pieces of these lengths in turn. */
function inPieces(extractor: FeatureExtractor, samples: Float32Array, pieces: readonly number[]): Matrix {
  const values: number[] = [];
  for (let at = 0, i = 0; at < samples.length; i++) {
    const piece = samples.subarray(at, at + pieces[i % pieces.length]!);
    values.push(...extractor.push(piece).data);
    at += piece.length;
  }
  values.push(...extractor.finish().data);
  const columns = extractor.columns.length;
  return new Matrix(values.length / columns, columns, Float32Array.from(values));
}

/** A sentence with silence, noise and a click around it: every floor and ramp of a set is met. */
async function scene(sampleRate: number): Promise<Waveform> {
  const { samples } = resample(await signal("sentence"), sampleRate);
  const half = sampleRate >> 1;
  const out = new Float32Array(samples.length + 4 * half);
  out.set(samples, 2 * half);
  const noise = lcgNoise(half);
  for (let i = 0; i < half; i++) out[half + i]! += 1e-3 * noise[i]!;
  out[out.length - (half >> 1)] = 0.9;
  return { samples: out, sampleRate };
}

describe.each(sets)("%s, incrementally", (id) => {
  const set = featureSet(id);

  test.each(RATES)("from %i Hz, any pieces: the frames of the whole clip", async (sampleRate) => {
    const { samples } = await scene(sampleRate);
    assert(
      property(
        integer({ min: 0, max: 3 * sampleRate }),
        integer({ min: 1, max: samples.length }),
        array(integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 6 }),
        (start, length, pieces) => {
          const clip = samples.slice(start, start + length);
          if (clip.length === 0) return;
          const extractor = createExtractor(id, sampleRate);
          const frames = inPieces(extractor, clip, pieces);
          const whole = set.extract({ samples: clip, sampleRate });
          expect(extractor.normalize(frames).rows).toBe(whole.rows);
          // The bar is 1e-5; as both resample by the same blocks, not a bit differs.
          expect(extractor.normalize(frames)).toEqual(whole);
        },
      ),
      {
        numRuns: 12,
        seed: 5,
        examples: [
          [0, samples.length, [1]],
          [0, samples.length, [512]],
        ],
      },
    );
  });

  test.each(RATES)("from %i Hz: those of the clip that `resample` made, to 1e-4", async (sampleRate) => {
    const clip = await scene(sampleRate);
    const extractor = createExtractor(id, sampleRate);
    // Its blocks are longer and round otherwise, which shows in bands 100 dB below their frame.
    const features = extractor.normalize(inPieces(extractor, clip.samples, [480]));
    expect(features.data).toBeAllClose(set.extract(resample(clip, set.sampleRate)).data, { atol: 1e-4 });
  });

  test("a frame depends on its own samples alone", () => {
    const samples = Float32Array.from(lcgNoise(16000), (x) => 0.1 * x);
    const changed = samples.slice();
    changed.fill(0.9, 0, 4000);
    changed.fill(-0.9, 8000);
    const [a, b] = [samples, changed].map((each) => inPieces(createExtractor(id, 16000), each, [160]));
    // Frame t sees samples 256t - 512 … 256t + 511.
    for (let t = Math.ceil(4512 / 256); 256 * t + 512 <= 8000; t++) expect(a!.row(t)).toEqual(b!.row(t));
  });

  test.each(RATES)("from %i Hz: no frame is later than delaySeconds says", (sampleRate) => {
    const extractor = createExtractor(id, sampleRate);
    const piece = new Float32Array(Math.round(sampleRate / 100));
    let frames = 0;
    for (let i = 1; i <= 300; i++) {
      frames += extractor.push(piece).rows;
      // The middle of the frame still to come was heard less than that long ago.
      expect((i * piece.length) / sampleRate - (frames * set.hopLength) / set.sampleRate).toBeLessThan(
        extractor.delaySeconds + 1e-3,
      );
    }
    expect(extractor.delaySeconds).toBeLessThan(0.13);
  });

  test("after reset it is as new", async () => {
    const { samples } = await scene(44100);
    const extractor = createExtractor(id, 44100);
    const first = inPieces(extractor, samples, [2000]);
    extractor.reset();
    expect(inPieces(extractor, samples, [777])).toEqual(first);
  });

  test("nothing pushed, nothing given", () => {
    const extractor = createExtractor(id, 48000);
    expect(extractor.push(new Float32Array(0)).rows).toBe(0);
    expect(extractor.finish()).toMatchObject({ rows: 0, columns: extractor.columns.length });
  });

  test.each([16000, 48000])("from %i Hz: 10,000 hops leave nothing on the heap", (sampleRate) => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const extractor = createExtractor(id, sampleRate);
    const hop = Float32Array.from(lcgNoise(512));
    const push = (hops: number): void => {
      for (let i = 0; i < hops; i++) extractor.push(hop);
    };
    // Until the loops are compiled, the interpreter boxes numbers; and the compiler itself may work beside a round.
    push(3000);
    let growth = Infinity;
    for (let round = 0; round < 4 && growth >= 20_000; round++) {
      collect();
      const before = process.memoryUsage();
      push(10_000);
      const after = process.memoryUsage();
      growth = after.heapUsed - before.heapUsed + Math.max(0, after.arrayBuffers - before.arrayBuffers);
    }
    // One number boxed in each hop would be 160,000 bytes.
    expect(growth).toBeLessThan(20_000);
  });

  test("views: one and the same matrix in the steady state", () => {
    const extractor = createExtractor(id, 48000);
    const piece = new Float32Array(1536);
    const seen = new Set<Matrix>();
    for (let i = 0; i < 50; i++) extractor.push(piece);
    for (let i = 0; i < 200; i++) seen.add(extractor.push(piece));
    // Two or three frames a piece, and once in a while none.
    expect(seen.size).toBeLessThan(6);
  });
});

test("a set that needs the whole clip says why", () => {
  expect(() => createExtractor("librosa54@1", 16000)).toThrow(
    "createExtractor: librosa54@1 needs the whole clip: its decibels are clamped to 80 below the clip's loudest, and its " +
      "chroma filters follow the clip's tuning",
  );
  expect(() => createExtractor("other@1", 16000)).toThrow('featureSet: "other@1" is none; there are librosa54@1');
  expect(() => createExtractor("logmel72@1", 0.5)).toThrow("from=0.5 must be a positive integer, in hertz");
});
