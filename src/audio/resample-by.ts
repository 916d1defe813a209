import { ParameterError } from "../errors.ts";
import { RealFft } from "./fft.ts";
import { kaiser, kaiserTaps, lowPassKernel, sinc } from "./kaiser.ts";
import { PASS_BAND_END } from "./resample-filter.ts";

/** The middle signal has twice the input's rate: its upper half is empty, so that few taps interpolate it. */
const RISE = 2;
const HALF_WIDTH = Math.ceil(kaiserTaps(1 - 1 / RISE) / 2);
const TAPS = 2 * HALF_WIDTH;
/** Rows of taps a middle sample; linear interpolation between them errs by 2e-6 (−114 dB) at the band's edge. */
const PHASES = 1024;

let table: Float64Array | undefined;

/** Interpolating filters for the fractions 0 … 1 of a middle sample: shape (PHASES + 1, TAPS), each row's sum 1. */
function interpolators(): Float64Array {
  if (table) return table;
  table = new Float64Array((PHASES + 1) * TAPS);
  for (let p = 0; p <= PHASES; p++) {
    const row = table.subarray(p * TAPS, (p + 1) * TAPS);
    let gain = 0;
    for (let j = 0; j < TAPS; j++) {
      const distance = j - (HALF_WIDTH - 1) - p / PHASES;
      row[j] = sinc(distance) * kaiser(distance / HALF_WIDTH);
      gain += row[j]!;
    }
    for (let j = 0; j < TAPS; j++) row[j]! /= gain;
  }
  return table;
}

/**
 * Low-pass at `lower` times the input's Nyquist frequency, and twice the rate, by fast convolution in blocks.
 *
 * @returns shape (margin + 2n + margin): what comes before and after the signal, too, since the filter rings
 */
function lowPassDoubled(x: Float32Array, lower: number, margin: number): Float32Array {
  const halfTaps = Math.ceil(kaiserTaps(((1 - PASS_BAND_END) * lower) / 2 / RISE) / 2);
  const size = 2 ** Math.ceil(Math.log2(16 * halfTaps));
  const cutoff = ((1 + PASS_BAND_END) / 2) * (lower / RISE);
  const { kernel, sum } = lowPassKernel(size, halfTaps, cutoff);
  const outFft = new RealFft(size);
  const inFft = new RealFft(size / RISE);
  const response = new Float64Array(outFft.bins);
  const outRe = new Float64Array(outFft.bins);
  const outIm = new Float64Array(outFft.bins);
  const inRe = new Float64Array(inFft.bins);
  const inIm = new Float64Array(inFft.bins);
  outFft.forward(kernel, response, outIm);
  outIm.fill(0);

  const out = new Float32Array(2 * margin + RISE * x.length);
  const block = new Float64Array(size / RISE);
  const doubled = new Float64Array(size);
  const pad = Math.ceil(halfTaps / RISE) + 1;
  const hop = size / RISE - 2 * pad;
  for (let start = -margin / RISE; start * RISE + margin < out.length; start += hop) {
    const from = start - pad;
    const first = Math.max(0, from);
    const last = Math.min(x.length, from + block.length);
    if (last <= first) continue;
    block.fill(0);
    for (let i = first; i < last; i++) block[i - from] = x[i]!;
    inFft.forward(block, inRe, inIm);
    for (let k = 0; k < inFft.bins; k++) {
      const scale = (response[k]! * RISE) / sum;
      outRe[k] = inRe[k]! * scale;
      outIm[k] = inIm[k]! * scale;
    }
    outFft.inverse(outRe, outIm, doubled);
    const at = start * RISE + margin;
    const count = Math.min(hop * RISE, out.length - at);
    for (let i = 0; i < count; i++) out[at + i] = doubled[pad * RISE + i]!;
  }
  return out;
}

/**
 * Band-limited interpolation by any ratio, also an irrational one: sample m of the result is the signal at time
 * m / ratio. The filter is `resample`'s, which wants two integer rates and is faster where there are such.
 *
 * @param samples any length; silence is assumed before and after
 * @param ratio rate after / rate before; 1/16 … 16
 * @returns ceil(n · ratio) samples, as `librosa.resample`
 * @throws ParameterError for a ratio out of range
 */
export function resampleBy(samples: Float32Array, ratio: number): Float32Array {
  if (!(ratio >= 1 / 16 && ratio <= 16)) throw new ParameterError(`resampleBy: ratio=${ratio} must lie in 1/16 … 16`);
  const out = new Float32Array(Math.ceil(samples.length * ratio));
  // An even number, so that blocks begin on input samples.
  const margin = 2 * TAPS;
  const middle = lowPassDoubled(samples, Math.min(1, ratio), margin);
  const rows = interpolators();
  const step = RISE / ratio;
  for (let m = 0; m < out.length; m++) {
    const position = m * step;
    const whole = Math.floor(position);
    const phase = (position - whole) * PHASES;
    const row = Math.floor(phase);
    const fraction = phase - row;
    const at = whole + margin - (HALF_WIDTH - 1);
    let near = 0;
    let far = 0;
    for (let j = 0, t = row * TAPS; j < TAPS; j++, t++) {
      const x = middle[at + j]!;
      near += x * rows[t]!;
      far += x * rows[t + TAPS]!;
    }
    out[m] = near + fraction * (far - near);
  }
  return out;
}
