import { array, assert, boolean, double, integer, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { createExtractor, featureSet, FeatureWindows, normalizeWindow } from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { voice } from "../gate/sounds.ts";

const pieces = [1, 255, 0, 4000, 17, 256, 1024, 20_000];

function pushed(set: string, samples: Float32Array): FeatureWindows {
  const windows = new FeatureWindows(featureSet(set));
  for (let at = 0, i = 0; at < samples.length; i++) {
    const piece = samples.subarray(at, at + pieces[i % pieces.length]!);
    windows.push(piece);
    at += piece.length;
  }
  return windows;
}

test.each([
  ["logmel72@1", 16_000],
  ["librosa54@1", 22_050],
])(
  "%s: the window of everything is the clip, the window of a part of a whole-clip set is that part",
  (id, sampleRate) => {
    const { samples } = voice(sampleRate, 2, 0.3, 1.7);
    const windows = pushed(id, samples);
    windows.end();
    expect(windows.extract(0, samples.length)).toEqual(featureSet(id).extract({ samples, sampleRate }));
    if (id === "librosa54@1") {
      const part = { samples: samples.slice(5000, 30_000), sampleRate };
      expect(windows.extract(5000, 30_000)).toEqual(featureSet(id).extract(part));
    }
  },
);

test("logmel72@1: a part's frames are those of the stream, normalised among themselves", () => {
  const { samples } = voice(16_000, 4, 0.3, 3.7);
  const raw = createExtractor("logmel72@1", 16_000).push(samples);
  const windows = pushed("logmel72@1", samples);
  windows.forget(64 * 256);
  windows.forget(130 * 256);
  const naive = new Matrix(71, raw.columns, raw.data.slice(130 * raw.columns, 201 * raw.columns));
  expect(windows.extract(129.5 * 256, 200.4 * 256)).toEqual(normalizeWindow(naive));
});

test("frames that are still to come are left out of a window", () => {
  const windows = new FeatureWindows(featureSet("logmel72@1"));
  windows.push(new Float32Array(2048));
  // Frame t reaches to sample 256·t + 512.
  expect(windows.extract(0, 2048).rows).toBe(1 + (2048 - 512) / 256);
});

test("any sound in any pieces, any window within what came: frames as documented, all finite", () => {
  const levels = integer({ min: -25, max: 15 });
  const cuts = array(integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 12 });
  const shares = tuple(double({ min: 0, max: 1, noNaN: true }), double({ min: 0, max: 1, noNaN: true }));
  assert(
    property(levels, cuts, shares, boolean(), (level, lengths, [a, b], ended) => {
      const windows = new FeatureWindows(featureSet("logmel72@1"));
      let total = 0;
      for (const length of lengths) {
        windows.push(Float32Array.from({ length }, (_, i) => 10 ** level * Math.sin((total + i) ** 1.3)));
        total += length;
      }
      if (ended) windows.end();
      const [begin, end] = [Math.floor(Math.min(a, b) * total), Math.floor(Math.max(a, b) * total)];
      const features = windows.extract(begin, end);
      const centres = Math.floor(end / 256) - Math.ceil(begin / 256) + 1;
      expect(features.columns).toBe(72);
      expect(features.rows).toBeLessThanOrEqual(Math.max(0, centres));
      if (ended) expect(features.rows).toBe(Math.max(0, centres));
      expect(features.data.every(Number.isFinite)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
