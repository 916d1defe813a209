import { describe, expect, test } from "vitest";
// The kernel's part; not public.
import { FramePitch } from "../../src/features/frame-pitch.ts";
import { harmonics } from "./pitch-golden.ts";
import { lcgNoise } from "./signals.ts";

const N = 1024;

function measure(samples: ArrayLike<number>): { f0: number; periodicity: number } {
  const pitch = new FramePitch(16000, N, 60, 640);
  pitch.begin();
  for (let i = 0; i < N; i++) pitch.frame[i] = samples[i] ?? 0;
  pitch.measure();
  return { f0: pitch.f0, periodicity: pitch.periodicity };
}

describe("FramePitch", () => {
  test.each([1, 2, 8])("a tone of %i harmonics has its F0 within 1 %, and repeats", (parts) => {
    for (let hertz = 65; hertz < 600; hertz *= 1.07) {
      const { f0, periodicity } = measure(harmonics(N, 16000, hertz, parts));
      expect(Math.abs(f0 / hertz - 1), `${hertz} Hz`).toBeLessThan(0.01);
      expect(periodicity, `${hertz} Hz`).toBeGreaterThan(0.95);
    }
  });

  test("a period of whole samples is exact: no difference at all", () => {
    const { f0, periodicity } = measure(harmonics(N, 16000, 160, 6));
    expect(f0).toBeCloseTo(160, 1);
    expect(periodicity).toBeCloseTo(1, 8);
  });

  test("a missing fundamental is found, within 1 %", () => {
    const tone = harmonics(N, 16000, 125, 8).map((x, i) => x - 0.3 * Math.sin((2 * Math.PI * 125 * i) / 16000));
    expect(Math.abs(measure(tone).f0 / 125 - 1)).toBeLessThan(0.01);
  });

  test("offset and level change nothing", () => {
    const tone = Array.from(harmonics(N, 16000, 210, 5), (x, i) => x + 0.05 * lcgNoise(N)[i % 7]!);
    const expected = measure(tone);
    for (const gain of [1e-4, 0.1, 30]) {
      const { f0, periodicity } = measure(tone.map((x) => gain * x));
      expect(f0).toBeCloseTo(expected.f0, 4);
      expect(periodicity).toBeCloseTo(expected.periodicity, 5);
    }
    const moved = measure(tone.map((x) => x + 0.2));
    expect(moved.f0).toBeCloseTo(expected.f0, 4);
    expect(moved.periodicity).toBeCloseTo(expected.periodicity, 5);
  });

  test("noise, a click, silence, a constant have no period", () => {
    const noise = lcgNoise(40 * N);
    const values = Array.from({ length: 40 }, (_, i) => measure(noise.subarray(i * N, (i + 1) * N)).periodicity);
    expect(Math.max(...values)).toBeLessThan(0.4);
    expect(measure(Float32Array.from({ length: N }, (_, i) => (i === 300 ? 0.9 : 0))).periodicity).toBeCloseTo(0, 6);
    expect(measure(new Float32Array(N))).toMatchObject({ periodicity: 0, f0: 640 });
    expect(measure(new Float32Array(N).fill(0.25)).periodicity).toBeCloseTo(0, 6);
  });

  test("equals the paper's equations as plain sums", () => {
    const x = Float64Array.from(lcgNoise(N), (value, i) => 0.3 * value + Math.sin(i / 9));
    const longest = Math.ceil(16000 / 60);
    const shortest = Math.floor(16000 / 640);
    const stretch = N - longest;
    const d = Array.from({ length: longest + 1 }, (_, lag) => {
      let sum = 0;
      for (let j = 0; j < stretch; j++) sum += (x[j]! - x[j + lag]!) ** 2;
      return sum;
    });
    const normalized = d.map((value, lag) => value / (d.slice(1, lag + 1).reduce((a, b) => a + b, 0) / lag));
    const smallest = Math.min(...normalized.slice(shortest));
    const below = normalized.findIndex(
      (value, lag) =>
        lag > shortest && value < 0.1 && value < normalized[lag - 1]! && value <= (normalized[lag + 1] ?? Infinity),
    );
    const lag = below > 0 ? below : normalized.indexOf(smallest, shortest);
    const { f0, periodicity } = measure(x);
    expect(periodicity).toBeCloseTo(1 - normalized[lag]!, 8);
    expect(Math.abs(16000 / f0 - lag)).toBeLessThan(1);
  });
});
