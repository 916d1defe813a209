import { describe, expect, test } from "vitest";
import {
  addNoise,
  bandLimit,
  crop,
  gain,
  pitchShift,
  Random,
  reverberate,
  shift,
  speed,
  telephone,
  timeStretch,
} from "../../src/augment/index.ts";
import { convolve } from "../../src/augment/convolve.ts";
import { muLaw } from "../../src/augment/telephone.ts";
import { resample, resampleBy, type Waveform } from "../../src/audio/index.ts";
import { sine } from "../audio/wav-file.ts";
import { SAMPLE_RATE, signal } from "../features/signals.ts";

const wave = (samples: ArrayLike<number>, sampleRate = SAMPLE_RATE): Waveform => ({
  samples: Float32Array.from(samples),
  sampleRate,
});
const tone = (hertz: number, seconds = 1, sampleRate = SAMPLE_RATE): Waveform =>
  wave(sine(hertz, sampleRate, seconds), sampleRate);
const power = (samples: ArrayLike<number>): number => Array.from(samples, (x) => x * x).reduce((a, b) => a + b, 0);

/** Amplitude of the part at this frequency, by a naive transform over the middle half (edges ring). */
function amplitude({ samples, sampleRate }: Waveform, hertz: number): number {
  const from = Math.floor(samples.length / 4);
  const n = Math.floor(samples.length / 2);
  let re = 0;
  let im = 0;
  let weights = 0;
  for (let i = 0; i < n; i++) {
    const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / n);
    const angle = (2 * Math.PI * hertz * (from + i)) / sampleRate;
    re += weight * samples[from + i]! * Math.cos(angle);
    im += weight * samples[from + i]! * Math.sin(angle);
    weights += weight;
  }
  return (2 * Math.hypot(re, im)) / weights;
}

/** Zero crossings per second, halved: the frequency of a pure tone, over the middle half. */
function frequency({ samples, sampleRate }: Waveform): number {
  const middle = samples.subarray(samples.length / 4, (samples.length * 3) / 4);
  let crossings = 0;
  for (let i = 1; i < middle.length; i++) if (middle[i]! >= 0 !== middle[i - 1]! >= 0) crossings++;
  return (crossings * sampleRate) / middle.length / 2;
}

describe("timeStretch and pitchShift", () => {
  test.each([0.5, 0.8, 1.25, 2])("a tone at rate %f has another length and the same pitch", (rate) => {
    const stretched = timeStretch(tone(440), { rate });
    expect(stretched.samples.length).toBe({ 0.5: 44_100, 0.8: 27_562, 1.25: 17_640, 2: 11_025 }[rate]);
    expect(frequency(stretched)).toBeCloseTo(440, -1);
    // The vocoder lets neighbouring bins drift apart, librosa's too: 0.436 at rate 0.5.
    expect(Math.abs(amplitude(stretched, 440) - 0.5)).toBeLessThan(0.07);
  });

  test.each([-12, -2, 3, 7.5])("a tone %f semitones up has the same length and a pitch 2^(n/12) as high", (nSteps) => {
    const shifted = pitchShift(tone(440), { nSteps });
    expect(shifted.samples.length).toBe(SAMPLE_RATE);
    expect(Math.abs(amplitude(shifted, 440 * 2 ** (nSteps / 12)) - 0.5)).toBeLessThan(0.07);
  });

  test("lengths round as Python's round does: halves to the even number", () => {
    const length = (n: number, rate: number): number => timeStretch(wave(new Float32Array(n)), { rate }).samples.length;
    expect([length(5, 2), length(7, 2), length(1, 4), length(1, 1)]).toEqual([2, 4, 1, 1]);
  });

  test("breaking rules", () => {
    expect(() => timeStretch(tone(440), { rate: 0 })).toThrow("timeStretch: rate=0 must lie in 0.0625 … 16");
    expect(() => timeStretch(wave([]), { rate: 1 })).toThrow("timeStretch: the waveform has no samples");
    expect(() => timeStretch(tone(440), { rate: 1, nFft: 1000 })).toThrow("nFft=1000 must be a power of two");
    expect(() => pitchShift(tone(440), { nSteps: 49 })).toThrow("pitchShift: nSteps=49 must lie in -48 … 48");
    expect(() => pitchShift(tone(440), { nSteps: NaN })).toThrow("pitchShift: nSteps=NaN");
    expect(() => pitchShift(tone(440), { nSteps: 1, binsPerOctave: 0.5 })).toThrow("binsPerOctave=0.5 must be a whole");
  });
});

