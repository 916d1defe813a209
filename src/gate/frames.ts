import type { Waveform } from "../audio/index.ts";

/** Time from one frame to the next, in seconds. */
export const HOP_SECONDS = 0.016;

/** The rate, in hertz, near which periodicity is looked for: F0 and the first formant lie below its half. */
const PITCH_RATE = 4000;

/** Length of the window that is compared with its own past, in seconds. */
const WINDOW_SECONDS = 0.024;

/** The range of F0 looked for, in hertz. */
const F0_MIN = 65;
const F0_MAX = 500;

/** Corner, in hertz, of the two one-pole high-passes that take offset and rumble away. */
const HIGH_PASS = 90;

/** What is measured in each frame of {@link HOP_SECONDS}. */
export interface FrameMeasures {
  /** Level of the high-passed samples, in dB re full scale (a full-scale square wave is 0); −Infinity is silence. */
  readonly level: Float32Array;
  /** Frames at or below this level, in dB, were not looked at: their other measures are 0. */
  readonly active: number;
  /** Normalised cross-correlation with the signal one period earlier, in [0, 1]; 1 is perfectly periodic. */
  readonly periodicity: Float32Array;
  /** The frequency of that period, in hertz; 0 where there is none. */
  readonly f0: Float32Array;
  /** Normalised autocorrelation at 0.25, 0.5 and 0.75 ms: the shape of the spectrum below 2 kHz, three values a frame. */
  readonly shape: Float32Array;
}

/** Values of {@link FrameMeasures.shape} a frame. */
export const SHAPE_LAGS = 3;

/** The high-passed samples averaged down to about {@link PITCH_RATE}, and the level of each whole hop. */
function reduce({ samples, sampleRate }: Waveform): { slow: Float32Array; slowRate: number; level: Float32Array } {
  const factor = Math.max(1, Math.round(sampleRate / PITCH_RATE));
  const slow = new Float32Array(Math.floor(samples.length / factor));
  const frames = Math.floor(samples.length / sampleRate / HOP_SECONDS);
  const energy = new Float64Array(frames + 1);
  const framesPerSample = 1 / (HOP_SECONDS * sampleRate);
  const pole = Math.exp((-2 * Math.PI * HIGH_PASS) / sampleRate);
  let [x1, y1, z1] = [samples[0] ?? 0, 0, 0];
  for (let s = 0, i = 0; s < slow.length; s++) {
    let sum = 0;
    let squares = 0;
    for (const end = i + factor; i < end; i++) {
      const x = samples[i]!;
      const y = x - x1 + pole * y1;
      const z = y - y1 + pole * z1;
      x1 = x;
      y1 = y;
      z1 = z;
      sum += z;
      squares += z * z;
    }
    slow[s] = sum / factor;
    energy[Math.min(frames, Math.floor((s + 0.5) * factor * framesPerSample))]! += squares;
  }
  const level = new Float32Array(frames);
  for (let t = 0; t < frames; t++) level[t] = 10 * Math.log10(energy[t]! * framesPerSample);
  return { slow, slowRate: sampleRate / factor, level };
}

/**
 * Level, periodicity and spectral shape of a waveform, frame by frame; at most 2 ms of work for 3 s of sound.
 *
 * The measure of periodicity is the normalised cross-correlation of Talkin's RAPT (1995): unlike an autocorrelation of
 * the frame alone it does not sink with the lag, and a single click or a change of level does not raise it.
 *
 * @param activeLevel chooses, from the levels of all frames in dB, the level above which frames are looked at closely.
 */
export function measureFrames(waveform: Waveform, activeLevel: (level: Float32Array) => number): FrameMeasures {
  const { slow, slowRate, level } = reduce(waveform);
  const active = activeLevel(level);
  const frames = level.length;
  const periodicity = new Float32Array(frames);
  const f0 = new Float32Array(frames);
  const shape = new Float32Array(frames * SHAPE_LAGS);
  const window = 2 * Math.round((WINDOW_SECONDS * slowRate) / 2);
  const [lagMin, lagMax] = [Math.floor(slowRate / F0_MAX), Math.ceil(slowRate / F0_MIN)];
  const hop = HOP_SECONDS * slowRate;
  for (let t = 0; t < frames; t++) {
    const start = Math.round((t + 0.5) * hop - window / 2);
    if (!(level[t]! > active) || start < lagMax || start + window > slow.length) continue;
    let own = 1e-20;
    for (let i = start; i < start + window; i++) own += slow[i]! * slow[i]!;
    let past = 1e-20;
    for (let i = start - lagMin; i < start - lagMin + window; i++) past += slow[i]! * slow[i]!;
    for (let lag = 1; lag <= lagMax; lag++) {
      if (lag > SHAPE_LAGS && lag < lagMin) continue;
      // Two sums: one alone would wait for its own last addition.
      let even = 0;
      let odd = 0;
      for (let i = start; i < start + window; i += 2) {
        even += slow[i]! * slow[i - lag]!;
        odd += slow[i + 1]! * slow[i + 1 - lag]!;
      }
      const cross = even + odd;
      if (lag <= SHAPE_LAGS) shape[t * SHAPE_LAGS + lag - 1] = cross / own;
      if (lag < lagMin) continue;
      const r = cross / Math.sqrt(own * past);
      // A multiple of the period correlates as well as the period: the longer one has to be clearly better.
      if (r > periodicity[t]! + 0.02) {
        periodicity[t] = r;
        f0[t] = slowRate / lag;
      }
      const [newest, oldest] = [slow[start - lag - 1] ?? 0, slow[start - lag - 1 + window] ?? 0];
      past = Math.max(1e-20, past + newest * newest - oldest * oldest);
    }
  }
  return { level, active, periodicity, f0, shape };
}
