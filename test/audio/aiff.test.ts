import { describe, expect, test } from "vitest";
import { decodeAudio } from "../../src/audio/index.ts";

interface AiffOptions {
  readonly bits: number;
  /** The samples' bytes, as they stand in the file. */
  readonly sound: readonly number[];
  readonly frames: number;
  readonly channels?: number;
  readonly compression?: string;
  readonly soundFirst?: boolean;
}

/** 44,100 as an 80-bit float, from the AIFF specification's own example: 400E AC44 0000 0000 0000. */
const RATE_44100 = [0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0];

const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));
const uint32 = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const uint16 = (n: number): number[] => [(n >>> 8) & 255, n & 255];
const chunk = (name: string, body: number[]): number[] => [
  ...ascii(name),
  ...uint32(body.length),
  ...body,
  ...(body.length & 1 ? [0] : []),
];

function aiffFile({ bits, sound, frames, channels = 1, compression, soundFirst = false }: AiffOptions): Uint8Array {
  const common = chunk("COMM", [
    ...uint16(channels),
    ...uint32(frames),
    ...uint16(bits),
    ...RATE_44100,
    ...(compression ? [...ascii(compression), 0, 0] : []),
  ]);
  const data = chunk("SSND", [...uint32(0), ...uint32(0), ...sound]);
  const body = [...ascii(compression ? "AIFC" : "AIFF"), ...(soundFirst ? [...data, ...common] : [...common, ...data])];
  return Uint8Array.from([...ascii("FORM"), ...uint32(body.length), ...body]);
}

describe("aiff", () => {
  test.each<[string, AiffOptions]>([
    // 8-bit AIFF is signed, unlike wav.
    ["8-bit", { bits: 8, frames: 2, sound: [0x40, 0x80] }],
    ["16-bit", { bits: 16, frames: 2, sound: [0x40, 0, 0x80, 0] }],
    ["24-bit", { bits: 24, frames: 2, sound: [0x40, 0, 0, 0x80, 0, 0] }],
    ["32-bit", { bits: 32, frames: 2, sound: [0x40, 0, 0, 0, 0x80, 0, 0, 0] }],
    ["16-bit little-endian", { bits: 16, frames: 2, compression: "sowt", sound: [0, 0x40, 0, 0x80] }],
    ["float", { bits: 32, frames: 2, compression: "fl32", sound: [0x3f, 0, 0, 0, 0xbf, 0x80, 0, 0] }],
    ["sound chunk first", { bits: 16, frames: 2, sound: [0x40, 0, 0x80, 0], soundFirst: true }],
    ["fewer frames than bytes", { bits: 16, frames: 2, sound: [0x40, 0, 0x80, 0, 1, 2] }],
    ["two channels", { bits: 16, frames: 2, channels: 2, sound: [0x60, 0, 0x20, 0, 0x80, 0, 0x80, 0] }],
  ])("%s", async (_, options) => {
    const audio = await decodeAudio(aiffFile(options));
    expect(audio.sampleRate).toBe(44100);
    expect([...audio.samples]).toEqual([0.5, -1]);
  });

  test("cut short: the samples that are there", async () => {
    const file = aiffFile({ bits: 16, frames: 2, sound: [0x40, 0, 0x80, 0] });
    expect([...(await decodeAudio(file.subarray(0, file.length - 2))).samples]).toEqual([0.5]);
  });

  test("cut before its samples", async () => {
    const file = aiffFile({ bits: 16, frames: 2, sound: [0x40, 0, 0x80, 0] });
    await expect(decodeAudio(file.subarray(0, 40))).rejects.toMatchObject({ code: "audio_undecodable" });
  });
});