describe("addNoise", () => {
  test.each([-10, 0, 15, 30, 60])("the ratio measured is the ratio asked for: %f dB", async (snr) => {
    const clean = await signal("sentence");
    const { samples } = addNoise(clean, { snr }, new Random(1));
    const noise = samples.map((x, i) => x - clean.samples[i]!);
    expect(10 * Math.log10(power(clean.samples) / power(noise))).toBeCloseTo(snr, 2);
  });

  test("the noise is Gaussian and white", () => {
    const { samples } = addNoise(wave(new Float32Array(100_000).fill(1)), { snr: 0 }, new Random(2));
    const noise = Array.from(samples, (x) => x - 1);
    const moment = (k: number): number => noise.reduce((sum, x) => sum + x ** k, 0) / noise.length;
    expect(moment(1)).toBeCloseTo(0, 1);
    expect(moment(2)).toBeCloseTo(1, 4);
    expect(moment(4)).toBeCloseTo(3, 0);
    const lag1 = noise.slice(1).reduce((sum, x, i) => sum + x * noise[i]!, 0) / noise.length;
    expect(Math.abs(lag1)).toBeLessThan(0.015);
  });

  test("silence stays silent; the default is 20 dB; a ratio out of range is refused", () => {
    expect(addNoise(wave([0, 0, 0]), {}, new Random(1)).samples).toEqual(new Float32Array(3));
    expect(addNoise(tone(440), {}, new Random(1))).toEqual(addNoise(tone(440), { snr: 20 }, new Random(1)));
    expect(() => addNoise(tone(440), { snr: 121 }, new Random(1))).toThrow(
      "addNoise: snr=121 must lie in -20 … 120, in decibels",
    );
  });
});

describe("speed", () => {
  test.each([0.5, 0.9, 1.1, 1.7])("a tone at factor %f is as much higher and shorter", (factor) => {
    const fast = speed(tone(440), { factor });
    expect(fast.samples.length).toBe(Math.ceil(SAMPLE_RATE / factor));
    // In the middle it is the tone itself, sampled at other times.
    const expected = fast.samples.map((_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i * factor) / SAMPLE_RATE));
    expect(fast.samples.subarray(1000, -1000)).toBeAllClose(expected.subarray(1000, -1000), { atol: 1e-5 });
  });

  test("the length is the quotient's, not that of multiplying by the reciprocal", () => {
    for (let n = 1; n < 400; n++) {
      for (const factor of [0.98, 1.1, 0.7, 1.3]) {
        expect(speed(wave(new Float32Array(n)), { factor }).samples.length).toBe(Math.ceil(n / factor));
      }
    }
  });

  test("what would lie above the Nyquist frequency is gone by 110 dB, wherever it would fold to", () => {
    for (const hertz of [7400, 8000, 10_000]) {
      const { samples } = speed(tone(hertz), { factor: 1.5 });
      expect(Math.max(...samples.subarray(1000, -1000).map(Math.abs))).toBeLessThan(0.5 * 10 ** (-110 / 20));
    }
    expect(() => speed(tone(440), { factor: 5 })).toThrow("speed: factor=5 must lie in 0.25 … 4");
  });

  test("resampleBy with a ratio of whole numbers is resample, up to edges", async () => {
    const sentence = await signal("sentence");
    const expected = resample(sentence, 16_000).samples;
    expect(resampleBy(sentence.samples, 16_000 / SAMPLE_RATE)).toBeAllClose(expected, { atol: 5e-6 });
    expect(() => resampleBy(sentence.samples, 0)).toThrow("resampleBy: ratio=0 must lie in 1/16 … 16");
  });
});

