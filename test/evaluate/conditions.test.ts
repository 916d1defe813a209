import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { cut, Random } from "../../src/augment/index.ts";
import { resample, type Waveform } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { detectSpeech } from "../../src/gate/index.ts";
import { CONDITIONS, conditionsNamed } from "../../src/evaluate/index.ts";
import { babble, babbleVoices } from "../../src/evaluate/robustness/babble.ts";
import { mp3Unavailable } from "../../src/evaluate/robustness/mp3.ts";
import { resampleLinear } from "../../src/evaluate/robustness/resample-linear.ts";
import { sine } from "../audio/wav-file.ts";

const RATE = 16_000;
const clipPath = fileURLToPath(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));
const otherPath = fileURLToPath(new URL("../../examples/clips/espeak-fast-high.wav", import.meta.url));
const recording = await readAudio(clipPath);
const voice = resample(recording, RATE);
let bed: Waveform;
beforeAll(async () => {
  bed = await babble([otherPath], RATE);
});

/** The waveform under a condition, as the evaluation applies it. */
async function under(name: string, waveform: Waveform, seed = 0): Promise<Waveform> {
  const [condition] = conditionsNamed([name]);
  const surroundings = { sampleRate: RATE, babble: () => Promise.resolve(bed) };
  return condition!.apply(waveform, new Random(seed, name), surroundings);
}

const tone = (hertz: number, sampleRate = RATE): Waveform => ({
  samples: Float32Array.from(sine(hertz, sampleRate, 1)),
  sampleRate,
});
const power = (samples: Float32Array): number => samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
const decibels = (ratio: number): number => 10 * Math.log10(ratio);

/** Equal to the bit; toEqual takes seconds for so many samples. */
const same = (a: Float32Array, b: Float32Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

/** Power at a frequency over the middle half, by a naive transform under a Hann window; a sine of amplitude a has a²/2. */
function powerAt({ samples, sampleRate }: Waveform, hertz: number): number {
  const n = Math.floor(samples.length / 2);
  const from = Math.floor(samples.length / 4);
  let [re, im, weights] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n);
    re += weight * samples[from + i]! * Math.cos((2 * Math.PI * hertz * i) / sampleRate);
    im += weight * samples[from + i]! * Math.sin((2 * Math.PI * hertz * i) / sampleRate);
    weights += weight;
  }
  return (2 * (re * re + im * im)) / (weights * weights);
}

/** The lag at which `later` resembles `earlier` most, in samples, and how much: the normalised correlation there. */
function bestLag(earlier: Float32Array, later: Float32Array, most: number): { lag: number; likeness: number } {
  let best = { lag: 0, likeness: -1 };
  const n = Math.min(earlier.length, later.length) - most;
  const norm = Math.sqrt(power(earlier.subarray(0, n)) * power(later)) * n;
  for (let lag = 0; lag <= most; lag++) {
    let sum = 0;
    for (let i = 0; i < n; i += 3) sum += 3 * earlier[i]! * later[i + lag]!;
    if (sum / norm > best.likeness) best = { lag, likeness: sum / norm };
  }
  return best;
}

test("names are unique and stable, each condition says what it is and leaves its input alone", async () => {
  const names = CONDITIONS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  // The bars and result files use them: a change here is a new name, never a new meaning.
  expect(names).toEqual(
    expect.arrayContaining(["gain+20", "gain-20", "white-noise-20", "telephone", "opus-6", "mp3-16", "reverb-1"]),
  );
  const [short, shortVoice] = [recording, voice].map((waveform) => cut(waveform, { start: 0.2, end: 0.5 })) as [
    Waveform,
    Waveform,
  ];
  const before = [short.samples.slice(), shortVoice.samples.slice()] as const;
  const mp3 = (await mp3Unavailable()) === null;
  for (const { name, description, input, unavailable } of CONDITIONS) {
    expect(description.length).toBeGreaterThan(10);
    if (unavailable && !mp3) continue;
    const changed = await under(name, input === "recording" ? short : shortVoice);
    expect(changed.samples.every(Number.isFinite), name).toBe(true);
    expect(changed.samples.length, name).toBeGreaterThan(0);
    // The same key, the same samples.
    const again = await under(name, input === "recording" ? short : shortVoice);
    expect(same(again.samples, changed.samples), name).toBe(true);
  }
  expect(same(short.samples, before[0]) && same(shortVoice.samples, before[1])).toBe(true);
});

