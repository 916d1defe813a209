import { joinBytes } from "../../src/bytes.ts";
import type { Random } from "../../src/random.ts";

type Mutation = (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>;

const noise = (length: number, random: Random): Uint8Array => Uint8Array.from({ length }, () => random.integer(256));

/** What accidents and attackers do to files, by name. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  cut: (bytes, random) => bytes.slice(0, 1 + random.integer(bytes.length)),
  bitsFlipped(bytes, random) {
    for (let n = 1 + random.integer(40); n > 0; n--) bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8);
    return bytes;
  },
  bytesChanged(bytes, random) {
    for (let n = 1 + random.integer(20); n > 0; n--) bytes[random.integer(bytes.length)] = random.integer(256);
    return bytes;
  },
  rangeInserted(bytes, random) {
    const at = random.integer(bytes.length);
    return joinBytes([bytes.subarray(0, at), noise(1 + random.integer(4096), random), bytes.subarray(at)]);
  },
  rangeRemoved(bytes, random) {
    const at = random.integer(bytes.length);
    return joinBytes([bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(4096))]);
  },
  rangeRepeated(bytes, random) {
    const from = random.integer(bytes.length);
    return bytes.copyWithin(random.integer(bytes.length), from, from + random.integer(4096));
  },
  rangeZeroed(bytes, random) {
    const from = random.integer(bytes.length);
    return bytes.fill(0, from, from + random.integer(2000));
  },
  /** Sizes, rates, counts: one to eight of the header's bytes, or four together, made extreme. */
  headerExtreme(bytes, random) {
    const header = Math.min(200, bytes.length);
    const extreme = [0, 0xff, 0x80, 0x7f][random.integer(4)]!;
    const width = random.integer(2) === 0 ? 4 : 1;
    for (let n = 1 + random.integer(8); n > 0; n -= width) {
      const at = random.integer(header);
      bytes.fill(extreme, at, at + width);
    }
    return bytes;
  },
};

/** The `i`-th damaged copy of a file; each kind of damage comes in turn. */
export function mutated(original: Uint8Array, i: number, random: Random): Uint8Array<ArrayBuffer> {
  const kinds = Object.values(MUTATIONS);
  return kinds[i % kinds.length]!(Uint8Array.from(original), random);
}
