import type { Matrix } from "../matrix.ts";
import type { FrameKernel } from "./frame-stream.ts";
import { FramePitch } from "./frame-pitch.ts";
import * as numbers from "./logmel72-numbers.ts";
import { melFilterBank } from "./mel.ts";

const {
  SAMPLE_RATE,
  FRAME_LENGTH,
  N_MELS,
  F_MIN,
  F_MAX,
  PITCH_MIN,
  PITCH_MAX,
  PITCH_ZERO,
  VOICED_FROM,
  VOICED_FULLY,
  SPECTRUM_ZERO,
  TILT_CORNER,
  SILENCE,
  BAND_FLOOR,
  TILT_FLOOR,
  ZERO_PART,
  ZERO,
  LEVEL,
  PITCH,
  VOICING,
  ZCR,
  CENTROID,
  BANDWIDTH,
  TILT,
  RAW_COLUMNS,
} = numbers;

/** How far a frame of this periodicity counts as voiced: 0 … 1, a ramp, so that no frame flips between two answers. */
export function voicedPart(periodicity: number): number {
  return Math.min(1, Math.max(0, (periodicity - VOICED_FROM) / (VOICED_FULLY - VOICED_FROM)));
}

function melBank(): Matrix {
  return melFilterBank(SAMPLE_RATE, FRAME_LENGTH, { nMels: N_MELS, fMin: F_MIN, fMax: F_MAX, norm: null });
}

/** One triangle of the mel bank after the other, without its zeros. */
function sparseBank(): { first: Int32Array; end: Int32Array; weights: Float64Array } {
  const bank = melBank();
  const first = new Int32Array(N_MELS);
  const end = new Int32Array(N_MELS);
  const weights: number[] = [];
  for (let m = 0; m < N_MELS; m++) {
    const row = bank.row(m);
    first[m] = row.findIndex((weight) => weight > 0);
    end[m] = row.findLastIndex((weight) => weight > 0) + 1;
    weights.push(...row.subarray(first[m], end[m]));
  }
  return { first, end, weights: Float64Array.from(weights) };
}

/** The first band whose centre lies above the corner. */
function cornerBand({ first, end, weights }: ReturnType<typeof sparseBank>): number {
  let at = 0;
  for (let m = 0; m < N_MELS; m++) {
    let [sum, moment] = [0, 0];
    for (let k = first[m]!; k < end[m]!; k++, at++) {
      sum += weights[at]!;
      moment += weights[at]! * k;
    }
    if ((moment / sum) * (SAMPLE_RATE / FRAME_LENGTH) > TILT_CORNER) return m;
  }
  return N_MELS;
}

/** The mel bank as a matrix (64, 513), and its first band whose centre lies above tilt's corner. */
export function logmel72Bank(): { readonly weights: Matrix; readonly corner: number } {
  return { weights: melBank(), corner: cornerBand(sparseBank()) };
}

/**
 * The raw columns of `logmel72`, frame by frame: all that can be said of a frame without its neighbours. Allocates nothing
 * after construction.
 */
export class LogMel72Frames implements FrameKernel {
  readonly frameLength: number = FRAME_LENGTH;
  readonly columns: number = RAW_COLUMNS;
  readonly #power = new Float64Array(1 + FRAME_LENGTH / 2);
  #crossings = 0;
  readonly #bank = sparseBank();
  readonly #bands = new Float64Array(N_MELS);
  readonly #corner = cornerBand(this.#bank);
  readonly #pitch = new FramePitch(SAMPLE_RATE, FRAME_LENGTH, PITCH_MIN, PITCH_MAX);