describe("gain", () => {
  test("20 dB is ten times, -6.0206 a half; nothing is clipped", () => {
    expect(gain(wave([0.5, -0.25]), { gain: 20 }).samples).toBeAllClose([5, -2.5], { rtol: 1e-6 });
    expect(gain(wave([0.5, -0.25]), { gain: -6.0206 }).samples).toBeAllClose([0.25, -0.125], { rtol: 1e-5 });
    expect(() => gain(wave([1]), { gain: 200 })).toThrow("gain: gain=200 must lie in -120 … 120, in decibels");
  });
});

describe("bandLimit", () => {
  const butterworth = (hertz: number, cut: number, order: number, sign: 1 | -1): number =>
    1 /
    Math.sqrt(
      1 + (Math.tan((Math.PI * hertz) / SAMPLE_RATE) / Math.tan((Math.PI * cut) / SAMPLE_RATE)) ** (sign * 2 * order),
    );

  test.each([
    [200, 2],
    [1000, 4],
    [3000, 4],
    [3000, 8],
    [3500, 12],
    [6000, 4],
  ])("the response at %i Hz, order %i, is Butterworth's", (hertz, order) => {
    const low = bandLimit(tone(hertz), { lowPass: 3000, order });
    expect(amplitude(low, hertz) / 0.5).toBeCloseTo(butterworth(hertz, 3000, order, 1), 4);
    const high = bandLimit(tone(hertz), { highPass: 3000, order });
    expect(amplitude(high, hertz) / 0.5).toBeCloseTo(butterworth(hertz, 3000, order, -1), 4);
  });

  test("both at once multiply; neither is a copy; the default order is 4", () => {
    const both = amplitude(bandLimit(tone(1000), { highPass: 800, lowPass: 1200 }), 1000) / 0.5;
    expect(both).toBeCloseTo(butterworth(1000, 800, 4, -1) * butterworth(1000, 1200, 4, 1), 4);
    expect(bandLimit(tone(440), {})).toEqual(tone(440));
  });

  test("breaking rules", () => {
    expect(() => bandLimit(tone(440), { lowPass: 11_025 })).toThrow(
      "bandLimit: lowPass=11025 must lie between 0 and half the sampling rate, 11025, in hertz",
    );
    expect(() => bandLimit(tone(440), { highPass: 0 })).toThrow("bandLimit: highPass=0 must lie between 0");
    expect(() => bandLimit(tone(440), { order: 3 })).toThrow("bandLimit: order=3 must be even");
    expect(() => bandLimit(tone(440), { order: 14 })).toThrow("bandLimit: order=14 must be a whole number in 2 … 12");
  });
});

describe("telephone", () => {
  test.each([
    [1000, 0.5],
    [2500, 0.5],
  ])("a tone of %i Hz comes through", (hertz, level) => {
    expect(amplitude(telephone(tone(hertz)), hertz)).toBeCloseTo(level, 1);
  });

  test.each([50, 100, 3900, 5000, 9000])("a tone of %i Hz does not", (hertz) => {
    expect(amplitude(telephone(tone(hertz)), hertz)).toBeLessThan(0.5 * 10 ** (-20 / 20));
  });

  test("nothing above 4 kHz is left of noise; length and rate are the input's", async () => {
    const noisy = telephone(await signal("noise"));
    expect(noisy).toMatchObject({ sampleRate: SAMPLE_RATE });
    expect(noisy.samples.length).toBe(SAMPLE_RATE);
    for (const hertz of [4200, 6000, 10_000]) expect(amplitude(noisy, hertz)).toBeLessThan(1e-5);
    expect(telephone(tone(1000, 0.5, 8000)).samples.length).toBe(4000);
    expect(() => telephone(wave([]))).toThrow("telephone: the waveform has no samples");
  });

  test("µ-law: 255 values, odd but for one step, each its own code, coarser as it grows", () => {
    const values = new Set<number>();
    for (let x = -32768; x <= 32767; x++) values.add(muLaw(x) + 0);
    expect(values.size).toBe(255);
    for (const value of values) expect(muLaw(value)).toBeCloseTo(value, 10);
    expect([muLaw(0), muLaw(32767), muLaw(-32768)]).toEqual([0, 32124, -32124]);
    for (let x = 0; x < 32000; x += 7) expect(Math.abs(muLaw(x) - x)).toBeLessThanOrEqual((x + 132) / 32);
  });
});

