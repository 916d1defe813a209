import {
  addNoise,
  addSound,
  bandLimit,
  clip,
  cut,
  gain,
  pad,
  reverberate,
  telephone,
  tilt,
  type Random,
} from "../../augment/index.ts";
import { resample, type Waveform } from "../../audio/index.ts";
import { ParameterError } from "../../errors.ts";
import { noneOf } from "../../nearest.ts";
import type { Condition } from "./condition.ts";
import { mp3RoundTrip, mp3Unavailable } from "./mp3.ts";
import { opusRoundTrip } from "./opus.ts";
import { resampleLinear } from "./resample-linear.ts";

/** The version of {@link CONDITIONS}: raise it when one of them gives other samples. */
export const CONDITIONS_VERSION = 1;

/** 3.01 dB an octave down: as much power in every octave. */
const PINK_SLOPE = -10 * Math.log10(2);

function pinkNoise({ samples, sampleRate }: Waveform, random: Random): Waveform {
  return tilt({ samples: samples.map(() => random.normal()), sampleRate }, { slope: PINK_SLOPE });
}

/** One condition for each value: `name` and `description` with the value in it. */
function each(
  values: readonly number[],
  make: (value: number) => Omit<Condition, "input"> & { readonly input?: Condition["input"] },
): Condition[] {
  return values.map((value) => ({ input: "model rate", ...make(value) }));
}

const signed = (value: number): string => `${value > 0 ? "+" : "-"}${Math.abs(value)}`;

/**
 * Every condition, in the order of the table; after audEERING's ser-tests (arXiv 2312.06270) and issue 5. Names are for
 * good: another number is another name.
 */
export const CONDITIONS: readonly Condition[] = [
  ...each([20, 6, -6, -20], (decibels) => ({
    name: `gain${signed(decibels)}`,
    description: `${Math.abs(decibels)} dB ${decibels > 0 ? "louder" : "softer"}, never clipped`,
    parameters: { decibels },
    apply: (waveform) => gain(waveform, { gain: decibels }),
  })),
  ...each([20, 10, 5], (snr) => ({
    name: `white-noise-${snr}`,
    description: `white noise at an SNR of ${snr} dB`,
    parameters: { snrDecibels: snr },
    apply: (waveform, random) => addNoise(waveform, { snr }, random),
  })),
  ...each([20, 10], (snr) => ({
    name: `pink-noise-${snr}`,
    description: `pink noise at an SNR of ${snr} dB`,
    parameters: { snrDecibels: snr },
    apply: (waveform, random) => addSound(waveform, pinkNoise(waveform, random), { snr }, random),
  })),
  ...each([20, 10], (snr) => ({
    name: `babble-${snr}`,
    description: `eight other voices at an SNR of ${snr} dB`,
    parameters: { snrDecibels: snr, voices: 8 },
    apply: async (waveform, random, { babble }) => addSound(waveform, await babble(), { snr }, random),
  })),
  ...each([4000, 2000], (hertz) => ({
    name: `low-pass-${hertz}`,
    description: `low-pass at ${hertz.toLocaleString("en")} Hz (Butterworth, order 4)`,
    parameters: { hertz },
    apply: (waveform) => bandLimit(waveform, { lowPass: hertz }),
  })),
  ...each([150, 500], (hertz) => ({
    name: `high-pass-${hertz}`,
    description: `high-pass at ${hertz} Hz (Butterworth, order 4)`,
    parameters: { hertz },
    apply: (waveform) => bandLimit(waveform, { highPass: hertz }),
  })),
  ...each([1, 5, 10], (percent) => ({
    name: `clip-${percent}`,
    description: `hard clipping of the loudest ${percent} % of the samples`,
    parameters: { percent },
    apply: (waveform) => clip(waveform, { share: percent / 100 }),
  })),
  ...each([8000], (hertz) => ({
    name: "telephone",
    description: "fixed telephone: 8 kHz, 300 to 3,400 Hz, 8-bit µ-law",
    parameters: { hertz },
    apply: (waveform) => telephone(waveform),
  })),
  ...each([16, 6], (kilobits) => ({
    name: `opus-${kilobits}`,
    description: `Opus for voice at ${kilobits} kbit/s`,
    parameters: { kilobitsPerSecond: kilobits },
    input: "recording",
    apply: (waveform) => opusRoundTrip(waveform, 1000 * kilobits),
  })),
  ...each([32, 16], (kilobits) => ({
    name: `mp3-${kilobits}`,
    description: `MP3 at ${kilobits} kbit/s and ${kilobits === 32 ? 24 : 16} kHz`,
    parameters: { kilobitsPerSecond: kilobits, kilohertz: kilobits === 32 ? 24 : 16 },
    input: "recording",
    apply: (waveform) => mp3RoundTrip(waveform, 1000 * kilobits, kilobits === 32 ? 24_000 : 16_000),
    unavailable: mp3Unavailable,
  })),
  ...each([0.4, 1], (rt60) => ({
    name: `reverb-${rt60}`,
    description: `a room with an RT60 of ${rt60} s, ${rt60 === 1 ? "as loud as" : "10 dB below"} the direct sound`,
    parameters: { rt60Seconds: rt60, wet: rt60 === 1 ? 1 : 0.3 },
    apply: (waveform, random) => reverberate(waveform, { rt60, wet: rt60 === 1 ? 1 : 0.3 }, random),
  })),
  ...each([0.5, 1], (seconds) => ({
    name: `silence-before-${seconds}`,
    description: `${seconds} s of silence before`,
    parameters: { seconds },
    apply: (waveform) => pad(waveform, { before: seconds }),
  })),
  ...each([0.5, 1], (seconds) => ({
    name: `silence-after-${seconds}`,
    description: `${seconds} s of silence after`,
    parameters: { seconds },
    apply: (waveform) => pad(waveform, { after: seconds }),
  })),
  ...each([10, 25], (percent) => ({
    name: `cut-start-${percent}`,
    description: `the first ${percent} % cut off`,
    parameters: { percent },
    apply: (waveform) => cut(waveform, { start: percent / 100 }),
  })),
  ...each([10, 25], (percent) => ({
    name: `cut-end-${percent}`,
    description: `the last ${percent} % cut off`,
    parameters: { percent },
    apply: (waveform) => cut(waveform, { end: percent / 100 }),
  })),
  ...each([44_100], (hertz) => ({
    name: "linear-resampling",
    description: "from 44.1 kHz to the model's rate by linear interpolation, without a filter",
    parameters: { hertz },
    input: "recording",
    apply: (waveform, _, { sampleRate }) => resampleLinear(resample(waveform, hertz), sampleRate),
  })),
  ...each([3, -3], (slope) => ({
    name: `tilt${signed(slope)}`,
    description: `spectral tilt of ${signed(slope).replace("-", "−")} dB an octave about 1 kHz`,
    parameters: { decibelsPerOctave: slope },
    apply: (waveform) => tilt(waveform, { slope }),
  })),
];

/**
 * The conditions of these names, in the order of the table; all when none are named.
 *
 * @throws ParameterError for a name that is none, listing those there are, and for an empty list
 */
export function conditionsNamed(names?: readonly string[]): readonly Condition[] {
  if (names === undefined) return CONDITIONS;
  const known = CONDITIONS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined || names.length === 0) {
    const what = unknown === undefined ? `none is named; there are ${known.join(", ")}` : noneOf(unknown, known);
    throw new ParameterError(`conditions: ${what}`);
  }
  return CONDITIONS.filter(({ name }) => names.includes(name));
}
