import { readFileSync } from "node:fs";
import type { Waveform } from "../../src/audio/index.ts";
import { SAMPLE_RATE, signal } from "../features/signals.ts";
import { readNpy } from "../npy.ts";

const FOLDER = new URL("../golden/augment/", import.meta.url);

/** What reference/augment.py wrote: every `every`-th sample of librosa's answer, and the call. */
export interface Golden {
  readonly signal: string;
  readonly call: string;
  /** Samples that librosa gave. */
  readonly length: number;
  readonly every: number;
  readonly values: Float32Array;
}

const index = JSON.parse(readFileSync(new URL("index.json", FOLDER), "utf8")) as {
  readonly arrays: Readonly<Record<string, Omit<Golden, "values">>>;
};

/** A golden array by its name, e.g. "stretch-chord-0.8". */
export function golden(name: string): Golden {
  return { ...index.arrays[name]!, values: readNpy(new URL(`${name}.npy`, FOLDER)).values };
}

/** The names of the goldens that begin so. */
export function goldenNames(prefix: string): string[] {
  return Object.keys(index.arrays).filter((name) => name.startsWith(prefix));
}

/** The waveform that a golden was made of. */
export async function inputOf({ signal: name }: Golden): Promise<Waveform> {
  if (name !== "silence-first") return signal(name);
  const samples = new Float32Array(20_000);
  samples.set((await signal("sentence")).samples.subarray(4000, 14_000), 5000);
  return { samples, sampleRate: SAMPLE_RATE };
}

/** The samples that the golden kept. */
export function kept(samples: Float32Array, every: number): Float32Array {
  return samples.filter((_, i) => i % every === 0);
}
