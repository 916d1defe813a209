import { readFile } from "node:fs/promises";
import audioDecode from "audio-decode";
import { describe, expect, test } from "vitest";
import { decodeAudio, decodeStream } from "../../src/audio/index.ts";
import { oggPages } from "../../src/audio/ogg.ts";
import { webmOpus, WebmPackets } from "../../src/audio/webm.ts";
import { Random } from "../../src/random.ts";

const fixture = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL(`fixtures/${name}`, import.meta.url)));

const source = await fixture("source.opus");
const sound = await decodeAudio(source);
const pages = oggPages(source)!;
const head = pages[0]!.packets[0]!;
const packets = pages.slice(2).flatMap((page) => page.packets);
/** Each packet is 20 ms; what the Ogg file's clock leaves out at the end, Matroska says in nanoseconds. */
const padding = ((packets.length * 960 - 312 - sound.samples.length) / 48_000) * 1e9;

/** A number as RFC 8794 writes sizes, in eight bytes. */
function size(value: number): number[] {
  return [1, ...Array.from({ length: 7 }, (_, i) => Math.floor(value / 256 ** (6 - i)) % 256)];
}

function element(id: number, ...content: (readonly number[] | Uint8Array)[]): number[] {
  const bytes = content.flatMap((each) => [...each]);
  const name = id.toString(16);
  return [...(name.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)), ...size(bytes.length), ...bytes];
}

/** A whole number in four bytes. */
const number = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const text = (value: string): number[] => [...new TextEncoder().encode(value)];

/** An element whose end nobody knew when it was written, as in live recordings. */
function endless(id: number, content: readonly number[]): number[] {
  return [...element(id).slice(0, -8), 1, 255, 255, 255, 255, 255, 255, 255, ...content];
}

type Lacing = "none" | "xiph" | "fixed" | "ebml";

/** A block's content: the track, no time, flags, and packets. */
function block(track: number, own: readonly Uint8Array[], lacing: Lacing): number[] {
  const flags = { none: 0, xiph: 2, fixed: 4, ebml: 6 }[lacing];
  const sizes = own.slice(0, -1).map(({ length }) => length);
  const written = {
    none: [],
    fixed: [own.length - 1],
    xiph: [
      own.length - 1,
      ...sizes.flatMap((n) => [...Array.from({ length: Math.floor(n / 255) }, () => 255), n % 255]),
    ],
    // Two bytes each: 14 bits, differences shifted by 2¹³ − 1.
    ebml: [
      own.length - 1,
      ...sizes.flatMap((n, i) => {
        const value = i === 0 ? n : n - sizes[i - 1]! + 8191;
        return [64 | (value >> 8), value & 255];
      }),
    ],
  }[lacing];
  return [128 | track, 0, 0, flags, ...written, ...own.flatMap((packet) => [...packet])];
}

interface MuxOptions {
  readonly lacing?: Lacing;
  /** Packets a block. */
  readonly together?: number;
  readonly codec?: string;
  readonly live?: boolean;
  readonly own?: readonly Uint8Array[];
  readonly discard?: number;
}

/** A WebM file with a track of pictures before that of sound. */
function mux(options: MuxOptions = {}): Uint8Array {
  const { lacing = "none", together = 1, codec = "A_OPUS", live = false, own = packets, discard = padding } = options;
  const blocks: number[] = [];
  for (let at = 0; at < own.length; at += together) {
    const content = block(2, own.slice(at, at + together), lacing);
    blocks.push(...element(0xa3, block(1, [Uint8Array.of(1, 2, 3)], "none")));
    if (at + together < own.length) blocks.push(...element(0xa3, content));
    else blocks.push(...element(0xa0, element(0xa1, content), element(0x75a2, number(Math.round(discard)))));
  }
  const tracks = element(
    0x1654ae6b,
    element(0xae, element(0xd7, [1]), element(0x83, [1]), element(0x86, text("V_VP8"))),
    element(0xae, element(0xd7, [2]), element(0x83, [2]), element(0x86, text(codec)), element(0x63a2, head)),
  );
  const content = [...element(0xec, new Uint8Array(300)), ...tracks, ...element(0x1254c367, text("tags"))];
  const cluster = [...element(0xe7, [0]), ...blocks];
  const segment = live
    ? endless(0x18538067, [...content, ...endless(0x1f43b675, cluster)])
    : element(0x18538067, content, element(0x1f43b675, cluster), element(0x1c53bb6b, text("cues")));
  return Uint8Array.from([...element(0x1a45dfa3, element(0x4282, text("webm"))), ...segment]);
}

