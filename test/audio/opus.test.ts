import { readFileSync } from "node:fs";
import decode from "audio-decode";
import { describe, expect, test } from "vitest";
import { oggPages } from "../../src/audio/ogg.ts";
import { decodePlainOpus } from "../../src/audio/opus.ts";
import { decodeAudio } from "../../src/audio/index.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const source = fixture("source.opus");
const stereo = fixture("stereo.opus");

/** What audio-decode makes of the file, and the mean of its channels. */
async function byAudioDecode(bytes: Uint8Array): Promise<Float32Array> {
  const { channelData } = await decode(bytes);
  const [first, second] = channelData;
  return second ? first!.map((x, i) => (x + second[i]!) / 2) : (first ?? new Float32Array(0));
}

/** The file with a 16-bit number in it changed. */
function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setInt16(at, value, true);
  return copy;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Where each page of a file begins. */
function pageStarts(bytes: Uint8Array): number[] {
  return [...bytes.keys()].filter((at) => Buffer.from(bytes).toString("latin1", at, at + 4) === "OggS");
}

// In the first page, whose body begins at 28: pre-skip, gain, mapping family.
const [PRE_SKIP, GAIN, FAMILY] = [28 + 10, 28 + 16, 28 + 18];

describe("plain Ogg Opus gives the samples of audio-decode, to the bit", () => {
  test.each([
    ["mono", source],
    ["stereo", stereo],
    ["another pre-skip", patched(source, PRE_SKIP, 1000)],
    ["a gain of -6 dB", patched(source, GAIN, -6 * 256)],
  ])("%s", async (_, bytes) => {
    const audio = await decodePlainOpus(bytes);
    expect(audio!.sampleRate).toBe(48000);
    expect(audio!.channels).toBe(bytes === stereo ? 2 : 1);
    expect(audio!.samples).toEqual(await byAudioDecode(bytes));
  });

  test("the header's gain is in 1/256 dB", async () => {
    const half = await decodePlainOpus(patched(source, GAIN, Math.round(-20 * Math.log10(2) * 256)));
    const { samples } = (await decodePlainOpus(source))!;
    expect(half!.samples).toBeAllClose(
      samples.map((x) => x / 2),
      // The gain is rounded to 1/256 dB.
      { atol: 2e-4 },
    );
  });

  test("files at the same time share a decoder and nothing else", async () => {
    const files = [source, stereo, source, stereo];
    const together = await Promise.all(files.map(decodePlainOpus));
    for (const [i, file] of files.entries()) expect(together[i]!.samples).toEqual(await byAudioDecode(file));
  });

  test.skipIf(!HAS_DATA)("recordings of all corpora", async () => {
    for (const name of [
      "ravdess/Actor_01/03-01-05-02-01-01-01",
      "ravdess/Actor_01/03-01-01-01-01-01-01",
      "crema-d/1002_DFA_ANG_XX",
      "tess/OAF_back_angry",
      "savee/DC/a01",
    ]) {
      const bytes = new Uint8Array(readFileSync(`${DATA_FOLDER}/${name}.opus`));
      expect((await decodePlainOpus(bytes))?.samples, name).toEqual(await byAudioDecode(bytes));
    }
  });
});

describe("every doubt is left to audio-decode", () => {
  const starts = pageStarts(source);
  const last = starts.at(-1)!;
  const [first] = oggPages(source)!;

  test("pages as ffmpeg wrote them", () => {
    // 0.9 s at 48,000 Hz behind a pre-skip of 312: 43,512 in packets of 960.
    const pages = oggPages(source)!;
    expect(pages.length).toBe(starts.length);
    expect(pages.at(-1)!.granule).toBe(43512);
    expect(pages.slice(2).reduce((sum, { packets }) => sum + packets.length, 0)).toBe(Math.ceil(43512 / 960));
    expect(first!.packets[0]!.length).toBe(19);
  });

  // Offsets in a page's header: type at 5, end of the last packet at 6, serial number at 14, page number at 18.
  test.each<[string, Uint8Array]>([
    ["no bytes", new Uint8Array(0)],
    ["two files in one", joined(source, stereo)],
    ["bytes behind", joined(source, new Uint8Array([1, 2, 3]))],
    ["bytes before", joined(new Uint8Array([1, 2, 3]), source)],
    ["the headers alone", source.subarray(0, last)],
    ["cut in the last page", source.subarray(0, source.length - 10)],
    ["cut in a page's header", source.subarray(0, last + 20)],
    ["a missing page", patched(source, last + 18, 7)],
    ["another stream's page", patched(source, last + 14, 7)],
    ["a last page that does not say so", patched(source, last + 4, 0)],
    ["an end before the beginning", patched(source, last + 6, 100)],
    ["an end behind the sound", patched(source, last + 8, 1)],
    [
      "a clock without a value",
      patched(patched(patched(patched(source, last + 6, -1), last + 8, -1), last + 10, -1), last + 12, -1),
    ],
    ["a mapping of several streams", patched(source, FAMILY, 1)],
    // Code 3 with no frames at all, which RFC 6716, section 3.2.5, forbids.
    ["a packet that libopus refuses", patched(source, last + 27 + source[last + 26]!, 0x00ff)],
  ])("%s", async (_, bytes) => {
    expect(await decodePlainOpus(bytes)).toBeNull();
    const expected = bytes.length > 0 ? await byAudioDecode(bytes).catch(() => undefined) : undefined;
    const answer = await decodeAudio(bytes).catch((error: Error) => error.name);
    if (expected && expected.length > 0) expect(answer).toMatchObject({ samples: expected });
    else expect(answer).toBe("InputError");
  });

  test("cut anywhere", async () => {
    for (let length = 1; length < source.length; length += 97) {
      expect(await decodePlainOpus(source.subarray(0, length))).toBeNull();
    }
  });
});
