import { joinBytes } from "../bytes.ts";
import { lacedPackets } from "./webm-lacing.ts";
import { readSize, readUnsigned } from "./webm-numbers.ts";

/** Elements by their ids (RFC 9559), as they stand in the file. */
const ID = {
  header: 0x1a45dfa3,
  segment: 0x18538067,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  codec: 0x86,
  codecPrivate: 0x63a2,
  cluster: 0x1f43b675,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  discardPadding: 0x75a2,
} as const;

/** The type of a track that is sound. */
const SOUND = 2;

/** Opus counts in samples at 48,000 Hz, Matroska in nanoseconds. */
const SAMPLES_PER_NANOSECOND = 48_000 / 1e9;

/** In bytes; a block of 256 packets of Opus, each as large as can be, is smaller. */
const LARGEST_BLOCK = 1 << 20;

interface Element {
  readonly id: number;
  /** Where its content begins and ends; `end` is beyond the bytes when it is cut short, Infinity when its size is unknown. */
  readonly start: number;
  readonly end: number;
}

/** The element whose head is at `at`; null when the bytes end within its head. What is no head goes on for ever. */
function elementAt(bytes: Uint8Array, at: number): Element | null {
  const idLength = Math.clz32(bytes[at]!) - 23;
  if (idLength > 4) return { id: 0, start: at, end: Infinity };
  const size = readSize(bytes, at + idLength);
  if (size === null) return null;
  const start = at + idLength + size.length;
  return { id: readUnsigned(bytes, at, idLength), start, end: start + size.value };
}

/** The elements between `start` and `end` one after the other. */
function* children(bytes: Uint8Array, start: number, end: number): Generator<Element, void, undefined> {
  for (let at = start; at < Math.min(end, bytes.length);) {
    const element = elementAt(bytes, at);
    if (!element) return;
    yield element;
    at = element.end;
  }
}

/** Opus in a WebM file. */
export interface WebmOpus {
  readonly track: number;
  /** The "OpusHead" packet. */
  readonly head: Uint8Array;
}

/** Whether these are the first bytes of a WebM or Matroska file. */
export function isWebm(bytes: Uint8Array): boolean {
  return readUnsigned(bytes, 0, 4) === ID.header;
}

/** The first track of sound in the beginning of a WebM or Matroska file, when it is Opus; else null. */
export function webmOpus(bytes: Uint8Array): WebmOpus | null {
  for (const outer of children(bytes, 0, bytes.length)) {
    if (outer.id !== ID.segment) continue;
    for (const section of children(bytes, outer.start, outer.end)) {
      if (section.id !== ID.tracks || section.end > bytes.length) continue;
      for (const track of children(bytes, section.start, section.end)) {
        const found = new Map([...children(bytes, track.start, track.end)].map((each) => [each.id, each]));
        const content = (id: number): Uint8Array => {
          const element = found.get(id);
          return element ? bytes.subarray(element.start, element.end) : new Uint8Array(0);
        };
        const number = (id: number): number => readUnsigned(content(id), 0, content(id).length);
        if (track.id !== ID.track || number(ID.trackType) !== SOUND) continue;
        const codec = new TextDecoder().decode(content(ID.codec)).replace(/\0+$/, "");
        return codec === "A_OPUS" ? { track: number(ID.trackNumber), head: content(ID.codecPrivate).slice() } : null;
      }
    }
  }
  return null;
}

/** A packet of sound. */
export interface WebmPacket {
  readonly bytes: Uint8Array;
  /** Samples at the end of what it decodes to that are not part of the sound. */
  readonly discard: number;
}

/** Takes the packets of one track out of a WebM file that comes in pieces of any length. */
export class WebmPackets {
  readonly #track: number;
  #left: Uint8Array = new Uint8Array(0);
  /** Bytes to come that are of no interest. */
  #skip = 0;

  constructor(track: number) {
    this.#track = track;
  }

  /** @returns the packets that these bytes complete */
  push(piece: Uint8Array): WebmPacket[] {
    const bytes = joinBytes([this.#left, piece]);
    const packets: WebmPacket[] = [];
    let at = Math.min(this.#skip, bytes.length);
    this.#skip -= at;
    while (this.#skip === 0 && at < bytes.length) {
      const element = elementAt(bytes, at);
      if (!element) break;
      const { id, start, end } = element;
      const isBlock = (id === ID.simpleBlock || id === ID.blockGroup) && end - start <= LARGEST_BLOCK;
      if (id === ID.segment || id === ID.cluster) at = start;
      else if (isBlock && end > bytes.length) break;
      else {
        if (isBlock && id === ID.simpleBlock) packets.push(...this.#packetsOf(bytes.subarray(start, end), 0));
        else if (isBlock) packets.push(...this.#packetsOfGroup(bytes, element));
        this.#skip = Math.max(0, end - bytes.length);
        at = Math.min(end, bytes.length);
      }
    }
    this.#left = bytes.slice(at);
    return packets;
  }

  #packetsOfGroup(bytes: Uint8Array, group: Element): WebmPacket[] {
    const inner = [...children(bytes, group.start, group.end)];
    const padding = inner.find(({ id }) => id === ID.discardPadding);
    const length = padding ? padding.end - padding.start : 0;
    const unsigned = padding ? readUnsigned(bytes, padding.start, length) : 0;
    // It is signed; below 0 it would be silence to add.
    const nanoseconds = unsigned < 2 ** (8 * length - 1) ? unsigned : 0;
    return inner
      .filter(({ id }) => id === ID.block)
      .flatMap(({ start, end }) =>
        this.#packetsOf(bytes.subarray(start, end), Math.round(nanoseconds * SAMPLES_PER_NANOSECOND)),
      );
  }

  /** A block: its track, two bytes of time, a byte of flags, packets. Padding is at the end of the last. */
  #packetsOf(block: Uint8Array, discard: number): WebmPacket[] {
    const track = readSize(block, 0);
    if (track?.value !== this.#track) return [];
    const flags = block[track.length + 2] ?? 0;
    const packets = lacedPackets(block.subarray(track.length + 3), (flags >> 1) & 3);
    return packets.map((bytes, i) => ({ bytes, discard: i === packets.length - 1 ? discard : 0 }));
  }
}