describe("by closed form", () => {
  test.each([20, 6, -6, -20])("gain %d dB is that ratio, beyond full scale too", async (value) => {
    const { samples } = await under(`gain${value > 0 ? "+" : ""}${value}`, voice);
    expect(decibels(power(samples) / power(voice.samples))).toBeCloseTo(value, 4);
    const loudest = Math.max(...samples.map(Math.abs));
    expect(loudest).toBeCloseTo(Math.max(...voice.samples.map(Math.abs)) * 10 ** (value / 20), 4);
  });

  test.each(
    [
      "white-noise-20",
      "white-noise-10",
      "white-noise-5",
      "pink-noise-20",
      "pink-noise-10",
      "babble-20",
      "babble-10",
    ].map((name) => [name, Number(name.split("-").at(-1))] as const),
  )("%s: the measured SNR is within 0.1 dB, and another recording has other noise", async (name, snr) => {
    const added = (samples: Float32Array): Float32Array => samples.map((x, i) => x - voice.samples[i]!);
    const noise = added((await under(name, voice)).samples);
    expect(noise).toHaveLength(voice.samples.length);
    expect(Math.abs(decibels(power(voice.samples) / power(noise)) - snr)).toBeLessThan(0.1);
    expect(same(added((await under(name, voice, 1)).samples), noise)).toBe(false);
  });

  test("white noise has equal power in equal bands, pink noise in equal octaves", async () => {
    const random = new Random(4);
    const carrier = { samples: Float32Array.from({ length: 2 * RATE }, () => random.normal()), sampleRate: RATE };
    const octaves = [250, 500, 1000, 2000];
    const spectrum = async (name: string): Promise<number[]> => {
      const noise = (await under(name, carrier)).samples.map((x, i) => x - carrier.samples[i]!);
      // Mean power at 20 frequencies an octave, times the octave's width.
      return octaves.map((low) => {
        let sum = 0;
        for (let k = 0; k < 20; k++) sum += powerAt({ samples: noise, sampleRate: RATE }, low * 2 ** ((k + 0.5) / 20));
        return decibels(sum * low);
      });
    };
    const white = await spectrum("white-noise-20");
    const pink = await spectrum("pink-noise-20");
    for (let o = 1; o < octaves.length; o++) {
      expect(Math.abs(white[o]! - white[0]! - o * decibels(2))).toBeLessThan(3);
      expect(Math.abs(pink[o]! - pink[0]!)).toBeLessThan(3);
    }
  });

  test.each([
    ["low-pass-4000", 1000, 4000, 7000],
    ["low-pass-2000", 500, 2000, 5000],
    ["high-pass-150", 600, 150, 40],
    ["high-pass-500", 2000, 500, 120],
  ])("%s passes %d Hz, halves the power at %d Hz and stops %d Hz", async (name, pass, edge, stop) => {
    const gainAt = async (hertz: number): Promise<number> =>
      decibels(powerAt(await under(name, tone(hertz)), hertz) / powerAt(tone(hertz), hertz));
    expect(Math.abs(await gainAt(pass))).toBeLessThan(0.1);
    expect(await gainAt(edge)).toBeCloseTo(-3.01, 1);
    expect(await gainAt(stop)).toBeLessThan(-24);
  });

  test.each([1, 5, 10])("clip-%d: that share of the samples is at the limit", async (percent) => {
    const { samples } = await under(`clip-${percent}`, voice);
    const limit = Math.max(...samples.map(Math.abs));
    const share = samples.filter((x) => Math.abs(x) === limit).length / samples.length;
    // 16-bit samples: a few more may be exactly as loud.
    expect(share).toBeGreaterThanOrEqual(percent / 100 - 1 / samples.length);
    expect(share).toBeLessThan(percent / 100 + 0.002);
  });

  test("telephone: nothing below 100 Hz and above 4 kHz, the middle stays", async () => {
    const gainAt = async (hertz: number): Promise<number> =>
      decibels(powerAt(await under("telephone", tone(hertz)), hertz) / powerAt(tone(hertz), hertz));
    expect(Math.abs(await gainAt(1000))).toBeLessThan(0.5);
    expect(await gainAt(100)).toBeLessThan(-40);
    expect(await gainAt(4500)).toBeLessThan(-50);
  });

  test.each([0.5, 1])("%d s of silence before, or after: so much longer, the rest untouched", async (seconds) => {
    const zeros = new Float32Array(seconds * RATE);
    const before = (await under(`silence-before-${seconds}`, voice)).samples;
    expect(same(before, Float32Array.from([...zeros, ...voice.samples]))).toBe(true);
    const after = (await under(`silence-after-${seconds}`, voice)).samples;
    expect(same(after, Float32Array.from([...voice.samples, ...zeros]))).toBe(true);
  });

  test.each([10, 25])("%d per cent cut off at either end", async (percent) => {
    const n = voice.samples.length;
    const gone = Math.round((n * percent) / 100);
    expect(same((await under(`cut-start-${percent}`, voice)).samples, voice.samples.slice(gone))).toBe(true);
    expect(same((await under(`cut-end-${percent}`, voice)).samples, voice.samples.slice(0, n - gone))).toBe(true);
  });

  test.each([
    [0.4, 0.09],
    [1, 1],
  ])(
    "reverb-%d: the room's energy is %d of the direct sound's, and falls by 60 dB in that time",
    async (rt60, energy) => {
      const click = { samples: new Float32Array(2 * RATE), sampleRate: RATE };
      click.samples[0] = 1;
      const { samples } = await under(`reverb-${rt60}`, click);
      expect(samples[0]).toBeCloseTo(1, 4);
      const room = samples.slice(1);
      expect(power(room) * room.length).toBeCloseTo(energy, 3);
      const at = (seconds: number): number => power(room.subarray((seconds - 0.02) * RATE, (seconds + 0.02) * RATE));
      expect(decibels(at(0.8 * rt60) / at(0.2 * rt60))).toBeCloseTo(-36, -0.5);
    },
  );

  test.each([
    ["tilt+3", 3],
    ["tilt-3", -3],
  ])("%s: %d dB an octave", async (name, slope) => {
    const gainAt = async (hertz: number): Promise<number> =>
      decibels(powerAt(await under(name, tone(hertz)), hertz) / powerAt(tone(hertz), hertz));
    for (const [hertz, octaves] of [
      [250, -2],
      [1000, 0],
      [4000, 2],
    ] as const) {
      expect(Math.abs((await gainAt(hertz)) - slope * octaves)).toBeLessThan(0.1);
    }
  });

  test("linear interpolation: a straight line stays one, a tone above the new Nyquist frequency folds back as sinc²", async () => {
    const line = { samples: Float32Array.from({ length: 441 }, (_, i) => i / 441), sampleRate: 44_100 };
    const { samples, sampleRate } = resampleLinear(line, RATE);
    expect([samples.length, sampleRate]).toEqual([160, RATE]);
    expect(samples).toBeAllClose(
      Float32Array.from({ length: 160 }, (_, m) => Math.min(440, (m * 44_100) / RATE) / 441),
      { atol: 1e-6 },
    );
    const high = await under("linear-resampling", tone(15_000, 44_100));
    const x = (Math.PI * 15_000) / 44_100;
    expect(decibels(powerAt(high, 1000) / powerAt(tone(15_000, 44_100), 15_000))).toBeCloseTo(
      40 * Math.log10(Math.sin(x) / x),
      1,
    );
  });
});

