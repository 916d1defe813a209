import { describe, expect, test } from "vitest";
import { RealFft } from "../../src/audio/index.ts";
import { Random } from "../../src/random.ts";

/** The definition: X[k] = Σ x[n]·e^(-2πikn/N). */
function naiveDft(x: Float64Array): { re: Float64Array; im: Float64Array } {
  const size = x.length;
  const re = new Float64Array(size / 2 + 1);
  const im = new Float64Array(size / 2 + 1);
  for (let k = 0; k < re.length; k++) {
    for (let n = 0; n < size; n++) {
      // The product is taken modulo the size: large angles lose digits.
      const angle = (-2 * Math.PI * ((k * n) % size)) / size;
      re[k]! += x[n]! * Math.cos(angle);
      im[k]! += x[n]! * Math.sin(angle);
    }
  }
  return { re, im };
}

function noise(size: number): Float64Array {
  const random = new Random(1, "fft", size);
  return Float64Array.from({ length: size }, () => random.normal());
}

describe("RealFft", () => {
  // Even and odd powers of two: with and without the radix-2 pass.
  test.each([4, 8, 16, 32, 64, 512, 1024, 2048])("forward equals the naive transform, size %i", (size) => {
    const x = noise(size);
    const expected = naiveDft(x);
    const fft = new RealFft(size);
    const re = new Float64Array(fft.bins);
    const im = new Float64Array(fft.bins);
    // Twice: buffers left by the first must not matter.
    for (let round = 0; round < 2; round++) fft.forward(x, re, im);
    expect(re).toBeAllClose(expected.re, { atol: 1e-12 * size });
    expect(im).toBeAllClose(expected.im, { atol: 1e-12 * size });
  });

  test.each([4, 8, 64, 2048])("inverse undoes forward, size %i", (size) => {
    const x = noise(size);
    const fft = new RealFft(size);
    const re = new Float64Array(fft.bins);
    const im = new Float64Array(fft.bins);
    const back = new Float64Array(size);
    fft.forward(x, re, im);
    fft.inverse(re, im, back);
    expect(back).toBeAllClose(x, { atol: 1e-13 * size });
  });

  test.each([0, 2, 3, 1000, -8, NaN, 2.5])("size %d is refused", (size) => {
    expect(() => new RealFft(size)).toThrow("must be a power of two of at least 4");
  });
});
