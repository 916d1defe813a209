import type { Waveform } from "../../audio/index.ts";

/**
 * The waveform at another rate by straight lines between its samples: what a careless program does. High frequencies
 * weaken, and without a low-pass filter those above the new Nyquist frequency fold back (numpy's
 * `interp(arange(m) * from / to, arange(n), x)`).
 *
 * @param sampleRate in hertz
 * @returns ceil(n · sampleRate / waveform.sampleRate) samples; after the last one its value is held
 */
export function resampleLinear({ samples, sampleRate: from }: Waveform, sampleRate: number): Waveform {
  const out = new Float32Array(Math.ceil((samples.length * sampleRate) / from));
  for (let m = 0; m < out.length; m++) {
    const position = (m * from) / sampleRate;
    const i = Math.min(samples.length - 1, Math.floor(position));
    const next = Math.min(samples.length - 1, i + 1);
    out[m] = samples[i]! + (position - Math.floor(position)) * (samples[next]! - samples[i]!);
  }
  return { samples: out, sampleRate };
}
