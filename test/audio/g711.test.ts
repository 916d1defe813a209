import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { decodeAudio, decodeStream } from "../../src/audio/index.ts";
import { HAS_FFMPEG } from "../ffmpeg.ts";
import { sine, wavFile } from "./wav-file.ts";

/** A wav file of one channel of G.711 bytes, its format chunk with the size of an extension that is empty. */
function g711Wav(tag: number, bytes: Uint8Array): Uint8Array {
  const plain = wavFile(
    bytes.map(() => 0),
    { sampleRate: 8000, encoding: "u8" },
  );
  new DataView(plain.buffer).setUint16(20, tag, true);
  plain.set(bytes, plain.length - bytes.length);
  return plain;
}

const every = Uint8Array.from({ length: 256 }, (_, i) => i);

test.each([
  // SHA-256 of audioop.ulaw2lin(bytes(range(256)), 2) and audioop.alaw2lin of CPython 3.11, and each 37th of its values.
  [
    7,
    "3dab54339e520bb2c924826e3b72a917a2b612e9fd12fc867500f1d983a75827",
    [-32124, -6652, -1244, -132, 13948, 2748, 428],
  ],
  [
    6,
    "e04788d110e58ff8c70c93b8480190d973e3b67876b6119abbaec766cc75c174",
    [-5504, -16896, -504, -1696, 2240, 14592, 184],
  ],
] as const)("a wav file of format %i: every byte as audioop of Python says it", async (tag, sha256, some) => {
  const { samples, sampleRate, channels } = await decodeAudio(g711Wav(tag, every));
  expect([sampleRate, channels]).toEqual([8000, 1]);
  const linear = Int16Array.from(samples, (value) => value * 32768);
  expect(Array.from(linear.filter((_, i) => i % 37 === 0))).toEqual(some);
  expect(createHash("sha256").update(new Uint8Array(linear.buffer)).digest("hex")).toBe(sha256);
});

test("comes in pieces as well", async () => {
  const file = g711Wav(7, every);
  const pieces: number[] = [];
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < file.length; at += 17) yield file.subarray(at, at + 17);
  }
  for await (const { samples } of decodeStream(source())) pieces.push(...samples);
  expect(pieces).toEqual([...(await decodeAudio(file)).samples]);
});

test.skipIf(!HAS_FFMPEG)("ffmpeg's wav, aiff-c of two channels, and what is not read", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-g711-"));
  const source = path.join(folder, "source.wav");
  const tone = sine(440, 8000, 0.5, 0.8);
  writeFileSync(source, wavFile(tone, { sampleRate: 8000 }));
  const made = (name: string, ...options: string[]): Uint8Array => {
    const file = path.join(folder, name);
    const { status, stderr } = spawnSync("ffmpeg", ["-v", "error", "-y", "-i", source, ...options, file]);
    if (status !== 0) throw new Error(`ffmpeg: ${String(stderr)}`);
    return readFileSync(file);
  };
  for (const [name, codec] of [
    ["mu.wav", "pcm_mulaw"],
    ["a.wav", "pcm_alaw"],
    ["mu.aif", "pcm_mulaw"],
    ["a.aif", "pcm_alaw"],
  ] as const) {
    const audio = await decodeAudio(made(name, "-af", "pan=stereo|c0=c0|c1=c0", "-c:a", codec));
    expect({ name, rate: audio.sampleRate, channels: audio.channels }).toEqual({ name, rate: 8000, channels: 2 });
    // Half of the widest step, 1,024 of 32,768, and what ffmpeg's mixing of two channels rounds.
    expect(audio.samples).toBeAllClose(tone, { atol: 0.017 });
  }
  await expect(decodeAudio(made("adpcm.wav", "-c:a", "adpcm_ms"))).rejects.toMatchObject({
    code: "audio_undecodable",
    message: expect.stringContaining("convert it, e.g. ffmpeg -i voice.wav voice.flac") as string,
  });
});
