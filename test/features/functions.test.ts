import { describe, expect, test } from "vitest";
import { resample } from "../../src/audio/index.ts";
import {
  chromaStft,
  estimateTuning,
  hannWindow,
  hzToMel,
  melFilterBank,
  melSpectrogram,
  melToHz,
  mfcc,
  pitchTuning,
  powerSpectrogram,
  powerToDb,
  rms,
  stft,
  zeroCrossingRate,
} from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { Random } from "../../src/random.ts";
import { golden, lcgNoise, SAMPLE_RATE, signal } from "./signals.ts";

const waveform = (samples: ArrayLike<number>): { samples: Float32Array; sampleRate: number } => ({
  samples: Float32Array.from(samples),
  sampleRate: SAMPLE_RATE,
});

// Values against librosa: vocabulary.test.ts. Here closed forms, naive versions and broken rules.

describe("stft", () => {
  test("equals its definition, frame by frame", () => {
    const x = lcgNoise(300);
    const [nFft, hopLength] = [64, 50];
    const { real, imaginary } = stft(waveform(x), { nFft, hopLength });
    expect(real.columns).toBe(7);
    for (let t = 0; t < real.columns; t++) {
      for (let k = 0; k <= nFft / 2; k++) {
        let re = 0;
        let im = 0;
        for (let n = 0; n < nFft; n++) {
          const sample = x[t * hopLength - nFft / 2 + n] ?? 0;
          const windowed = Math.fround(sample) * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / nFft));
          re += windowed * Math.cos((2 * Math.PI * k * n) / nFft);
          im -= windowed * Math.sin((2 * Math.PI * k * n) / nFft);
        }
        expect(real.data[k * 7 + t]).toBeCloseTo(re, 5);
        expect(imaginary.data[k * 7 + t]).toBeCloseTo(im, 5);
      }
    }
  });

  test("the Hann window is periodic: it begins at 0, peaks in the middle, and shifted by half sums to 1", () => {
    const window = hannWindow(8);
    expect(window[0]).toBeCloseTo(0, 15);
    expect(window[4]).toBe(1);
    for (let n = 0; n < 4; n++) expect(window[n]! + window[n + 4]!).toBeCloseTo(1, 12);
  });

  test.each<[string, Parameters<typeof stft>[1], string]>([
    ["nFft", { nFft: 1000 }, "stft: nFft=1000 must be a power of two of at least 4"],
    ["hopLength", { hopLength: 0 }, "stft: hopLength=0 must be an integer of at least 1"],
    ["winLength", { nFft: 512, winLength: 513 }, "stft: winLength=513 must not exceed nFft=512"],
    ["a short clip", { center: false }, "stft: a waveform of 100 samples is shorter than frameLength=2048"],
  ])("%s breaks its rule", (_, options, message) => {
    expect(() => stft(waveform(new Float32Array(100)), options)).toThrow(message);
  });
});

describe("mel", () => {
  test("known places: 1000 Hz is 15 mel (Slaney), 1000 mel (HTK, nearly); there and back is the same", () => {
    expect(hzToMel(1000)).toBeCloseTo(15, 12);
    expect(hzToMel(6400)).toBeCloseTo(15 + 27, 10);
    expect(hzToMel(1000, true)).toBeCloseTo(1000, 1);
    for (const hertz of [0, 60, 999, 1000, 4000, 11025]) {
      expect(melToHz(hzToMel(hertz))).toBeCloseTo(hertz, 8);
      expect(melToHz(hzToMel(hertz, true), true)).toBeCloseTo(hertz, 8);
    }
  });

  test("breaking rules", () => {
    expect(() => melFilterBank(SAMPLE_RATE, 2048, { fMin: 5000, fMax: 4000 })).toThrow(
      "melFilterBank: fMax=4000 must be above fMin=5000, in hertz",
    );
    expect(() => melFilterBank(SAMPLE_RATE, 2048, { nMels: 0 })).toThrow("nMels=0 must be an integer of at least 1");
    expect(() => melFilterBank(SAMPLE_RATE, 2048, { fMin: -1 })).toThrow("fMin=-1 must be a number of at least 0");
  });
});

