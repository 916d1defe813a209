import { wavFile } from "../audio/wav-file.ts";

/** A wav of silence: 16 bits, one channel. */
export function silentWav(seconds: number, sampleRate = 8000): Uint8Array<ArrayBuffer> {
  return new Uint8Array(wavFile(new Float32Array(seconds * sampleRate), { sampleRate }));
}

function crc(bytes: Uint8Array, width: 8 | 16, polynomial: number): number {
  const top = 1 << (width - 1);
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) sum = sum & top ? (sum << 1) ^ polynomial : sum << 1;
  }
  return sum & ((1 << width) - 1);
}

/** A number as FLAC writes those of frames: UTF-8 beyond Unicode. */
function utf8(value: number): number[] {
  if (value < 0x80) return [value];
  const tail: number[] = [];
  let rest = value;
  for (let room = 6; ; room--) {
    tail.unshift(0x80 | (rest & 0x3f));
    rest = Math.floor(rest / 64);
    const limit = 1 << (room - 1);
    if (rest < limit) return [((0xff << room) & 0xff) | rest, ...tail];
  }
}

/** An audio bomb: FLAC frames of 65,535 constant samples in some 14 bytes each (RFC 9639). Two hours are 25 kB. */
export function flacBomb(seconds: number): Uint8Array<ArrayBuffer> {
  const sampleRate = 48_000;
  const block = 65_535;
  const frames = Math.ceil((seconds * sampleRate) / block);
  const total = frames * block;
  const info = new Uint8Array(34);
  const view = new DataView(info.buffer);
  view.setUint16(0, block);
  view.setUint16(2, block);
  // 20 bits of rate, 3 of channels - 1, 5 of bits - 1, 36 of samples.
  view.setUint32(10, ((sampleRate << 12) | (0 << 9) | (15 << 4) | Math.floor(total / 2 ** 32)) >>> 0);
  view.setUint32(14, total >>> 0);
  const pieces: number[][] = [[...new TextEncoder().encode("fLaC"), 0x80, 0, 0, 34, ...info]];
  for (let i = 0; i < frames; i++) {
    // Sync, fixed blocks; block size as 16 bits at the end of the header, 48 kHz; mono, 16 bits.
    const head = [0xff, 0xf8, 0x7a, 0x08, ...utf8(i), (block - 1) >> 8, (block - 1) & 0xff];
    const headed = [...head, crc(Uint8Array.from(head), 8, 0x07)];
    // One constant subframe: type 0, then its value.
    const frame = [...headed, 0x00, 0x00, 0x00];
    const sum = crc(Uint8Array.from(frame), 16, 0x8005);
    pieces.push([...frame, sum >> 8, sum & 0xff]);
  }
  return Uint8Array.from(pieces.flat());
}
