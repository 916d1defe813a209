import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { decodeAudio, decodeStream } from "../../src/audio/index.ts";
import { streamAudio } from "../../src/audio/read-audio.node.ts";
import { Random } from "../../src/random.ts";
import { sine, wavFile } from "./wav-file.ts";

const path = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Bytes in pieces of 1 … `longest`. */
async function* cut(bytes: Uint8Array, longest: number): AsyncGenerator<Uint8Array, void, undefined> {
  const random = new Random(longest, "cut");
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.integer(longest);
    yield bytes.subarray(at, end);
    at = end;
  }
}

async function collect(
  source: AsyncIterable<Uint8Array>,
): Promise<{ samples: number[]; sampleRate: number; pieces: number }> {
  const samples: number[] = [];
  let rate = 0;
  let pieces = 0;
  for await (const piece of decodeStream(source)) {
    for (const x of piece.samples) samples.push(x);
    rate = piece.sampleRate;
    pieces++;
  }
  return { samples, sampleRate: rate, pieces };
}

describe("all pieces together are the samples of decodeAudio", () => {
  const formats = ["wav", "aiff", "flac", "mp3", "ogg", "opus", "webm", "m4a"].map((ending) => `source.${ending}`);
  test.each([...formats, "stereo.opus"])("%s", async (name) => {
    const bytes = new Uint8Array(await readFile(path(name)));
    const whole = await decodeAudio(bytes);
    for (const longest of [900, 70_000]) {
      const streamed = await collect(cut(bytes, longest));
      expect(streamed.sampleRate).toBe(whole.sampleRate);
      expect(streamed.samples).toBeAllClose(whole.samples, { atol: 1e-7 });
    }
    const fromFile: number[] = [];
    let read = 0;
    for await (const { samples } of streamAudio(path(name), (more) => (read += more))) fromFile.push(...samples);
    expect(fromFile).toBeAllClose(whole.samples, { atol: 1e-7 });
    expect(read).toBe(bytes.length);
  });

  test("a wav of 3 channels in 24 bits, cut inside its samples, with a long chunk before them", async () => {
    const bytes = wavFile(sine(440, 48_000, 12), {
      channels: 3,
      encoding: "s24",
      extraChunk: { name: "JUNK", bytes: 300_000 },
    });
    const streamed = await collect(cut(bytes, 50_000));
    expect(streamed.samples).toBeAllClose((await decodeAudio(bytes)).samples, { atol: 0 });
    expect(streamed.pieces).toBeGreaterThan(10);
  });

  test("a wav without a length, as a pipe writes it, and one with bytes after its samples", async () => {
    const tone = sine(440, 16_000, 1);
    const open = wavFile(tone, { claimedBytes: 0xffffffff });
    expect((await collect(cut(open, 3000))).samples.length).toBe(tone.length);
    const more = new Uint8Array([...wavFile(tone), ...new Uint8Array(100)]);
    expect((await collect(cut(more, 3000))).samples.length).toBe(tone.length);
  });
});

test("refuses what decodeAudio refuses, with the file's name", async () => {
  const none = cut(new Uint8Array(0), 1);
  await expect(collect(none)).rejects.toMatchObject({ code: "audio_empty" });
  await expect(collect(cut(new Uint8Array(5000).fill(7), 300))).rejects.toMatchObject({ code: "audio_undecodable" });
  await expect(collect(cut(wavFile([]), 300))).rejects.toMatchObject({ code: "audio_no_samples" });
  const nan = wavFile([0, 0, NaN], { encoding: "f32" });
  await expect(collect(cut(nan, 300))).rejects.toMatchObject({ code: "audio_not_finite" });
  const missing = streamAudio("/nowhere/voice.wav").next();
  await expect(missing).rejects.toMatchObject({
    code: "file_missing",
    message: "/nowhere/voice.wav: there is no such file",
  });
});
