import { gcd } from "../arithmetic.ts";
import { ParameterError } from "../errors.ts";
import { requireInteger } from "./parameters.ts";

/** How a signal is cut into overlapping frames. */
export interface FrameOptions {
  /** Samples a frame; at least 1, default 2048. */
  readonly frameLength?: number;
  /** Samples between the starts of neighbouring frames; at least 1, default 512. */
  readonly hopLength?: number;
  /** True: frame t is centred on sample t·hopLength, the signal padded at both ends. False: it starts there. Default true. */
  readonly center?: boolean;
}

/** Where frames lie in a signal: frame t covers samples t·hopLength - pad … + frameLength - 1. */
export interface Framing {
  readonly frameLength: number;
  readonly hopLength: number;
  /** Samples of padding before the first and after the last sample. */
  readonly pad: number;
  /** Number of frames. */
  readonly frames: number;
}

/**
 * librosa.util.frame's arithmetic: with centring, 1 + ⌊n / hopLength⌋ frames for an even frame length.
 *
 * @throws ParameterError for lengths below 1, an empty signal, or (without centring) one shorter than a frame
 */
export function framing(where: string, samples: number, options: FrameOptions): Framing {
  const { frameLength = 2048, hopLength = 512, center = true } = options;
  requireInteger(where, "frameLength", frameLength, 1);
  requireInteger(where, "hopLength", hopLength, 1);
  if (samples === 0) throw new ParameterError(`${where}: the waveform has no samples, at least 1 is needed`);
  const pad = center ? Math.floor(frameLength / 2) : 0;
  const padded = samples + 2 * pad;
  if (padded < frameLength) {
    throw new ParameterError(`${where}: a waveform of ${samples} samples is shorter than frameLength=${frameLength}`);
  }
  return { frameLength, hopLength, pad, frames: 1 + Math.floor((padded - frameLength) / hopLength) };
}

/**
 * Sums something over every frame, touching each sample once and not once a frame: it is summed over blocks that all
 * frames are made of.
 *
 * @param samples of the signal; beyond them, in the padding, there is 0
 * @param sumOf the sum over samples from … to - 1
 * @returns shape (frames)
 */
export function frameSums(
  { frameLength, hopLength, pad, frames }: Framing,
  samples: number,
  sumOf: (from: number, to: number) => number,
): Float64Array {
  const block = gcd(gcd(frameLength, hopLength), pad);
  const padBlocks = pad / block;
  const hopBlocks = hopLength / block;
  const frameBlocks = frameLength / block;
  const sums = new Float64Array((frames - 1) * hopBlocks + frameBlocks);
  const end = Math.min(samples, (sums.length - padBlocks) * block);
  for (let from = 0, b = padBlocks; from < end; from += block, b++) sums[b] = sumOf(from, Math.min(from + block, end));
  const out = new Float64Array(frames);
  for (let t = 0; t < frames; t++) {
    let sum = 0;
    for (let b = t * hopBlocks, stop = b + frameBlocks; b < stop; b++) sum += sums[b]!;
    out[t] = sum;
  }
  return out;
}
