import { readFileSync } from "node:fs";
import { decodeAudio, type Waveform } from "../../src/audio/index.ts";
import { readNpy } from "../npy.ts";

/** In hertz; of every golden signal. */
export const SAMPLE_RATE = 22050;

/** The generator of reference/features.py: uniform in [-1, 1) on a grid of 2⁻²³. */
export function lcgNoise(n: number): Float64Array {
  const out = new Float64Array(n);
  let state = 1;
  for (let i = 0; i < n; i++) {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    out[i] = (state >>> 8) / 2 ** 23 - 1;
  }
  return out;
}

const second = SAMPLE_RATE;

function from(n: number, at: (seconds: number, i: number) => number): Waveform {
  return { samples: Float32Array.from({ length: n }, (_, i) => at(i / SAMPLE_RATE, i)), sampleRate: SAMPLE_RATE };
}

function burst(): Waveform {
  const noise = lcgNoise(second);
  return from(second, (_, i) => 1e-5 * noise[i]! * (i >= 10000 && i < 12000 ? 9e4 : 1));
}

function minute(): Waveform {
  const noise = lcgNoise(60 * second);
  const { sin, PI } = Math;
  return from(
    60 * second,
    (t, i) => (0.2 + 0.2 * sin(2 * PI * t)) * (sin(2 * PI * (150 * t + 10 * t ** 2)) + 0.1 * noise[i]!),
  );
}

function scaledNoise(n: number): Waveform {
  const noise = lcgNoise(n);
  return from(n, (_, i) => 0.3 * noise[i]!);
}

const MAKERS: Readonly<Record<string, () => Waveform>> = {
  tone: () => from(second, (t) => 0.5 * Math.sin(2 * Math.PI * 440 * t)),
  chord: () =>
    from(second, (t) => [1, 2, 3, 4, 5].reduce((sum, h) => sum + (0.2 / h) * Math.sin(2 * Math.PI * 226 * h * t), 0)),
  chirp: () => from(2 * second, (t) => 0.5 * Math.sin(2 * Math.PI * (100 * t + 1975 * t ** 2))),
  noise: () => scaledNoise(second),
  silence: () => from(second, () => 0),
  clicks: () => from(second, (_, i) => (i % 2205 === 0 ? 0.9 : 0)),
  burst,
  one: () => from(1, () => 0.5),
  hundred: () => scaledNoise(100),
  minute,
};

/** The names of the golden signals, in reference/features.py's order. */
export const SIGNALS: readonly string[] = [...Object.keys(MAKERS), "sentence"];

const FOLDER = new URL("../golden/features/", import.meta.url);

/** A signal of reference/features.py by its name. */
export async function signal(name: string): Promise<Waveform> {
  if (name === "sentence") return decodeAudio(readFileSync(new URL("sentence.wav", FOLDER)));
  return MAKERS[name]!();
}

/** What reference/features.py wrote: librosa's array, and how it came about. */
export interface Golden {
  readonly rows: number;
  /** Frames that were kept. */
  readonly columns: number;
  /** Shape (rows, columns). */
  readonly values: Float32Array;
  /** Frames librosa gave; every `everyFrame`-th was kept. */
  readonly frames: number;
  readonly everyFrame: number;
  readonly call: string;
}

interface Index {
  readonly arrays: Readonly<Record<string, Pick<Golden, "frames" | "everyFrame" | "call">>>;
}

const index = JSON.parse(readFileSync(new URL("index.json", FOLDER), "utf8")) as Index;

/** A golden array by its name, e.g. "mfcc-default". */
export function golden(name: string): Golden {
  const { shape, values } = readNpy(new URL(`${name}.npy`, FOLDER));
  const [rows, columns] = shape as [number, number];
  return { rows, columns, values, ...index.arrays[name]! };
}