describe("codecs", () => {
  test.each([16, 6])(
    "opus-%d: as long as the recording, in step with it, and narrower the fewer bits",
    async (kilobits) => {
      const coded = await under(`opus-${kilobits}`, recording);
      expect(coded.sampleRate).toBe(48_000);
      expect(coded.samples).toHaveLength(resample(recording, 48_000).samples.length);
      const { lag, likeness } = bestLag(voice.samples, resample(coded, RATE).samples, 200);
      expect(lag).toBeLessThan(16); // 1 ms
      expect(likeness).toBeGreaterThan(kilobits === 6 ? 0.6 : 0.8);
      // 16 kbit/s is wide-band, 6 kbit/s narrow-band: nothing between 5 and 7 kHz.
      const above = (waveform: Waveform): number =>
        [5000, 5500, 6000, 6500, 7000].reduce((sum, hertz) => sum + powerAt(waveform, hertz), 0);
      const left = decibels(above(coded) / above(recording));
      expect(kilobits === 6 ? -left : left).toBeGreaterThan(kilobits === 6 ? 20 : -10);
    },
  );

  test("mp3: the sound, a little later and longer, at the file's rate; or the reason why not", async ({ skip }) => {
    const reason = await mp3Unavailable();
    if (reason !== null) skip(`no MP3 on this machine: ${reason}`);
    for (const [name, rate] of [
      ["mp3-32", 24_000],
      ["mp3-16", 16_000],
    ] as const) {
      const coded = await under(name, recording);
      expect(coded.sampleRate).toBe(rate);
      const longer = coded.samples.length / rate - recording.samples.length / recording.sampleRate;
      expect(longer).toBeGreaterThan(-0.001);
      expect(longer).toBeLessThan(0.2);
      expect(bestLag(voice.samples, resample(coded, RATE).samples, 1300).likeness).toBeGreaterThan(0.8);
    }
  });

  test("without ffmpeg MP3 is not available, and says so", async () => {
    const saved = process.env["PATH"];
    process.env["PATH"] = "/nowhere";
    try {
      expect(await mp3Unavailable()).toBe("ffmpeg not found");
    } finally {
      process.env["PATH"] = saved;
    }
  });
});

