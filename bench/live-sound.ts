import { resample, type Waveform } from "../src/audio/index.ts";
import { Random } from "../src/random.ts";

/** A waveform and where each voice in it begins, in seconds. */
export interface Conversation extends Waveform {
  readonly onsets: readonly number[];
}

/** Voices in turns with pauses of 0.8 to 2 s in a quiet room. */
export function conversation(voices: readonly Waveform[], seconds: number, sampleRate: number): Conversation {
  const turns = voices.map((voice) => resample(voice, sampleRate).samples);
  const random = new Random(6, "conversation");
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  const onsets: number[] = [];
  for (let at = 0; at < samples.length;) {
    const turn = turns[onsets.length % turns.length]!;
    if (at + turn.length + 0.8 * sampleRate > samples.length) break;
    samples.set(turn, at);
    onsets.push(at / sampleRate);
    at += turn.length + Math.round((0.8 + 1.2 * random.uniform()) * sampleRate);
  }
  for (let i = 0; i < samples.length; i++) samples[i]! += 2e-4 * (2 * random.uniform() - 1);
  return { samples, sampleRate, onsets };
}

/** Samples in pieces of a length. */
export function pieces(samples: Float32Array, length: number): Float32Array[] {
  const size = Math.round(length);
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, i) => samples.subarray(i * size, (i + 1) * size));
}
