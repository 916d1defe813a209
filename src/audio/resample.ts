import { ParameterError } from "../errors.ts";
import { StreamResampler } from "./resample-stream.ts";
import type { Waveform } from "./waveform.ts";

/**
 * Length of a transform in half lengths of the low-pass: nobody waits for the first block of a whole waveform, and longer
 * transforms leave the cache.
 */
const BLOCK_TAPS = 8;

/**
 * The same sound at another sampling rate: band-limited interpolation with a pass band to 0.9136 of the lower Nyquist
 * frequency and 120 dB of stop band, linear phase, no delay. Silence is assumed before and after. The counterpart of
 * `librosa.resample(res_type="soxr_hq")`: not equal to the bit, the same filter specification.
 *
 * @param waveform any length; the same object comes back when it has the rate already
 * @param sampleRate in hertz, a positive integer
 * @returns ceil(n · sampleRate / waveform.sampleRate) samples
 * @throws ParameterError for a rate that is no positive integer or above 768 kHz, and for a ratio above 256
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
  return { samples: new StreamResampler(from, sampleRate, length, BLOCK_TAPS).convert(samples), sampleRate };
}