  /** @param frame shape (1024), loses its mean */
  compute(frame: Float64Array, out: Float32Array, at: number): void {
    const { log10, log2, max, min } = Math;
    this.#centre(frame);
    out[at + ZCR] = this.#crossings / FRAME_LENGTH;
    const pitch = this.#pitch;
    pitch.measure(frame);
    out[at + VOICING] = pitch.periodicity;
    // voicedPart, written out: the number that a call returns may have to be allocated.
    const voiced = min(1, max(0, (pitch.periodicity - VOICED_FROM) / (VOICED_FULLY - VOICED_FROM)));
    out[at + PITCH] = voiced * log2(pitch.f0 / PITCH_ZERO);
    this.#windowedPower();

    const { first, end, weights } = this.#bank;
    const power = this.#power;
    const bands = this.#bands;
    let low = 0;
    let high = 0;
    for (let m = 0, w = 0; m < N_MELS; m++) {
      let sum = 0;
      for (let k = first[m]!, stop = end[m]!; k < stop; k++) sum += power[k]! * weights[w++]!;
      bands[m] = sum;
      if (m < this.#corner) low += sum;
      else high += sum;
    }
    const total = low + high;
    const floor = max(SILENCE, BAND_FLOOR * total);
    for (let m = 0; m < N_MELS; m++) out[at + m] = log10(max(floor, bands[m]!));
    out[at + LEVEL] = log10(max(SILENCE, total));
    const side = SILENCE + TILT_FLOOR * total;
    out[at + TILT] = log10((high + side) / (low + side));

    // Moments over the bins of the bank; a frame without sound has both at SPECTRUM_ZERO.
    const begin = first[0]!;
    const stop = end[N_MELS - 1]!;
    const step = SAMPLE_RATE / FRAME_LENGTH / SPECTRUM_ZERO;
    let sum = SILENCE;
    let moment = SILENCE;
    for (let k = begin; k < stop; k++) {
      sum += power[k]!;
      moment += power[k]! * k * step;
    }
    const centroid = moment / sum;
    let spread = SILENCE;
    for (let k = begin; k < stop; k++) {
      const distance = k * step - centroid;
      spread += power[k]! * distance * distance;
    }
    out[at + CENTROID] = log2(centroid);
    out[at + BANDWIDTH] = log2(spread / sum) / 2;
  }

  /** Takes the mean away, which is no sound, and counts the samples where the sign changes. */
  #centre(frame: Float64Array): void {
    // Two sums each, so that one addition need not wait for the last.
    let even = 0;
    let odd = 0;
    let evenSquares = 0;
    let oddSquares = 0;
    for (let i = 0; i < FRAME_LENGTH; i += 2) {
      const x = frame[i]!;
      const y = frame[i + 1]!;
      even += x;
      odd += y;
      evenSquares += x * x;
      oddSquares += y * y;
    }
    const mean = (even + odd) / FRAME_LENGTH;
    const square = Math.max(0, (evenSquares + oddSquares) / FRAME_LENGTH - mean * mean);
    const least = -ZERO - ZERO_PART * Math.sqrt(square);
    let crossings = 0;
    let before = frame[0]! - mean < least ? 1 : 0;
    for (let i = 0; i < FRAME_LENGTH; i++) {
      const x = frame[i]! - mean;
      frame[i] = x;
      // Numbers and not a condition: in noise a branch could not be foreseen.
      const negative = x < least ? 1 : 0;
      crossings += negative ^ before;
      before = negative;
    }
    this.#crossings = crossings;
  }

  /**
   * Power of each bin under a Hann window, scaled so that the bins' sum is the mean square of the samples. The window is
   * applied to the spectrum, X[k]/2 - (X[k - 1] + X[k + 1])/4: the plain spectrum is needed for the pitch anyway.
   */
  #windowedPower(): void {
    const re = this.#pitch.real;
    const im = this.#pitch.imaginary;
    const power = this.#power;
    // 2 for the negative frequencies; 3/8 is the mean square of the window.
    const scale = 2 / (FRAME_LENGTH * FRAME_LENGTH * 0.375);
    for (let k = 1; k < power.length - 1; k++) {
      const a = re[k]! / 2 - (re[k - 1]! + re[k + 1]!) / 4;
      const b = im[k]! / 2 - (im[k - 1]! + im[k + 1]!) / 4;
      power[k] = scale * (a * a + b * b);
    }
  }
}