describe("powerToDb", () => {
  test("by hand", () => {
    const power = new Matrix(1, 4, Float32Array.of(100, 1, 0, 1e-3));
    expect([...powerToDb(power).data]).toEqual([20, 0, -60, -30]);
    expect([...powerToDb(power, { ref: 100, topDb: null, amin: 1e-2 }).data]).toEqual([0, -20, -40, -40]);
  });

  test("breaking rules", () => {
    const power = new Matrix(1, 1);
    expect(() => powerToDb(power, { ref: NaN })).toThrow("ref=NaN must be a finite number");
    expect(() => powerToDb(power, { amin: -1 })).toThrow("amin=-1 must be a positive number");
    expect(() => powerToDb(power, { topDb: -1 })).toThrow("topDb=-1 must be a number of at least 0");
  });
});

describe("mfcc", () => {
  test("keeps energy: as many coefficients as bands is a rotation of the decibels", async () => {
    const spectrogram = powerSpectrogram(await signal("tone"));
    const decibels = powerToDb(melSpectrogram(spectrogram, { nMels: 16 }));
    const coefficients = mfcc(spectrogram, { nMfcc: 16, nMels: 16 });
    const energy = (m: Matrix): number => m.data.reduce((sum, x) => sum + x * x, 0);
    expect(energy(coefficients) / energy(decibels)).toBeCloseTo(1, 6);
  });

  test("without the clamp, a loud burst changes no frame that does not hold it", async () => {
    const quiet = await signal("burst");
    const samples = quiet.samples.slice();
    samples.fill(0, 10000, 12000);
    const at = (source: Float32Array, topDb: number | null): Float32Array =>
      mfcc(powerSpectrogram(waveform(source)), { topDb })
        .transpose()
        .row(2);
    expect(at(samples, null)).toEqual(at(quiet.samples, null));
    expect(Math.abs(at(samples, 80)[0]! - at(quiet.samples, 80)[0]!)).toBeGreaterThan(1);
  });

  test("breaking rules", () => {
    const spectrogram = powerSpectrogram(waveform([0.5]));
    expect(() => mfcc(spectrogram, { nMfcc: 200 })).toThrow("mfcc: nMfcc=200 must not exceed nMels=128");
    expect(() => mfcc(spectrogram, { nMfcc: 0 })).toThrow("mfcc: nMfcc=0 must be an integer of at least 1");
    expect(() => mfcc(spectrogram, { lifter: -1 })).toThrow("mfcc: lifter=-1 must be a number of at least 0");
  });
});

describe("chroma", () => {
  test("440 Hz is an A, and an octave more is one too", () => {
    for (const hertz of [220, 440, 880]) {
      const tone = Array.from({ length: SAMPLE_RATE }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / SAMPLE_RATE));
      const frame = chromaStft(powerSpectrogram(waveform(tone)))
        .transpose()
        .row(20);
      expect(frame[9]).toBe(1);
    }
  });

  test("breaking rules", () => {
    const spectrogram = powerSpectrogram(waveform([0.5]));
    expect(() => chromaStft(spectrogram, { nChroma: 0 })).toThrow("nChroma=0 must be an integer of at least 1");
    expect(() => chromaStft(spectrogram, { norm: 0 })).toThrow("chromaStft: norm=0 must be positive or null");
    expect(() => chromaStft(spectrogram, { octwidth: 0 })).toThrow("octwidth=0 must be a positive number");
    expect(() => chromaStft(spectrogram, { tuning: NaN })).toThrow("tuning=NaN must be a finite number");
  });
});

describe("tuning", () => {
  test("pitches moved by so many cents give that many cents", () => {
    for (const cents of [-45, -20, 0, 13, 37]) {
      // Half a cent inside the bin, which is named by its left edge.
      const pitches = [110, 220, 440, 660 * (2 ** (7 / 12) / 1.5)].map((hertz) => hertz * 2 ** ((cents + 0.5) / 1200));
      expect(pitchTuning(pitches)).toBeCloseTo(cents / 100, 6);
    }
  });

  test("no pitches: 0", () => {
    expect(pitchTuning([])).toBe(0);
    expect(pitchTuning([0, 0])).toBe(0);
  });

  test("breaking rules", () => {
    const spectrogram = powerSpectrogram(waveform([0.5]));
    expect(() => estimateTuning(spectrogram, { resolution: 1 })).toThrow("resolution=1 must lie between 0 and 1");
    expect(() => estimateTuning(spectrogram, { binsPerOctave: 0 })).toThrow("binsPerOctave=0 must be an integer");
  });
});

