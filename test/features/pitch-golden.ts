import { readFileSync } from "node:fs";
import { decodeAudio, type Waveform } from "../../src/audio/index.ts";
import { readNpy } from "../npy.ts";
import { lcgNoise } from "./signals.ts";

const FOLDER = new URL("../golden/pitch/", import.meta.url);

/** Σ 0.3/h · sin(2π·hertz·h·t), h = 1 … parts: a voice-like tone without formants. */
export function harmonics(n: number, sampleRate: number, hertz: number, parts: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let h = 1; h <= parts; h++) sum += (0.3 / h) * Math.sin((2 * Math.PI * hertz * h * i) / sampleRate);
    return sum;
  });
}

const at16k = (samples: Float32Array): Waveform => ({ samples, sampleRate: 16000 });

/** The formulas of reference/pitch.py. */
const MAKERS: Readonly<Record<string, () => Waveform>> = {
  voice: () => {
    const noise = lcgNoise(22050);
    const n = 22050;
    const samples = Float32Array.from({ length: n }, (_, i) => {
      let sum = 0.02 * noise[i]!;
      for (let h = 1; h <= 8; h++) sum += (0.3 / h) * Math.sin((2 * Math.PI * 147.3 * h * i) / 22050);
      return sum;
    });
    return { samples, sampleRate: 22050 };
  },
  glide: () => {
    const sample = (t: number): number => 0.4 * Math.sin(2 * Math.PI * (90 * t + 200 * t * t));
    return at16k(Float32Array.from({ length: 16000 }, (_, i) => sample(i / 16000)));
  },
  noise: () => at16k(Float32Array.from(lcgNoise(16000), (x) => 0.3 * x)),
  silence: () => at16k(new Float32Array(4000)),
  one: () => at16k(Float32Array.of(0.5)),
};

/** A signal of reference/pitch.py by its name. */
export async function pitchSignal(name: string): Promise<Waveform> {
  if (name === "sentence") return decodeAudio(readFileSync(new URL("../features/sentence.wav", FOLDER)));
  return MAKERS[name]!();
}

/** What librosa gave: F0 in hertz, and the normalised difference at the period chosen. */
export function pitchGolden(name: string): { f0: Float32Array; aperiodicity: Float32Array } {
  const { shape, values } = readNpy(new URL(`${name}.npy`, FOLDER));
  const frames = shape[1]!;
  return { f0: values.slice(0, frames), aperiodicity: values.slice(frames) };
}
