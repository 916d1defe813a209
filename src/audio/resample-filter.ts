import { gcd } from "../arithmetic.ts";
import { ParameterError } from "../errors.ts";
import { RealFft } from "./fft.ts";
import { kaiser, kaiserTaps, lowPassKernel, sinc } from "./kaiser.ts";

/**
 * Where the pass band ends, as a part of the lower of the two Nyquist frequencies; the stop band begins at that
 * frequency itself. Equal to soxr's HQ (20 bits), which `librosa.load` uses.
 */
export const PASS_BAND_END = 0.9136;
/** 32-bit floats in a vector. */
const LANES = 4;

/**
 * The tables of a resampler of two stages, as soxr has them: a sharp low-pass by fast convolution that also changes the
 * rate by a power of two, then a short interpolation. After the first the signal fills at most half its band, so that the
 * second needs 18 taps where a one-stage polyphase filter of the same sharpness needs 400.
 */
export class ResampleFilter {
  /** Lengths of the transforms, of input samples and of middle samples. */
  readonly inSize: number;
  readonly midSize: number;
  /** Samples a block at the input and in the middle, and the context on either side that circular convolution spoils. */
  readonly inHop: number;
  readonly inPad: number;
  readonly midHop: number;
  readonly midPad: number;
  /** The low-pass's real spectrum over the bins that both rates have. */
  readonly response: Float64Array;
  /** Middle samples an output sample, as a fraction step / phases. */
  readonly step: number;
  readonly phases: number;
  /** Taps of the interpolation, zeros included that fill whole vectors, and those before the place's own sample. */
  readonly taps: number;
  readonly left: number;
  /** Shape (phases, taps). */
  readonly table: Float32Array;

  /** @param blockTaps length of a transform, at least, in half lengths of the low-pass: more is faster and later */
  constructor(from: number, to: number, blockTaps: number) {
    const lower = Math.min(from, to);
    const octaves = Math.log2(to / from);
    // Middle rate / input rate: the smallest power of two that leaves the upper half of the band empty.
    const rise = Number.isInteger(octaves) ? to / from : 2 ** Math.ceil(Math.log2((2 * lower) / from));
    const middle = from * rise;

    // The low-pass is made at the higher of the two rates; `fall` of its samples make one at the lower.
    const rate = Math.max(from, middle);
    const fall = Math.max(rise, 1 / rise);
    const halfTaps = Math.ceil(kaiserTaps(((1 - PASS_BAND_END) * lower) / 2 / rate) / 2);
    const size = 2 ** Math.ceil(Math.log2(Math.max(blockTaps * halfTaps, 64 * fall)));
    const cutoff = ((1 + PASS_BAND_END) / 2) * (lower / rate);
    const { kernel, sum } = lowPassKernel(size, halfTaps, cutoff);
    const fft = new RealFft(size);
    const re = new Float64Array(fft.bins);
    fft.forward(kernel, re, new Float64Array(fft.bins));
    this.inSize = rise > 1 ? size / fall : size;
    this.midSize = rise < 1 ? size / fall : size;
    this.response = re.slice(0, size / fall / 2 + 1);
    // Unit gain, times the ratio of the two transforms' scales.
    for (let k = 0; k < this.response.length; k++) this.response[k]! *= rise / sum;
    const padInLower = Math.ceil(halfTaps / fall) + 1;
    const hopInLower = size / fall - 2 * padInLower;
    [this.inPad, this.midPad] = rise > 1 ? [padInLower, padInLower * fall] : [padInLower * fall, padInLower];
    [this.inHop, this.midHop] = rise > 1 ? [hopInLower, hopInLower * fall] : [hopInLower * fall, hopInLower];

    // middle / to in lowest terms; middle may be half of an odd rate, hence the doubling.
    const scale = rise < 1 ? 1 / rise : 1;
    const divisor = gcd(Math.round(middle * scale), Math.round(to * scale));
    this.step = Math.round(middle * scale) / divisor;
    this.phases = Math.round(to * scale) / divisor;
    if (this.phases === 1 && this.step === 1) {
      this.left = 0;
      this.taps = LANES;
      this.table = Float32Array.of(1, ...new Float32Array(LANES - 1));
      return;
    }
    const halfWidth = Math.ceil(kaiserTaps((middle - lower) / middle) / 2);
    this.left = halfWidth - 1;
    this.taps = Math.ceil((2 * halfWidth) / LANES) * LANES;
    this.table = new Float32Array(this.phases * this.taps);
    const row = new Float64Array(2 * halfWidth);
    for (let p = 0; p < this.phases; p++) {
      let gain = 0;
      for (let j = 0; j < row.length; j++) {
        const distance = j - this.left - p / this.phases;
        row[j] = sinc(distance) * kaiser(distance / halfWidth);
        gain += row[j]!;
      }
      for (let j = 0; j < row.length; j++) this.table[p * this.taps + j] = row[j]! / gain;
    }
  }

  /** Bytes its tables hold, for the cache. */
  get bytes(): number {
    return 4 * this.table.length + 8 * this.response.length;
  }
}

/** In hertz; the interpolation's table may have as many rows as the higher rate has samples a second. */
const HIGHEST_RATE = 768_000;
/** The low-pass grows with the ratio; 192 kHz to 1 kHz is 192. */
const LARGEST_RATIO = 256;

/** Tables are kept for the pairs of rates last used, up to this many bytes. */
const CACHE_BYTES = 32 << 20;
const cache = new Map<string, ResampleFilter>();

/**
 * The filter between two rates, made when first asked for.
 *
 * @param blockTaps as for {@link ResampleFilter}
 * @throws ParameterError for rates whose tables would not fit into memory
 */
export function resampleFilter(from: number, to: number, blockTaps: number): ResampleFilter {
  const [lower, higher] = [Math.min(from, to), Math.max(from, to)];
  if (higher > HIGHEST_RATE || higher > LARGEST_RATIO * lower) {
    throw new ParameterError(
      `resample: from ${from} to ${to} Hz is out of range: rates go to ${HIGHEST_RATE} Hz, their ratio to ${LARGEST_RATIO}`,
    );
  }
  const key = `${from}:${to}:${blockTaps}`;
  const found = cache.get(key);
  const filter = found ?? new ResampleFilter(from, to, blockTaps);
  // Most recently used last.
  cache.delete(key);
  cache.set(key, filter);
  let bytes = 0;
  for (const held of cache.values()) bytes += held.bytes;
  for (const [oldest, held] of cache) {
    if (bytes <= CACHE_BYTES || oldest === key) break;
    cache.delete(oldest);
    bytes -= held.bytes;
  }
  return filter;
}
