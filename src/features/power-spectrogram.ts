import type { Waveform } from "../audio/index.ts";
import { vectorKernels } from "../kernels.ts";
import { Matrix } from "../matrix.ts";
import { framing } from "./framing.ts";
import { requireSamples } from "./parameters.ts";
import { PowerRows } from "./power-rows.ts";
import { checkTransform, FrameSpectra, padded, type StftOptions } from "./stft.ts";
import { centredWindow, type WindowShape } from "./window.ts";

/**
 * Power of each bin of each frame, |STFT|². It exists so that mel, chroma and tuning share one transform; it is kept
 * frame by frame (unlike librosa's arrays) since all of them walk it so.
 */
export interface Spectrogram {
  /** In hertz. */
  readonly sampleRate: number;
  readonly nFft: number;
  readonly hopLength: number;
  /** Shape (frames, 1 + nFft/2). */
  readonly power: Matrix;
}

/** Frames that stand in the vector loops' memory at a time: 260 kB of rows. */
const CHUNK_FRAMES = 64;
/** The vector loops' smallest transform. */
const SMALLEST = 32;

const rowsOfShape = new Map<string, PowerRows>();

function powerRows(nFft: number, winLength: number, window: WindowShape): PowerRows {
  if (typeof window !== "string") return new PowerRows(centredWindow(window, winLength, nFft));
  const key = `${nFft},${winLength},${window}`;
  let rows = rowsOfShape.get(key);
  if (!rows) rowsOfShape.set(key, (rows = new PowerRows(centredWindow(window, winLength, nFft))));
  return rows;
}

/**
 * The power spectrogram, `numpy.abs(librosa.stft(y)) ** 2`.
 *
 * Roundings are librosa's: the transform in double precision, everything after it in single, magnitudes as numpy's
 * vector units take them: larger · √(1 + (smaller / larger)²). They matter: where a spectrum is flat (a click), last bits
 * decide which bins are peaks, and with them the chroma's tuning.
 *
 * @throws ParameterError when an option breaks its rule, or the waveform has no samples
 */
export function powerSpectrogram(waveform: Waveform, options: StftOptions = {}): Spectrogram {
  const { nFft = 2048, hopLength = 512, winLength = nFft, window = "hann" } = options;
  const { center = true, padMode = "constant" } = options;
  checkTransform("powerSpectrogram", nFft, winLength);
  const { frames, pad } = framing("powerSpectrogram", waveform.samples.length, {
    frameLength: nFft,
    hopLength,
    center,
  });
  requireSamples("powerSpectrogram", waveform.samples);
  const power = new Matrix(frames, nFft / 2 + 1);
  const spectrogram = { sampleRate: waveform.sampleRate, nFft, hopLength, power };
  if (nFft < SMALLEST) {
    smallPower(waveform.samples, { ...options, hopLength }, power);
    return spectrogram;
  }
  const filled = center && padMode !== "constant";
  const samples = filled ? padded("powerSpectrogram", waveform.samples, pad, padMode) : waveform.samples;
  const rows = powerRows(nFft, winLength, window);
  const kernels = vectorKernels();
  if (!kernels.claim(rows)) rows.place(kernels);
  const free = kernels.reserve(0);
  for (let first = 0; first < frames; first += CHUNK_FRAMES) {
    const count = Math.min(CHUNK_FRAMES, frames - first);
    const at = rows.placeSamples(kernels, samples, first * hopLength - (filled ? 0 : pad), count, hopLength);
    rows.run(kernels, at, count, hopLength);
    const view = kernels.float32(at.power, count * rows.stride);
    for (let t = 0; t < count; t++) {
      power.row(first + t).set(view.subarray(t * rows.stride, t * rows.stride + power.columns));
    }
    kernels.release(free);
  }
  return spectrogram;
}

/** {@link powerSpectrogram} of transforms that are too short for the vector loops. */
function smallPower(samples: Float32Array, options: StftOptions, power: Matrix): void {
  const spectra = new FrameSpectra("powerSpectrogram", samples, options);
  for (let t = 0; t < power.rows; t++) {
    spectra.transform(t);
    const row = power.row(t);
    for (let k = 0; k < row.length; k++) row[k] = Math.hypot(spectra.real[k]!, spectra.imaginary[k]!) ** 2;
  }
}
