import type { Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { noneOf } from "../nearest.ts";
import { Random } from "../random.ts";
import { addNoise } from "./noise.ts";
import { bandLimit } from "./band-limit.ts";
import { crop, shift } from "./crop.ts";
import { gain } from "./gain.ts";
import { pitchShift } from "./pitch-shift.ts";
import { reverberate } from "./reverberate.ts";
import { speed } from "./speed.ts";
import { telephone } from "./telephone.ts";
import { timeStretch } from "./time-stretch.ts";

/** What a rule can name: one way to change a waveform, with the one number that varies from copy to copy. */
export interface Operation {
  /** What the number is, with its unit. */
  readonly parameter: string;
  /** Least and most that the number is drawn from, uniformly, unless the rule says otherwise; in the unit of `parameter`. */
  readonly range: readonly [number, number];
  /** Least and most that a rule may ask for, in the unit of `parameter`; at least as wide as `range`. */
  readonly limits: readonly [number, number];
  /** Changes a waveform by `value`, which is in `limits`. */
  readonly apply: (waveform: Waveform, value: number, random: Random) => Waveform;
}

/** A cut-off that the waveform's rate has no room for changes nothing. */
function limited(waveform: Waveform, kind: "highPass" | "lowPass", hertz: number): Waveform {
  return hertz < waveform.sampleRate / 2 ? bandLimit(waveform, { [kind]: hertz }) : waveform;
}

/** Every operation by the name that rules use. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  pitch: {
    parameter: "semitones up",
    range: [-2, 2],
    limits: [-24, 24],
    apply: (waveform, nSteps) => pitchShift(waveform, { nSteps }),
  },
  stretch: {
    parameter: "rate, above 1 is faster",
    range: [0.8, 1.2],
    limits: [0.25, 4],
    apply: (waveform, rate) => timeStretch(waveform, { rate }),
  },
  noise: {
    parameter: "signal-to-noise ratio in decibels",
    range: [15, 30],
    limits: [-20, 120],
    apply: (waveform, snr, random) => addNoise(waveform, { snr }, random),
  },
  speed: {
    parameter: "factor, above 1 is faster and higher",
    range: [0.9, 1.1],
    limits: [0.25, 4],
    apply: (waveform, factor) => speed(waveform, { factor }),
  },
  gain: {
    parameter: "decibels",
    range: [-6, 6],
    limits: [-60, 60],
    apply: (waveform, decibels) => gain(waveform, { gain: decibels }),
  },
  lowpass: {
    parameter: "cut-off in hertz",
    range: [2000, 7000],
    limits: [50, 96000],
    apply: (waveform, hertz) => limited(waveform, "lowPass", hertz),
  },
  highpass: {
    parameter: "cut-off in hertz",
    range: [80, 400],
    limits: [1, 96000],
    apply: (waveform, hertz) => limited(waveform, "highPass", hertz),
  },
  telephone: {
    parameter: "nothing varies",
    range: [0, 0],
    limits: [0, 0],
    apply: (waveform) => telephone(waveform),
  },
  reverb: {
    parameter: "RT60 in seconds, at 10 dB below the direct sound",
    range: [0.2, 0.8],
    limits: [0.01, 10],
    apply: (waveform, rt60, random) => reverberate(waveform, { rt60 }, random),
  },
  crop: {
    parameter: "share that is kept",
    range: [0.8, 1],
    limits: [0.01, 1],
    apply: (waveform, share, random) => crop(waveform, { share }, random),
  },
  shift: {
    parameter: "seconds later",
    range: [-0.1, 0.1],
    limits: [-60, 60],
    apply: (waveform, seconds) => shift(waveform, { seconds }),
  },
};

/** The operation of that name. @throws ParameterError that lists those there are. */
export function operation(name: string): Operation {
  if (!Object.hasOwn(OPERATIONS, name)) {
    throw new ParameterError(`augment: ${noneOf(name, Object.keys(OPERATIONS), "no operation")}`);
  }
  return OPERATIONS[name]!;
}

/** One augmented copy, described completely: the same description of the same samples gives the same samples. Plain JSON. */
export interface Augmentation {
  /** A name in {@link OPERATIONS}. */
  readonly operation: string;
  /** The operation's number, within its limits. */
  readonly value: number;
  /** Of what is random in it (noise, room, place of the crop): a whole number, 0 … 2³² − 1. */
  readonly seed: number;
}

/**
 * The version of what the operations do. It is part of every text below, and so of every key under which something
 * computed from augmented samples is kept: raise it when an operation's samples change.
 */
const VERSION = 1;

/** The one text of an augmentation, such as `augment@1 pitch=-1.25 seed=7`: equal exactly when the samples are. */
export function augmentationText({ operation, value, seed }: Augmentation): string {
  return `augment@${VERSION} ${operation}=${value} seed=${seed}`;
}

/**
 * The augmented copy of a waveform.
 *
 * @throws ParameterError for an unknown operation, a value beyond its limits or a waveform without samples
 */
export function augment(waveform: Waveform, { operation: name, value, seed }: Augmentation): Waveform {
  const { apply, limits } = operation(name);
  if (!(value >= limits[0] && value <= limits[1])) {
    throw new ParameterError(`augment: ${name}=${value} must lie in ${limits.join(" … ")}`);
  }
  return apply(waveform, value, new Random(seed, "augmentation"));
}
