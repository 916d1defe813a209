import { type Kernels, SharedPart, vectorKernels } from "../kernels.ts";
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

/** The first band whose centre lies above tilt's corner. */
function cornerBand(bank: Matrix): number {
  for (let m = 0; m < N_MELS; m++) {
    let [sum, moment] = [0, 0];
    for (const [k, weight] of bank.row(m).entries()) {
      sum += weight;
      moment += weight * k;
    }
    if ((moment / sum) * (SAMPLE_RATE / FRAME_LENGTH) > TILT_CORNER) return m;
  }
  return N_MELS;
}

/** The mel bank as the vector loops want it: pairs of weights, one triangle after the other. */
interface SparseBank {
  /** First bin and number of pairs of each band. */
  readonly bands: Uint32Array;
  readonly weights: Float64Array;
  /** First and last bin of all bands. */
  readonly first: number;
  readonly last: number;
}

function sparseBank(bank: Matrix): SparseBank {
  const bands: number[] = [];
  const weights: number[] = [];
  let last = 0;
  for (let m = 0; m < N_MELS; m++) {
    const row = bank.row(m);
    const first = row.findIndex((weight) => weight > 0);
    last = row.findLastIndex((weight) => weight > 0);
    const own = [...row.subarray(first, last + 1)];
    if (own.length % 2 === 1) own.push(0);
    bands.push(first, own.length / 2);
    weights.push(...own);
  }
  return { bands: Uint32Array.from(bands), weights: Float64Array.from(weights), first: bands[0]!, last };
}

/** The mel bank as a matrix (64, 513), and its first band whose centre lies above tilt's corner. */
export function logmel72Bank(): { readonly weights: Matrix; readonly corner: number } {
  const weights = melBank();
  return { weights, corner: cornerBand(weights) };
}

/** Where {@link LogMel72Frames} keeps its tables and results, in bytes. */
interface Layout {
  readonly bank: number;
  readonly weights: number;
  readonly power: number;
  readonly bands: number;
  readonly moments: number;
}

interface Views {
  readonly bands: Float64Array;
  readonly moments: Float64Array;
}

/** Bins of a frame's spectrum. */
const BINS = 1 + FRAME_LENGTH / 2;

/**
 * The raw columns of `logmel72`, frame by frame: all that can be said of a frame without its neighbours. It keeps nothing from
 * frame to frame, so one serves all streams of a thread, and allocates nothing after its first frame.
 */
export class LogMel72Frames implements FrameKernel {
  readonly frameLength: number = FRAME_LENGTH;
  readonly columns: number = RAW_COLUMNS;
  readonly #bank: SparseBank;
  readonly #corner: number;
  readonly #pitch = new FramePitch(SAMPLE_RATE, FRAME_LENGTH, PITCH_MIN, PITCH_MAX);
  readonly #part: SharedPart<Layout, Views>;

  constructor() {
    const { weights, corner } = logmel72Bank();
    this.#bank = sparseBank(weights);
    this.#corner = corner;
    this.#part = new SharedPart(
      (kernels) => this.#place(kernels),
      (kernels, { bands, moments }) => ({
        bands: kernels.float64(bands, N_MELS),
        moments: kernels.float64(moments, 2),
      }),
    );
  }

  /** @param frame shape (1024) */
  compute(frame: Float64Array, out: Float32Array, at: number): void {
    const { log10, log2, max, min } = Math;
    const kernels = vectorKernels();
    const { loops } = kernels;
    const pitch = this.#pitch;
    this.#part.open(kernels);
    const own = pitch.begin(kernels);
    // The pitch's arrays may have moved ours the first time.
    this.#part.open(kernels);
    const { layout, views } = this.#part;
    pitch.frame.set(frame);
    out[at + ZCR] = loops.centre(own, FRAME_LENGTH, ZERO_PART, ZERO) / FRAME_LENGTH;
    pitch.measure();
    out[at + VOICING] = pitch.periodicity;
    // voicedPart, written out: the number that a call returns may have to be allocated.
    const voiced = min(1, max(0, (pitch.periodicity - VOICED_FROM) / (VOICED_FULLY - VOICED_FROM)));
    out[at + PITCH] = voiced * log2(pitch.f0 / PITCH_ZERO);

    const { real, imaginary } = pitch.spectrum;
    // The bins' sum is then the mean square of the samples: 2 for the negative frequencies; 3/8 is the window's mean square.
    loops.hannPower(real, imaginary, BINS, 2 / (FRAME_LENGTH * FRAME_LENGTH * 0.375), layout.power);
    loops.bandPowers(layout.power, layout.bank, layout.weights, N_MELS, layout.bands);
    const { bands } = views;
    let low = 0;
    let high = 0;
    for (let m = 0; m < this.#corner; m++) low += bands[m]!;
    for (let m = this.#corner; m < N_MELS; m++) high += bands[m]!;
    const total = low + high;
    const floor = max(SILENCE, BAND_FLOOR * total);
    for (let m = 0; m < N_MELS; m++) out[at + m] = log10(max(floor, bands[m]!));
    out[at + LEVEL] = log10(max(SILENCE, total));
    const side = SILENCE + TILT_FLOOR * total;
    out[at + TILT] = log10((high + side) / (low + side));

    // Over the bins of the bank; a frame without sound has both at SPECTRUM_ZERO.
    const { first, last } = this.#bank;
    const step = SAMPLE_RATE / FRAME_LENGTH / SPECTRUM_ZERO;
    loops.moments(layout.power, first, last - first + 1, step, SILENCE, layout.moments);
    out[at + CENTROID] = log2(views.moments[0]!);
    out[at + BANDWIDTH] = log2(views.moments[1]!) / 2;
  }

  #place(kernels: Kernels): Layout {
    return {
      bank: kernels.place(this.#bank.bands),
      weights: kernels.place(this.#bank.weights),
      // The loops go in pairs, one number beyond the last bin.
      power: kernels.zeros(8 * (BINS + 1)),
      bands: kernels.reserve(8 * N_MELS),
      moments: kernels.reserve(16),
    };
  }
}

let shared: LogMel72Frames | undefined;

/** The one of a thread. */
export function logmel72Frames(): LogMel72Frames {
  return (shared ??= new LogMel72Frames());
}
