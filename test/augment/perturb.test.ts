import { describe, expect, test } from "vitest";
import {
  addBandNoise,
  limitBands,
  perturb,
  stretchFrames,
  tiltBands,
  warpBands,
} from "../../src/augment/feature-level.ts";
import { bandMeasures, followBands, powerOf } from "../../src/augment/band-measures.ts";
import { featureSet, type BandLayout } from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { Random } from "../../src/random.ts";

/** Ten bands an eighth of an octave apart, then voicing and F0. */
const layout: BandLayout = {
  centres: Array.from({ length: 10 }, (_, b) => 100 * 2 ** (b / 8)),
  floor: -7,
  octaves: [{ column: 11, voicing: { column: 10, from: 0.5, fully: 0.8 } }],
};

function clip(rows: number, value: (t: number, c: number) => number): Matrix {
  return new Matrix(
    rows,
    12,
    Float32Array.from({ length: rows * 12 }, (_, i) => value(Math.floor(i / 12), i % 12)),
  );
}

describe("features changed as a waveform would change them", () => {
  test("stretching keeps a ramp a ramp, from the same first to the same last value", () => {
    const long = stretchFrames(
      clip(9, (t) => t),
      2,
    );
    expect(long.rows).toBe(18);
    expect(Array.from({ length: 18 }, (_, t) => long.row(t)[3]!)).toBeAllClose(
      Array.from({ length: 18 }, (_, t) => (t * 8) / 17),
      { atol: 1e-6 },
    );
    expect(
      stretchFrames(
        clip(9, () => 1),
        4,
        20,
      ).rows,
    ).toBe(20);
    expect(
      stretchFrames(
        clip(1, () => 1),
        0.1,
      ).rows,
    ).toBe(1);
    expect(() =>
      stretchFrames(
        clip(2, () => 1),
        0,
      ),
    ).toThrow("factor=0 must be above 0");
  });

  test("a shorter vocal tract moves a peak up by whole bands, and F0 where there is voice", () => {
    const features = clip(2, (t, c) => (c === 4 ? 3 : c === 10 ? t : c === 11 ? 1 : -2));
    warpBands(features, 2 ** (2 / 8), layout); // two bands
    for (const t of [0, 1]) {
      expect(features.row(t).subarray(0, 10)).toBeAllClose([-2, -2, -2, -2, -2, -2, 3, -2, -2, -2], { atol: 1e-4 });
    }
    expect(features.row(0)[11]).toBeCloseTo(1, 6); // no voice
    expect(features.row(1)[11]).toBeCloseTo(1 + 2 / 8, 6);
  });

  test("a curve through the gains, no band below the floor", () => {
    const features = clip(1, () => -6.9);
    tiltBands(features, [-1, 0, 1], layout);
    const expected = Array.from({ length: 10 }, (_, b) => Math.max(-7, -6.9 + (b / 9) * 2 - 1));
    expect(features.row(0).subarray(0, 10)).toBeAllClose(expected, { atol: 1e-5 });
  });

  test("noise as loud as the band doubles its power; the voice's share of the power is left of its periodicity", () => {
    const features = clip(2, (t, c) => (c < 10 ? -2 : c === 10 ? 1 - 0.1 * t : 3));
    addBandNoise(features, -2, 0, layout);
    const louder = Array.from({ length: 10 }, () => -2 + Math.log10(2));
    // 1 → 0.5 and 0.9 → 0.45: no longer voiced, and F0 counts for nothing.
    expect(features.row(0)).toBeAllClose([...louder, 0.5, 0], { atol: 1e-6 });
    expect(features.row(1)).toBeAllClose([...louder, 0.45, 0], { atol: 1e-6 });
    const quiet = clip(1, (_, c) => (c < 10 ? -2 : c === 10 ? 0.7 : 3));
    addBandNoise(quiet, -3, 0, { ...layout, voiced: [9] }); // a tenth of the power
    expect(quiet.row(0)[10]).toBeCloseTo(0.7 / 1.1, 6);
    const left = (0.7 / 1.1 - 0.5) / (0.7 - 0.5);
    expect(quiet.row(0)[11]).toBeCloseTo(3 * left, 5);
    expect(quiet.row(0)[9]).toBeCloseTo((-2 + Math.log10(1.1)) * left, 5);
  });

  test("a narrow channel leaves the floor outside", () => {
    const features = clip(1, () => 0);
    limitBands(features, 105, 170, layout);
    const inside = layout.centres.map((hz) => (hz >= 105 && hz <= 170 ? 0 : -7));
    expect(Array.from(features.row(0))).toEqual([...inside, 0, 0]);
  });
});

