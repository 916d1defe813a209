import { readSize } from "./webm-numbers.ts";

/** How several packets share a block (RFC 9559, section 10.3). */
const XIPH = 1;
const FIXED = 2;

/**
 * The packets of a block's content.
 *
 * @param lacing 0: it is one packet; else how the sizes of all but the last are written
 */
export function lacedPackets(content: Uint8Array, lacing: number): Uint8Array[] {
  if (lacing === 0) return [content];
  const count = (content[0] ?? 0) + 1;
  const { sizes, at } =
    lacing === XIPH
      ? xiphSizes(content, count)
      : lacing === FIXED
        ? { sizes: Array.from({ length: count - 1 }, () => (content.length - 1) / count), at: 1 }
        : ebmlSizes(content, count);
  const packets: Uint8Array[] = [];
  let start = at;
  for (const size of sizes) {
    packets.push(content.subarray(start, start + size));
    start += size;
  }
  packets.push(content.subarray(start));
  return packets;
}

interface Sizes {
  readonly sizes: number[];
  /** Where the packets begin. */
  readonly at: number;
}

/** Sums of bytes, of which the last is below 255. */
function xiphSizes(content: Uint8Array, count: number): Sizes {
  const sizes: number[] = [];
  let at = 1;
  while (sizes.length < count - 1 && at < content.length) {
    let size = 0;
    while (content[at] === 255) {
      size += 255;
      at++;
    }
    sizes.push(size + (content[at++] ?? 0));
  }
  return { sizes, at };
}

/** The first as it is, each other one as its difference from the one before, shifted to be positive. */
function ebmlSizes(content: Uint8Array, count: number): Sizes {
  const sizes: number[] = [];
  let at = 1;
  while (sizes.length < count - 1) {
    const number = readSize(content, at);
    if (!number) break;
    const before = sizes.at(-1);
    sizes.push(before === undefined ? number.value : before + number.value - (2 ** (7 * number.length - 1) - 1));
    at += number.length;
  }
  return { sizes, at };
}