describe("babble", () => {
  test("one recording gives its own speech at an RMS of 1; what cannot be read is passed over", async () => {
    const other = resample(await readAudio(otherPath), RATE);
    const { start, end } = detectSpeech(other);
    expect(bed.samples.length).toBe(Math.ceil(end * RATE) - Math.floor(start * RATE));
    expect(power(bed.samples)).toBeCloseTo(1, 4);
    const first = Math.floor(start * RATE);
    const scale = bed.samples[1000]! / other.samples[first + 1000]!;
    expect(bed.samples).toBeAllClose(
      other.samples.slice(first, first + bed.samples.length).map((x) => x * scale),
      { atol: 1e-4 },
    );
    expect(same((await babble(["/none.wav", otherPath], RATE)).samples, bed.samples)).toBe(true);
    await expect(babble(["/none.wav"], RATE)).rejects.toThrow("none of its recordings holds speech that can be read");
  });

  test("two voices are their sum, as long as the shorter", async () => {
    const [one, two] = [await babble([clipPath], RATE), await babble([otherPath], RATE)];
    const both = await babble([clipPath, otherPath], RATE);
    const n = Math.min(one.samples.length, two.samples.length);
    expect(both.samples).toBeAllClose(
      one.samples.slice(0, n).map((x, i) => x + two.samples[i]!),
      { atol: 1e-5 },
    );
  });

  test("24 recordings of as many speakers as there are, whatever the order they come in", () => {
    const all = Array.from({ length: 100 }, (_, i) => ({
      id: `mine/${i}`,
      corpus: "mine",
      path: `/${i}`,
      emotion: "sad",
      speaker: `mine/${i % 20}`,
    }));
    const voices = babbleVoices(all);
    expect(voices).toHaveLength(24);
    expect(new Set(voices.slice(0, 20).map(({ speaker }) => speaker)).size).toBe(20);
    expect(new Set(voices.map(({ id }) => id)).size).toBe(24);
    expect(new Set(babbleVoices(all.toReversed()))).toEqual(new Set(voices));
  });
});

test("an unknown condition is refused with the names there are; the order is the table's", () => {
  expect(() => conditionsNamed(["telephone", "underwater"])).toThrow(
    /conditions: "underwater" is none; there are gain\+20, gain\+6, .*tilt-3$/,
  );
  expect(() => conditionsNamed([])).toThrow("none is named");
  expect(conditionsNamed(["telephone", "gain-6"]).map(({ name }) => name)).toEqual(["gain-6", "telephone"]);
  expect(conditionsNamed()).toBe(CONDITIONS);
});