async function streamed(bytes: Uint8Array, piece: number): Promise<number[]> {
  const samples: number[] = [];
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) =>
    bytes.subarray(i * piece, (i + 1) * piece),
  );
  async function* feed(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* pieces;
  }
  for await (const { samples: more } of decodeStream(feed())) samples.push(...more);
  return samples;
}

describe("Opus in WebM", () => {
  test("the packets are those that were put in, however the bytes come", () => {
    const bytes = mux({ lacing: "ebml", together: 5 });
    const found = new WebmPackets(2);
    const out = Array.from({ length: bytes.length }, (_, i) => found.push(bytes.subarray(i, i + 1))).flat();
    expect(out.map((each) => each.bytes)).toEqual(packets);
    expect(out.map(({ discard }) => discard)).toEqual(packets.map((_, i) => (i < packets.length - 1 ? 0 : 648)));
  });

  test("ffmpeg's file has the samples that audio-decode finds, to the bit", async () => {
    const bytes = await fixture("source.webm");
    const { channelData, sampleRate } = await audioDecode(bytes);
    expect(await decodeAudio(bytes)).toEqual({ samples: channelData[0], sampleRate, channels: 1 });
  });

  // Equally large packets for the fixed lacing: all are the first one.
  const same = packets.map(() => packets[0]!);

  test.each<[string, MuxOptions]>([
    ["a packet a block", {}],
    ["a live recording, sizes unknown", { live: true }],
    ["Xiph lacing", { lacing: "xiph", together: 4 }],
    ["EBML lacing", { lacing: "ebml", together: 5 }],
    ["EBML lacing, all in one block", { lacing: "ebml", together: 100 }],
  ])("%s", async (_, options) => {
    const bytes = mux(options);
    expect(webmOpus(bytes)).toEqual({ track: 2, head });
    expect((await decodeAudio(bytes)).samples).toEqual(sound.samples);
    for (const piece of [1, 700, 5000]) expect(await streamed(bytes, piece)).toEqual([...sound.samples]);
  });

  test("fixed lacing", async () => {
    const options: MuxOptions = { own: same, discard: 0 };
    const laced = await decodeAudio(mux({ ...options, lacing: "fixed", together: 3 }));
    expect(laced.samples.length).toBe(same.length * 960 - 312);
    expect(laced).toEqual(await decodeAudio(mux(options)));
  });

  test("another codec is left to audio-decode, which may refuse it", async () => {
    await expect(decodeAudio(mux({ codec: "A_TRUEHD" }))).rejects.toMatchObject({
      code: "audio_undecodable",
      message: expect.stringContaining("Unsupported WebM codec: TrueHD") as string,
    });
  });

  test("cut and damaged files give what is there, or one clear error, in no time", async () => {
    const bytes = mux();
    const random = new Random(1, "webm");
    for (let i = 0; i < 60; i++) {
      const damaged = bytes.slice(0, i % 2 === 0 ? bytes.length : random.integer(bytes.length));
      for (let n = 0; n < 4 && damaged.length > 0; n++) damaged[random.integer(damaged.length)] = random.integer(256);
      const outcome = await decodeAudio(damaged).then(
        ({ samples }) => (samples.length > 0 ? "sound" : "nothing"),
        (error: unknown) => (error as Error).name,
      );
      expect(["sound", "InputError"]).toContain(outcome);
    }
  });
});
