import { describe, expect, test } from "vitest";
import { Random } from "../src/random.ts";

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.uniform());
}

describe("Random", () => {
  test("is a function of seed and key alone", () => {
    expect(draw(new Random(7, "dropout", 3), 100)).toEqual(draw(new Random(7, "dropout", 3), 100));
  });

  test("streams of other seeds, keys or key orders share no prefix", () => {
    const streams = [new Random(1), new Random(2), new Random(1, "a"), new Random(1, 2, 3), new Random(1, 3, 2)];
    const firsts = new Set(streams.map((stream) => stream.uint32()));
    expect(firsts.size).toBe(streams.length);
  });

  test("uniform numbers have mean 1/2, variance 1/12 and no lag-1 correlation (5 standard errors)", () => {
    const n = 200_000;
    const u = draw(new Random(11, "moments"), n);
    const mean = u.reduce((a, b) => a + b, 0) / n;
    const variance = u.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    const lag = u.slice(1).reduce((a, b, i) => a + (b - mean) * (u[i]! - mean), 0) / n / variance;
    expect(Math.abs(mean - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(n));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan((5 * Math.sqrt(1 / 180)) / Math.sqrt(n));
    expect(Math.abs(lag)).toBeLessThan(5 / Math.sqrt(n));
  });

  test("neighbouring streams are uncorrelated", () => {
    const n = 100_000;
    const a = new Random(0, "dropout", 41);
    const b = new Random(0, "dropout", 42);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    expect(Math.abs(sum / n) * 12).toBeLessThan(5 / Math.sqrt(n));
  });

  test("chances are halves of uint32 against a threshold, for any count, and it moves on as far", () => {
    for (const p of [0.7, 0.5, 0.001, 0, 1]) {
      const [one, many] = [new Random(3, "chances"), new Random(3, "chances")];
      for (const count of [1, 2, 15, 16, 17, 1000]) {
        const words = Array.from({ length: Math.ceil(count / 2) }, () => one.uint32());
        const halves = words.flatMap((word) => [word & 0xffff, word >>> 16]).slice(0, count);
        expect([...many.chances(count, p)]).toEqual(halves.map((half) => Number(half >= Math.round((1 - p) * 65536))));
      }
    }
  });

  test("normal numbers have the moments 0, 1, 0, 3", () => {
    const n = 200_000;
    const random = new Random(5, "normal");
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const z = random.normal();
      for (let k = 0; k < 4; k++) sums[k]! += z ** (k + 1) / n;
    }
    expect(sums).toBeAllClose([0, 1, 0, 3], { atol: 0.06 });
  });

  test("shuffle keeps the items, leaves its argument, and every item reaches every place", () => {
    const items = [0, 1, 2, 3, 4];
    const counts = items.map(() => items.map(() => 0));
    for (let trial = 0; trial < 5000; trial++) {
      const shuffled = new Random(trial, "shuffle").shuffle(items);
      expect(shuffled.toSorted()).toEqual([0, 1, 2, 3, 4]);
      shuffled.forEach((item, place) => counts[item]![place]!++);
    }
    expect(items).toEqual([0, 1, 2, 3, 4]);
    expect(counts.flat()).toBeAllClose(
      Array.from({ length: 25 }, () => 1000),
      { atol: 150 },
    );
  });
});