test("logmel72 says where its bands are: a pure tone is loudest in the band with the nearest centre", () => {
  const { extract, layout: bands, sampleRate } = featureSet("logmel72@1");
  for (const hertz of [300, 1000, 4000]) {
    const samples = Float32Array.from(
      { length: 8000 },
      (_, n) => 0.3 * Math.sin((2 * Math.PI * hertz * n) / sampleRate),
    );
    const middle = extract({ samples, sampleRate }).row(12).subarray(0, 64);
    const nearest = bands!.centres.map((centre) => Math.abs(Math.log(centre / hertz)));
    expect(Math.abs(middle.indexOf(Math.max(...middle)) - nearest.indexOf(Math.min(...nearest)))).toBeLessThanOrEqual(
      1,
    );
  }
});

describe("the measures that follow the bands", () => {
  const { extract, layout: bands, sampleRate } = featureSet("logmel72@1");
  const names = featureSet("logmel72@1").columns.map(({ name }) => name);
  const column = (name: string): number => names.indexOf(name);
  /** A vowel of harmonics of 150 Hz that fall by 6 dB an octave, those above 1 kHz times `high`. */
  const vowel = (high: number): Matrix => {
    const samples = new Float32Array(8000);
    for (let k = 1; k <= 40; k++) {
      const amplitude = (0.2 / k) * (150 * k > 1000 ? high : 1);
      for (let n = 0; n < samples.length; n++)
        samples[n]! += amplitude * Math.sin((2 * Math.PI * 150 * k * n) / sampleRate + k * k);
    }
    return extract({ samples, sampleRate });
  };

  test("bel from the table are powers of ten", () => {
    for (let bel = -38; bel <= 38; bel += 0.00137) expect(Math.abs(powerOf(bel) / 10 ** bel - 1)).toBeLessThan(6e-8);
  });

  test("bands that lose 10 dB above 1 kHz give the columns of the sound that does", () => {
    const [plain, wanted] = [vowel(1), vowel(Math.sqrt(0.1))];
    const changed = new Matrix(plain.rows, plain.columns, plain.data.slice());
    const before = bandMeasures(changed, bands!)!;
    for (let t = 0; t < changed.rows; t++)
      for (const [b, centre] of bands!.centres.entries()) if (centre > 1000) changed.row(t)[b]! -= 1;
    followBands(changed, before, bands!);
    const middle = 12;
    for (const [name, atol] of [
      ["level", 0.02],
      ["centroid", 0.05],
      ["bandwidth", 0.05],
      ["tilt", 0.05],
      ["zcr", 0.03],
      ["logmel_10", 0.05],
      ["logmel_50", 0.05],
    ] as const) {
      const [now, goal, was] = [changed, wanted, plain].map((matrix) => matrix.row(middle)[column(name)]!);
      expect(Math.abs(now! - goal!), `${name}: ${was} → ${now}, not ${goal}`).toBeLessThan(atol);
    }
    expect(Math.abs(wanted.row(middle)[column("centroid")]! - plain.row(middle)[column("centroid")]!)).toBeGreaterThan(
      0.3,
    );
  });

  test("unchanged bands change nothing, and a set without such columns is left alone", () => {
    const features = vowel(1);
    const data = features.data.slice();
    followBands(features, bandMeasures(features, bands!)!, bands!);
    expect(features.data).toBeAllClose(data, { atol: 1e-6 });
    expect(bandMeasures(features, layout)).toBeUndefined();
  });
});

describe("perturb", () => {
  const features = clip(40, (t, c) => Math.sin(t * 0.3 + c));
  const options = { layout, strength: 1, maxFrames: 45 };

  test("without strength nothing changes but by the rounding of interpolation", () => {
    const out = perturb(features, { ...options, strength: 0 }, new Random(1, "perturb"));
    expect(out.rows).toBe(40);
    expect(out.data).toBeAllClose(features.data, { atol: 1e-6 });
  });

  test("the same generator gives the same, another another; the input stays; lengths end at maxFrames", () => {
    const before = features.data.slice();
    const draw = (seed: number): Matrix => perturb(features, options, new Random(seed, "perturb"));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(features.data).toEqual(before);
    const rows = Array.from({ length: 50 }, (_, seed) => draw(seed).rows);
    expect(Math.max(...rows)).toBe(45);
    expect(Math.min(...rows)).toBeLessThan(38);
  });

  test("a strength outside 0 … 1 is refused", () => {
    expect(() => perturb(features, { ...options, strength: 1.5 }, new Random(1))).toThrow("strength");
  });
});
