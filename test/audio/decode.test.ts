import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { decodeAudio, resample } from "../../src/audio/index.ts";
import { sine, wavFile, type WavEncoding } from "./wav-file.ts";

const fixture = async (name: string): Promise<Uint8Array> => readFile(new URL(`fixtures/${name}`, import.meta.url));

/** The largest normalised correlation of two signals over lags up to `reach`, and the lag. */
function correlation(a: Float32Array, b: Float32Array, reach: number): { best: number; lag: number } {
  let best = -1;
  let lag = 0;
  for (let shift = -reach; shift <= reach; shift++) {
    let ab = 0;
    let aa = 0;
    let bb = 0;
    for (let i = reach; i < a.length - reach; i++) {
      const x = a[i]!;
      const y = b[i + shift] ?? 0;
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    const value = ab / Math.sqrt(aa * bb);
    if (value > best) [best, lag] = [value, shift];
  }
  return { best, lag };
}

describe("wav", () => {
  const tone = sine(440, 22050, 0.05);

  // Half a quantisation step, and single precision's own.
  test.each<[WavEncoding, number]>([
    ["u8", 0.5 / 2 ** 7],
    ["s16", 0.5 / 2 ** 15],
    ["s24", 0.6 / 2 ** 23],
    ["s32", 2 ** -25],
    ["f32", 0],
    ["f64", 0],
  ])("%s, plain and extensible", async (encoding, atol) => {
    for (const extensible of [false, true]) {
      const audio = await decodeAudio(wavFile(tone, { encoding, extensible }));
      expect(audio.sampleRate).toBe(22050);
      expect(audio.channels).toBe(1);
      expect(audio.samples).toBeAllClose(tone, { atol });
    }
  });

  test("16-bit extremes are -1 and 32767/32768, as libsndfile has them", async () => {
    const { samples } = await decodeAudio(wavFile([-1, 1, 1 / 32768, 0]));
    expect([...samples]).toEqual([-1, 32767 / 32768, 1 / 32768, 0]);
  });

  test("several channels give their mean", async () => {
    const audio = await decodeAudio(wavFile([0.5, -0.25, 0.125, 0.125], { channels: 2, encoding: "f32" }));
    expect(audio.channels).toBe(2);
    expect([...audio.samples]).toEqual([0.125, 0.125]);
  });

  test.each([4044, 33])("an unknown chunk of %i bytes before the data is skipped", async (bytes) => {
    const audio = await decodeAudio(wavFile(tone, { encoding: "f32", extraChunk: { name: "FLLR", bytes } }));
    expect(audio.samples).toBeAllClose(tone, { atol: 0 });
  });

  test("bytes at an odd offset of a larger buffer", async () => {
    const file = wavFile(tone, { encoding: "s16" });
    const larger = new Uint8Array(file.length + 8);
    larger.set(file, 3);
    const { samples } = await decodeAudio(larger.subarray(3, 3 + file.length));
    expect(samples).toBeAllClose(tone, { atol: 0.5 / 2 ** 15 });
  });

  test("cut short in its data: the samples that are there, whole frames only", async () => {
    const file = wavFile([0.5, 0.25, -0.5, -0.25, 0.5, 0.25], { channels: 2 });
    const { samples } = await decodeAudio(file.subarray(0, file.length - 3));
    expect([...samples]).toEqual([0.375, -0.375]);
  });

  test("a size that a pipe's writer could not fill in: data to the end", async () => {
    const { samples } = await decodeAudio(wavFile([0.5, 0.25], { claimedBytes: 0xffffffff }));
    expect([...samples]).toEqual([0.5, 0.25]);
  });

  test("8 kHz mono", async () => {
    const audio = await decodeAudio(wavFile(sine(440, 8000, 0.1), { sampleRate: 8000 }));
    expect([audio.sampleRate, audio.samples.length]).toEqual([8000, 800]);
  });

  test("96 kHz in six channels", async () => {
    const mono = sine(440, 96000, 0.05);
    const six = Float32Array.from({ length: mono.length * 6 }, (_, i) => mono[Math.floor(i / 6)]! * (i % 6));
    const audio = await decodeAudio(wavFile(six, { sampleRate: 96000, channels: 6, encoding: "f32" }));
    expect([audio.sampleRate, audio.channels]).toEqual([96000, 6]);
    expect(audio.samples).toBeAllClose(
      mono.map((x) => x * 2.5),
      { atol: 1e-6 },
    );
  });

  test("a single sample is audio", async () => {
    expect([...(await decodeAudio(wavFile([0.25]))).samples]).toEqual([0.25]);
  });

  test("half an hour", async () => {
    const seconds = 1800;
    const audio = await decodeAudio(wavFile(new Float32Array(8000 * seconds).fill(0.25), { sampleRate: 8000 }));
    expect(audio.samples.length).toBe(8000 * seconds);
    expect(audio.samples.at(-1)).toBe(0.25);
  });
});

describe("every format, whatever its name", () => {
  // Correlation floors are what 32–48 kbit/s of these codecs leave of this sentence; lossless ones are equal.
  test.each([
    ["source.aiff", 16000, 1],
    ["source.flac", 16000, 1],
    ["source.mp3", 16000, 0.99],
    ["source.ogg", 16000, 0.99],
    ["source.m4a", 16000, 0.99],
    ["source.opus", 48000, 0.98],
    ["source.webm", 48000, 0.98],
  ])("%s", async (name, rate, floor) => {
    const source = await decodeAudio(await fixture("source.wav"));
    const audio = await decodeAudio(await fixture(name));
    expect(audio.sampleRate).toBe(rate);
    expect(audio.channels).toBe(1);
    // A codec's frame at most.
    expect(Math.abs(audio.samples.length / rate - source.samples.length / 16000)).toBeLessThan(0.065);
    if (floor === 1) {
      expect(audio.samples).toBeAllClose(source.samples, { atol: 1e-9 });
    } else {
      const { best, lag } = correlation(source.samples, resample(audio, 16000).samples, 40);
      expect(best).toBeGreaterThan(floor);
      expect(Math.abs(lag)).toBeLessThanOrEqual(1);
    }
  });

  test("opus: pre-skip and end are trimmed to the sample", async () => {
    // ffprobe: 0.9 s went in; 0.9 · 48,000 must come out.
    expect((await decodeAudio(await fixture("source.opus"))).samples.length).toBe(43200);
  });

  test("mp3 with and without its ID3 tag", async () => {
    const mp3 = await fixture("source.mp3");
    expect(new TextDecoder().decode(mp3.subarray(0, 3))).toBe("ID3");
    // The tag's length is seven bits a byte, its last two bytes at offset 8.
    const bare = await decodeAudio(mp3.subarray(10 + mp3[8]! * 128 + mp3[9]!));
    expect(bare.samples).toEqual((await decodeAudio(mp3)).samples);
  });

  test("stereo opus: the mean of its channels", async () => {
    const source = await decodeAudio(await fixture("source.wav"));
    const audio = await decodeAudio(await fixture("stereo.opus"));
    expect(audio.channels).toBe(2);
    const energy = (x: Float32Array): number => x.reduce((sum, value) => sum + value * value, 0) / x.length;
    // Channels 1 and 0.5 of the source: 0.75 of its amplitude.
    expect(Math.sqrt(energy(audio.samples) / energy(source.samples))).toBeCloseTo(0.75, 1);
  });

  test("cut in the middle: what is there, or a clear error; never a foreign one", async () => {
    for (const name of ["flac", "mp3", "ogg", "opus", "m4a", "webm", "aiff"]) {
      const whole = await fixture(`source.${name}`);
      for (const part of [0.02, 0.5, 0.9]) {
        const cut = whole.subarray(0, Math.floor(whole.length * part));
        // An Ogg file of less than a second is one page, and half a page is nothing: audio_no_samples.
        const outcome = await decodeAudio(cut).then(
          (audio) => audio.samples.length > 0,
          (error: unknown) => (error as { name: string; code?: string }).name === "InputError",
        );
        expect(outcome, `${name} cut to ${part}`).toBe(true);
      }
    }
  });
});

describe("no audio", () => {
  const text = new TextEncoder().encode("This was never sound. ".repeat(50));
  const utf16 = new Uint8Array(Uint16Array.from(text, (c, i) => (i === 0 ? 0xfeff : c)).buffer);
  const zeroLength = wavFile([]);
  const noise = Uint8Array.from({ length: 5000 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255);

  const riff = (kind: string): Uint8Array => new TextEncoder().encode(`RIFF\x40\0\0\0${kind}${"junk".repeat(14)}`);

  test.each<[string, Uint8Array, string, RegExp]>([
    ["no bytes", new Uint8Array(0), "audio_empty", /no bytes/],
    ["one byte", new Uint8Array([82]), "audio_undecodable", /not audio of a known format/],
    ["text", text, "audio_undecodable", /not audio of a known format/],
    // Byte order mark FF FE: an MPEG sync word, too.
    ["text in UTF-16", utf16, "audio_undecodable", /not audio of a known format/],
    ["random bytes", noise, "audio_undecodable", /not audio of a known format/],
    // RIFF holds pictures and films as well.
    ["a picture in RIFF", riff("WEBP"), "audio_undecodable", /not audio of a known format/],
    ["a film in RIFF", riff("AVI "), "audio_undecodable", /not audio of a known format/],
    ["a wav header alone", wavFile([0.5]).subarray(0, 30), "audio_undecodable", /ends before its samples/],
    ["a damaged wav header", wavFile([0.5]).fill(0, 32, 34), "audio_undecodable", /header is damaged/],
    ["zero length", zeroLength, "audio_no_samples", /no samples/],
    ["a NaN", wavFile([0, 0.5, NaN], { encoding: "f32" }), "audio_not_finite", /sample 2 .* is NaN/],
    ["an infinity", wavFile([Infinity, 0], { encoding: "f64" }), "audio_not_finite", /sample 0 .* is Infinity/],
    ["1 Hz", wavFile([0.5], { sampleRate: 1 }), "audio_rate_unsupported", /1 Hz; 4000 to 768000 Hz/],
  ])("%s", async (_, bytes, code, message) => {
    await expect(decodeAudio(bytes)).rejects.toMatchObject({
      name: "InputError",
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});
