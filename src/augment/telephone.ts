import { resample, type Waveform } from "../audio/index.ts";
import { bandLimit } from "./band-limit.ts";
import { fixLength, requireSamples } from "./parameters.ts";

/** Of the telephone network, in hertz. */
const TELEPHONE_RATE = 8000;
/** Of the code's 14-bit magnitudes: added before the logarithm, and the largest that may be coded. */
const BIAS = 33;
const CLIP = 8158;

/**
 * What the ear gets of a 16-bit sample that went through 8-bit µ-law: the logarithm in eight straight pieces of sixteen
 * steps, on the upper 14 bits. Source: ITU-T G.711; equal to CPython's `audioop`.
 *
 * @param sample a whole number, -32768 … 32767
 * @returns one of 255 whole numbers in -32124 … 32124
 */
export function muLaw(sample: number): number {
  const upper = sample >> 2;
  const biased = Math.min(Math.abs(upper), CLIP) + BIAS;
  // The piece doubles its steps with each power of two; the middle of the step is what comes back.
  const step = 2 ** (31 - Math.clz32(biased) - 4);
  const magnitude = Math.floor(biased / step) * step + step / 2 - BIAS;
  return 4 * (upper < 0 ? -magnitude : magnitude);
}

/**
 * A voice as a telephone of the fixed network carries it: 8 kHz, 300 to 3,400 Hz (Butterworth, order 6 below and 12
 * above), 8-bit µ-law, and back to the waveform's rate. Levels beyond full scale are clipped, as the codec does; a
 * quiet recording loses more to its steps than a loud one.
 *
 * @returns as many samples as there were, at the same rate
 * @throws ParameterError for a waveform without samples
 */
export function telephone(waveform: Waveform): Waveform {
  requireSamples("telephone", waveform);
  const narrow = resample(waveform, TELEPHONE_RATE);
  const { samples } = bandLimit(bandLimit(narrow, { highPass: 300, order: 6 }), { lowPass: 3400, order: 12 });
  const coded = samples.map((x) => muLaw(Math.max(-32768, Math.min(32767, Math.round(x * 32768)))) / 32768);
  const { sampleRate } = waveform;
  const back = resample({ samples: coded, sampleRate: TELEPHONE_RATE }, sampleRate);
  return { samples: fixLength(back.samples, waveform.samples.length), sampleRate };
}