describe("reverberate", () => {
  const impulse = wave([1, ...new Float32Array(22049)]);

  test("the room decays by 60 dB in RT60, has the energy of wet², and leaves the direct sound alone", () => {
    for (const rt60 of [0.2, 0.5]) {
      const { samples } = reverberate(impulse, { rt60, wet: 0.5 }, new Random(3));
      expect(samples[0]).toBe(1);
      const room = samples.subarray(1);
      expect(power(room)).toBeCloseTo(0.25, 4);
      // Schroeder's backward integral falls by 30 dB between a tenth and six tenths of RT60.
      const left = (share: number): number => 10 * Math.log10(power(room.subarray(share * rt60 * SAMPLE_RATE)));
      expect(left(0.1) - left(0.6)).toBeGreaterThan(28);
      expect(left(0.1) - left(0.6)).toBeLessThan(32);
    }
  });

  test("no wet part: the clip itself; breaking rules", () => {
    expect(reverberate(tone(440), { wet: 0 }, new Random(1))).toEqual(tone(440));
    expect(() => reverberate(tone(440), { rt60: 11 }, new Random(1))).toThrow(
      "reverberate: rt60=11 must lie in 0.01 … 10, in seconds",
    );
    expect(() => reverberate(tone(440), { wet: -1 }, new Random(1))).toThrow("reverberate: wet=-1 must lie in 0 … 10");
  });

  test("the convolution is the sum that defines it, over many blocks", () => {
    const random = new Random(4);
    const samples = Float32Array.from({ length: 1000 }, () => random.normal());
    for (const taps of [1, 2, 63, 64, 65]) {
      const kernel = Float64Array.from({ length: taps }, () => random.normal());
      const naive = Array.from(samples, (_, n) => kernel.reduce((sum, h, k) => sum + h * (samples[n - k] ?? 0), 0));
      expect(convolve(samples, kernel)).toBeAllClose(naive, { atol: 1e-9 });
    }
  });
});

describe("crop and shift", () => {
  const ramp = wave(Array.from({ length: 100 }, (_, i) => i));

  test("a crop is a piece of that length, from anywhere", () => {
    const starts = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const { samples } = crop(ramp, { share: 0.95 }, new Random(seed));
      expect(samples.length).toBe(95);
      expect(samples.every((x, i) => x === samples[0]! + i)).toBe(true);
      starts.add(samples[0]!);
    }
    expect([...starts].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(crop(ramp, {}, new Random(1)).samples.length).toBe(90);
    expect(crop(wave([7]), { share: 0.01 }, new Random(1)).samples).toEqual(Float32Array.of(7));
    expect(() => crop(ramp, { share: 0 }, new Random(1))).toThrow("crop: share=0 must lie in 0.01 … 1");
  });

  test("a shift moves by samples, with silence or around the corner", () => {
    const five = wave([1, 2, 3, 4, 5], 10);
    const shifted = (seconds: number, wrap?: true): number[] => [
      ...shift(five, { seconds, ...(wrap && { wrap }) }).samples,
    ];
    expect(shifted(0.2)).toEqual([0, 0, 1, 2, 3]);
    expect(shifted(-0.2)).toEqual([3, 4, 5, 0, 0]);
    expect(shifted(9)).toEqual([0, 0, 0, 0, 0]);
    expect(shifted(-9)).toEqual([0, 0, 0, 0, 0]);
    expect(shifted(0.2, true)).toEqual([4, 5, 1, 2, 3]);
    expect(shifted(-0.7, true)).toEqual([3, 4, 5, 1, 2]);
    expect(() => shift(five, { seconds: Infinity })).toThrow("shift: seconds=Infinity must lie in -60 … 60");
  });
});