describe("rms", () => {
  test("a constant has its magnitude, a whole number of periods of a sine 1/√2 of its amplitude", () => {
    const constant = rms(waveform(new Float32Array(4096).fill(-0.25)), { center: false });
    expect(constant.data).toBeAllClose(new Float32Array(5).fill(0.25), { atol: 1e-9 });
    const sine = Array.from({ length: 2048 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * i) / 64));
    expect(rms(waveform(sine), { center: false }).data[0]).toBeCloseTo(0.5 / Math.SQRT2, 6);
  });

  test("breaking rules", () => {
    expect(() => rms(waveform([0.5]), { frameLength: 0 })).toThrow("rms: frameLength=0 must be an integer");
    expect(() => rms(waveform([0.5]), { center: false })).toThrow("rms: a waveform of 1 samples is shorter");
    expect(() => rms(waveform([]))).toThrow("rms: the waveform has no samples, at least 1 is needed");
  });
});

describe("zeroCrossingRate", () => {
  test.each([2, 4, 8, 16, 64])("a train of period %i crosses 2/period of the time", (period) => {
    const train = Array.from({ length: 6144 }, (_, i) => (i % period < period / 2 ? 1 : -1));
    const { data } = zeroCrossingRate(waveform(train));
    // The first sample of a frame never counts.
    const atStart = 1024 % (period / 2) === 0 ? 1 / 2048 : 0;
    expect(data.subarray(2, -2)).toBeAllClose(new Float32Array(data.length - 4).fill(2 / period - atStart), {
      atol: 1e-7,
    });
  });

  test("zero is positive, and so is what lies within the threshold", () => {
    const rate = (samples: number[], threshold?: number): number =>
      zeroCrossingRate(waveform(samples), {
        frameLength: samples.length,
        center: false,
        ...(threshold === undefined ? {} : { threshold }),
      }).data[0]! * samples.length;
    expect(rate([0, 1, 0, -0, 1])).toBe(0);
    expect(rate([0, -1, 0, -1])).toBe(3);
    expect(rate([1, -0.01, 1, -0.02], 0.01)).toBe(1);
  });

  test("equals counting sign changes one by one, on noise", () => {
    const random = new Random(2, "zcr");
    const x = Float32Array.from({ length: 5000 }, () => random.normal());
    const { data } = zeroCrossingRate(waveform(x), { frameLength: 300, hopLength: 70 });
    for (let t = 0; t < data.length; t++) {
      let count = 0;
      for (let i = t * 70 - 150 + 1; i < t * 70 + 150; i++) {
        const clamp = (at: number): number => x[Math.max(0, Math.min(x.length - 1, at))]!;
        if (clamp(i) < 0 !== clamp(i - 1) < 0) count++;
      }
      expect(data[t]).toBeCloseTo(count / 300, 6);
    }
  });

  test("breaking rules", () => {
    const options = { threshold: -1 };
    expect(() => zeroCrossingRate(waveform([0.5]), options)).toThrow("threshold=-1 must be a number of at least 0");
  });
});

test("resampled noise is within 2 % of librosa's, in energy of the difference: other taps, same specification", () => {
  const noise = Float32Array.from(lcgNoise(12000), (x) => 0.3 * x);
  const { samples } = resample({ samples: noise, sampleRate: 48000 }, SAMPLE_RATE);
  const expected = golden("resampled-noise").values;
  expect(samples.length).toBe(expected.length);
  let difference = 0;
  let energy = 0;
  for (let i = 0; i < samples.length; i++) {
    difference += (samples[i]! - expected[i]!) ** 2;
    energy += expected[i]! ** 2;
  }
  expect(difference / energy).toBeLessThan(0.02 ** 2);
});
