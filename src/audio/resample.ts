import { ParameterError } from "../errors.ts";
import { RealFft } from "./fft.ts";
import type { Waveform } from "./waveform.ts";

/**
 * Where the pass band ends, as a part of the lower of the two Nyquist frequencies; the stop band begins at that
 * frequency itself. Equal to soxr's HQ (20 bits), which `librosa.load` uses.
 */
const PASS_BAND_END = 0.9136;
/** Stop-band attenuation of either filter, in decibels. */
const ATTENUATION = 120;

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

const BETA = 0.1102 * (ATTENUATION - 8.7);
const BESSEL_BETA = besselI0(BETA);

/** Kaiser's window of {@link ATTENUATION} at x in -1 … 1 of its half length. */
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(BETA * Math.sqrt(1 - x * x)) / BESSEL_BETA;
}

/** Taps that Kaiser's formula wants for a transition as a part of the sampling rate (0 … 0.5). */
function kaiserTaps(transition: number): number {
  return (ATTENUATION - 7.95) / (2.285 * 2 * Math.PI * transition) + 1;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/**
 * Two stages, as soxr has them: a sharp low-pass by fast convolution that also changes the rate by a power of two, then
 * a short interpolation. After the first the signal fills at most half its band, so that the second needs 18 taps where
 * a one-stage polyphase filter of the same sharpness needs 400.
 */
class Resampler {
  /** Input samples → middle samples. */
  readonly #inFft: RealFft;
  readonly #midFft: RealFft;
  /** Samples a block at the input and in the middle, and the context on either side that circular convolution spoils. */
  readonly #inHop: number;
  readonly #inPad: number;
  readonly #midHop: number;
  readonly #midPad: number;
  /** The low-pass's real spectrum over the bins that both rates have. */
  readonly #response: Float64Array;
  /** Middle samples an output sample, as a fraction step / phases. */
  readonly #step: number;
  readonly #phases: number;
  readonly #taps: number;
  /** Shape (phases, taps). */
  readonly #table: Float64Array;

  constructor(from: number, to: number) {
    const lower = Math.min(from, to);
    const octaves = Math.log2(to / from);
    // Middle rate / input rate: the smallest power of two that leaves the upper half of the band empty.
    const rise = Number.isInteger(octaves) ? to / from : 2 ** Math.ceil(Math.log2((2 * lower) / from));
    const middle = from * rise;

    // The low-pass is made at the higher of the two rates; `fall` of its samples make one at the lower.
    const rate = Math.max(from, middle);
    const fall = Math.max(rise, 1 / rise);
    const halfTaps = Math.ceil(kaiserTaps(((1 - PASS_BAND_END) * lower) / 2 / rate) / 2);
    const size = 2 ** Math.ceil(Math.log2(Math.max(16 * halfTaps, 64 * fall)));
    const cutoff = ((1 + PASS_BAND_END) / 2) * (lower / rate);
    const kernel = new Float64Array(size);
    let sum = 0;
    for (let n = -halfTaps; n <= halfTaps; n++) {
      const tap = sinc(cutoff * n) * kaiser(n / halfTaps);
      kernel[(n + size) % size] = tap;
      sum += tap;
    }
    const fft = new RealFft(size);
    const re = new Float64Array(fft.bins);
    fft.forward(kernel, re, new Float64Array(fft.bins));
    this.#inFft = rise > 1 ? new RealFft(size / fall) : fft;
    this.#midFft = rise < 1 ? new RealFft(size / fall) : fft;
    this.#response = re.slice(0, size / fall / 2 + 1);
    // Unit gain, times the ratio of the two transforms' scales.
    for (let k = 0; k < this.#response.length; k++) this.#response[k]! *= rise / sum;
    const padInLower = Math.ceil(halfTaps / fall) + 1;
    const hopInLower = size / fall - 2 * padInLower;
    [this.#inPad, this.#midPad] = rise > 1 ? [padInLower, padInLower * fall] : [padInLower * fall, padInLower];
    [this.#inHop, this.#midHop] = rise > 1 ? [hopInLower, hopInLower * fall] : [hopInLower * fall, hopInLower];

    // middle / to in lowest terms; middle may be half of an odd rate, hence the doubling.
    const scale = rise < 1 ? 1 / rise : 1;
    const divisor = gcd(Math.round(middle * scale), Math.round(to * scale));
    this.#step = Math.round(middle * scale) / divisor;
    this.#phases = Math.round(to * scale) / divisor;
    if (this.#phases === 1 && this.#step === 1) {
      this.#taps = 1;
      this.#table = new Float64Array([1]);
      return;
    }
    const halfWidth = Math.ceil(kaiserTaps((middle - lower) / middle) / 2);
    this.#taps = 2 * halfWidth;
    this.#table = new Float64Array(this.#phases * this.#taps);
    for (let p = 0; p < this.#phases; p++) {
      const row = this.#table.subarray(p * this.#taps, (p + 1) * this.#taps);
      let gain = 0;
      for (let j = 0; j < this.#taps; j++) {
        const distance = j - (halfWidth - 1) - p / this.#phases;
        row[j] = sinc(distance) * kaiser(distance / halfWidth);
        gain += row[j]!;
      }
      for (let j = 0; j < this.#taps; j++) row[j]! /= gain;
    }
  }

  /** Bytes its tables hold, for the cache. */
  get bytes(): number {
    return 8 * (this.#table.length + this.#response.length);
  }

  process(x: Float32Array, length: number): Float32Array {
    const out = new Float32Array(length);
    const taps = this.#taps;
    const left = taps === 1 ? 0 : taps / 2 - 1;
    const table = this.#table;
    const phases = this.#phases;
    const step = Math.floor(this.#step / phases);
    const phaseStep = this.#step % phases;
    const response = this.#response;
    const block = new Float64Array(this.#inFft.size);
    const inRe = new Float64Array(this.#inFft.bins);
    const inIm = new Float64Array(this.#inFft.bins);
    const midRe = new Float64Array(this.#midFft.bins);
    const midIm = new Float64Array(this.#midFft.bins);
    const filtered = new Float64Array(this.#midFft.size);
    // The last `taps` middle samples of the block before, then those of this block.
    const middle = new Float64Array(taps + this.#midHop);
    // The filter rings before the first sample, too: one block of lead when the interpolation looks there.
    let blockIndex = taps === 1 ? 0 : -1;
    let position = 0;
    let phase = 0;
    let m = 0;
    while (m < length) {
      const from = blockIndex * this.#inHop - this.#inPad;
      const first = Math.max(0, from);
      const last = Math.min(x.length, from + block.length);
      block.fill(0);
      for (let i = first; i < last; i++) block[i - from] = x[i]!;
      middle.copyWithin(0, this.#midHop);
      if (last > first) {
        this.#inFft.forward(block, inRe, inIm);
        for (let k = 0; k < response.length; k++) {
          midRe[k] = inRe[k]! * response[k]!;
          midIm[k] = inIm[k]! * response[k]!;
        }
        this.#midFft.inverse(midRe, midIm, filtered);
        middle.set(filtered.subarray(this.#midPad, this.#midPad + this.#midHop), taps);
      } else {
        middle.fill(0, taps);
      }
      // middle[i] is middle sample i + origin of the whole signal.
      const origin = blockIndex * this.#midHop - taps;
      const end = (blockIndex + 1) * this.#midHop - taps / 2;
      if (taps === 1) {
        const count = Math.min(this.#midHop, length - m);
        for (let i = 0; i < count; i++) out[m++] = middle[1 + i]!;
      } else {
        while (m < length && position < end) {
          let at = (position - left - origin) | 0;
          let t = (phase * taps) | 0;
          const stop = t + taps;
          // Two sums, so that one addition need not wait for the last; the number of taps is even.
          let even = 0;
          let odd = 0;
          for (; t < stop; t += 2, at += 2) {
            even += middle[at]! * table[t]!;
            odd += middle[at + 1]! * table[t + 1]!;
          }
          out[m++] = even + odd;
          position += step;
          phase += phaseStep;
          if (phase >= phases) {
            phase -= phases;
            position++;
          }
        }
      }
      blockIndex++;
    }
    return out;
  }
}

/** Tables are kept for the pairs of rates last used, up to this many bytes. */
const CACHE_BYTES = 32 << 20;
const cache = new Map<string, Resampler>();

function resamplerFor(from: number, to: number): Resampler {
  const key = `${from}:${to}`;
  const found = cache.get(key);
  const resampler = found ?? new Resampler(from, to);
  // Most recently used last.
  cache.delete(key);
  cache.set(key, resampler);
  let bytes = 0;
  for (const held of cache.values()) bytes += held.bytes;
  for (const [oldest, held] of cache) {
    if (bytes <= CACHE_BYTES || oldest === key) break;
    cache.delete(oldest);
    bytes -= held.bytes;
  }
  return resampler;
}

/**
 * The same sound at another sampling rate: band-limited interpolation with a pass band to 0.9136 of the lower Nyquist
 * frequency and 120 dB of stop band, linear phase, no delay. Silence is assumed before and after. The counterpart of
 * `librosa.resample(res_type="soxr_hq")`: not equal to the bit, the same filter specification.
 *
 * @param waveform any length; the same object comes back when it has the rate already
 * @param sampleRate in hertz, a positive integer
 * @returns ceil(n · sampleRate / waveform.sampleRate) samples
 * @throws ParameterError for a rate that is no positive integer
 */
export function resample(waveform: Waveform, sampleRate: number): Waveform {
  for (const [name, rate] of [
    ["sampleRate", sampleRate],
    ["waveform.sampleRate", waveform.sampleRate],
  ] as const) {
    if (!Number.isInteger(rate) || rate < 1) {
      throw new ParameterError(`resample: ${name}=${rate} must be a positive integer, in hertz`);
    }
  }
  const { samples, sampleRate: from } = waveform;
  if (from === sampleRate) return waveform;
  const length = Math.ceil((samples.length * sampleRate) / from);
  return { samples: resamplerFor(from, sampleRate).process(samples, length), sampleRate };
}
