import { array, assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { resample, StreamResampler } from "../../src/audio/index.ts";
import { Random } from "../../src/random.ts";

function noise(n: number): Float32Array {
  const random = new Random(9, "stream");
  return Float32Array.from({ length: n }, () => random.uniform() - 0.5);
}

/** Everything that the stream gives for `samples`, cut into pieces of these lengths in turn. */
function inPieces(stream: StreamResampler, samples: Float32Array, pieces: readonly number[]): Float32Array {
  const out: number[] = [];
  for (let at = 0, i = 0; at < samples.length; i++) {
    const piece = samples.subarray(at, at + pieces[i % pieces.length]!);
    const count = stream.push(piece);
    out.push(...stream.output.subarray(0, count));
    at += piece.length;
  }
  const count = stream.finish();
  out.push(...stream.output.subarray(0, count));
  return Float32Array.from(out);
}

describe("StreamResampler", () => {
  test("any pieces, any rates: what resample gives for the whole", () => {
    const samples = noise(20000);
    assert(
      property(
        constantFrom(8000, 16000, 22050, 24414, 44100, 48000, 96000),
        constantFrom(8000, 16000, 22050, 48000),
        integer({ min: 1, max: samples.length }),
        array(integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 }),
        (from, to, length, pieces) => {
          const whole = samples.subarray(0, length);
          const expected = resample({ samples: whole, sampleRate: from }, to).samples;
          expect(inPieces(new StreamResampler(from, to), whole, pieces)).toBeAllClose(expected, { atol: 1e-6 });
        },
      ),
      { numRuns: 60, seed: 4 },
    );
  });

  test("a second stream after reset is the first again", () => {
    const samples = noise(9000);
    const stream = new StreamResampler(44100, 16000);
    const first = inPieces(stream, samples, [1024]);
    stream.reset();
    expect(inPieces(stream, samples, [333])).toEqual(first);
  });

  test.each([
    [48000, 16000],
    [44100, 22050],
    [16000, 16000],
    [8000, 16000],
  ])("%i → %i Hz: no sample is later than delaySeconds says", (from, to) => {
    const stream = new StreamResampler(from, to);
    let [received, given] = [0, 0];
    for (let i = 0; i < 400; i++) {
      received += 160;
      given += stream.push(new Float32Array(160));
      expect(received / from - given / to).toBeLessThanOrEqual(stream.delaySeconds + 1 / to);
    }
    expect(stream.delaySeconds).toBeLessThan(0.1);
  });

  test("in the steady state the output is one and the same array, and holds only what is new", () => {
    const stream = new StreamResampler(48000, 16000);
    const piece = new Float32Array(480);
    for (let i = 0; i < 20; i++) stream.push(piece);
    const { output } = stream;
    for (let i = 0; i < 200; i++) stream.push(piece);
    expect(stream.output).toBe(output);
  });

  test("nothing pushed gives nothing", () => {
    const stream = new StreamResampler(48000, 16000);
    expect(stream.push(new Float32Array(0))).toBe(0);
    expect(stream.finish()).toBe(0);
  });

  test.each([0, 22050.5, NaN])("a rate of %d is refused", (rate) => {
    expect(() => new StreamResampler(rate, 16000)).toThrow(`from=${rate} must be a positive integer, in hertz`);
    expect(() => new StreamResampler(16000, rate)).toThrow(`to=${rate} must be a positive integer, in hertz`);
  });
});
