import { describe, expect, test } from "vitest";
import { RealFft, resample, VectorFft } from "../../src/audio/index.ts";
import { Random } from "../../src/random.ts";

function noise(n: number, stream: string): Float64Array {
  const random = new Random(2, stream);
  return Float64Array.from({ length: n }, () => random.normal());
}

/** The transform of a + i·b from the plain transforms of its parts. */
function plain(a: Float64Array, b: Float64Array): { re: Float64Array; im: Float64Array } {
  const n = a.length;
  const fft = new RealFft(n);
  const [ar, ai, br, bi] = [0, 0, 0, 0].map(() => new Float64Array(fft.bins));
  fft.forward(a, ar!, ai!);
  fft.forward(b, br!, bi!);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    // The upper half of a real signal's spectrum is the conjugate of the lower.
    const [at, sign] = k <= n / 2 ? [k, 1] : [n - k, -1];
    re[k] = ar![at]! - sign * bi![at]!;
    im[k] = sign * ai![at]! + br![at]!;
  }
  return { re, im };
}

function forward(fft: VectorFft, a: Float64Array, b: Float64Array): { re: Float64Array; im: Float64Array } {
  fft.begin();
  fft.re.set(a);
  fft.im.set(b);
  fft.forward();
  return { re: fft.outRe.slice(), im: fft.outIm.slice() };
}

describe("VectorFft", () => {
  test.each([16, 32, 64, 128, 1024, 2048])("of %i: what RealFft gives for the two parts", (n) => {
    const [a, b] = [noise(n, "a"), noise(n, "b")];
    const { re, im } = forward(new VectorFft(n), a, b);
    const expected = plain(a, b);
    expect(re).toBeAllClose(expected.re, { atol: 1e-11 });
    expect(im).toBeAllClose(expected.im, { atol: 1e-11 });
  });

  test("inverse undoes forward, times the size", () => {
    const n = 256;
    const [a, b] = [noise(n, "a"), noise(n, "b")];
    const fft = new VectorFft(n);
    const { re, im } = forward(fft, a, b);
    fft.begin();
    fft.re.set(re);
    fft.im.set(im);
    fft.inverse();
    expect(fft.outRe.map((x) => x / n)).toBeAllClose(a, { atol: 1e-13 });
    expect(fft.outIm.map((x) => x / n)).toBeAllClose(b, { atol: 1e-13 });
  });

  test("sizes in turn, and others that use the memory in between", () => {
    const small = new VectorFft(64);
    const large = new VectorFft(4096);
    const [a, b] = [noise(64, "a"), noise(64, "b")];
    const expected = forward(small, a, b);
    for (let round = 0; round < 3; round++) {
      forward(large, noise(4096, "c"), noise(4096, "d"));
      if (round > 0) resample({ samples: new Float32Array(48000).fill(0.5), sampleRate: 48000 }, 22050);
      expect(forward(small, a, b)).toEqual(expected);
    }
  });
});
