/** A page of an Ogg stream: some whole packets, and where in time the last of them ends. */
export interface OggPage {
  /** By the codec's own clock: for Opus in samples at 48,000 Hz, the pre-skip counted. */
  readonly granule: number;
  /** At least one, none of them empty. */
  readonly packets: Uint8Array[];
}

const HEADER_BYTES = 27;
/** Bits of the header type. */
const FIRST = 2;
const LAST = 4;

/** Sizes of 255 bytes go on in the next one, smaller ones end a packet. Null for packets that are empty or go on in the next page. */
function packetsOf(bytes: Uint8Array, sizes: Uint8Array, body: number): Uint8Array[] | null {
  const packets: Uint8Array[] = [];
  let start = body;
  let end = body;
  for (const size of sizes) {
    end += size;
    if (size === 255) continue;
    if (end === start || end > bytes.length) return null;
    packets.push(bytes.subarray(start, end));
    start = end;
  }
  return start === end && packets.length > 0 ? packets : null;
}

/**
 * The pages of an Ogg file as encoders write it: one stream from its first page to its last, every page in its place, no
 * packet on two pages, nothing around them (RFC 3533). Checksums are not looked at.
 *
 * @param bytes the whole file
 * @returns null for any other file: chained, multiplexed, cut short, damaged
 */
export function oggPages(bytes: Uint8Array): OggPage[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pages: OggPage[] = [];
  let at = 0;
  let ended = false;
  while (at < bytes.length) {
    // "OggS", version 0.
    if (ended || at + HEADER_BYTES > bytes.length || view.getUint32(at) !== 0x4f676753 || bytes[at + 4] !== 0)
      return null;
    const type = bytes[at + 5]!;
    ended = (type & LAST) !== 0;
    const body = at + HEADER_BYTES + bytes[at + 26]!;
    const inPlace =
      ((type & FIRST) !== 0) === (at === 0) &&
      view.getUint32(at + 14, true) === view.getUint32(14, true) &&
      view.getUint32(at + 18, true) === view.getUint32(18, true) + pages.length;
    if (!inPlace || body > bytes.length) return null;
    const packets = packetsOf(bytes, bytes.subarray(at + HEADER_BYTES, body), body);
    if (!packets) return null;
    pages.push({ granule: Number(view.getBigInt64(at + 6, true)), packets });
    const last = packets.at(-1)!;
    at = last.byteOffset + last.length - bytes.byteOffset;
  }
  return ended ? pages : null;
}
