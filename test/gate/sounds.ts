import type { Waveform } from "../../src/audio/index.ts";
import { Random } from "../../src/random.ts";

/** `seconds` of f(time in seconds, index). */
export function sound(sampleRate: number, seconds: number, f: (t: number, i: number) => number): Waveform {
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) => f(i / sampleRate, i));
  return { samples, sampleRate };
}

function pink(random: Random): () => number {
  // Paul Kellet's filter: within 0.05 dB of −3 dB an octave.
  const poles = [0.99886, 0.99332, 0.969, 0.8665, 0.55, -0.7616];
  const gains = [0.0555179, 0.0750759, 0.153852, 0.3104856, 0.5329522, -0.016898];
  const state = poles.map(() => 0);
  return () => {
    const white = random.normal();
    poles.forEach((pole, k) => (state[k] = pole * state[k]! + gains[k]! * white));
    return (state.reduce((a, b) => a + b, 0) + 0.5362 * white) / 12;
  };
}

const harmonics = (t: number, f: number, gains: readonly number[]): number =>
  gains.reduce((sum, gain, h) => sum + gain * Math.sin(2 * Math.PI * f * (h + 1) * t), 0);

/** Sounds that are no speech, by name, at about −10 dB re full scale before `gain`. */
export function nonSpeech(sampleRate: number, seconds: number, gain: number, seed: number): Record<string, Waveform> {
  const random = new Random(seed, "sounds");
  const make = (f: (t: number, i: number) => number): Waveform => sound(sampleRate, seconds, (t, i) => gain * f(t, i));
  const root = 110 * 2 ** (2 * random.uniform());
  const mains = random.integer(2) === 0 ? 50 : 60;
  const gap = Math.floor(sampleRate * (0.05 + 0.5 * random.uniform()));
  const nextPink = pink(random);
  const hum = (t: number): number => harmonics(t, mains, [0.5, 0.25, 0.15, 0.1, 0.05]);
  return {
    silence: make(() => 0),
    "white noise": make(() => random.normal() / 3),
    "pink noise": make(() => nextPink()),
    hum: make(hum),
    "hum in noise": make((t) => hum(t) + 0.05 * random.normal()),
    "hum switched on": make((t) => (t < seconds / 3 ? 0 : hum(t))),
    tone: make((t) => Math.sin(2 * Math.PI * root * t)),
    chord: make((t) => [1, 1.26, 1.5, 2].reduce((sum, r) => sum + Math.sin(2 * Math.PI * root * r * t), 0) / 5),
    clicks: make((_, i) => (i % gap === 0 ? 1 : 0)),
    "bursts of noise": make((t) => ((t * 3) % 1 < 0.4 ? random.normal() / 3 : 0)),
  };
}

/**
 * A voice by the source–filter model: pulses at a gliding F0, three resonances that move from vowel to vowel four times a
 * second, syllables that swell and fade; from `start` to `end` at 0.07 RMS (−23 dB re full scale), silence elsewhere.
 */
export function voice(sampleRate: number, seconds: number, start: number, end: number): Waveform {
  const vowels = [
    [730, 1090, 2440],
    [270, 2290, 3010],
    [300, 870, 2240],
    [530, 1840, 2480],
  ];
  const state = [0, 1, 2].map(() => [0, 0]);
  let phase = 0;
  const waveform = sound(sampleRate, seconds, (t) => {
    const inside = t >= start && t < end;
    const syllable = (t - start) * 4;
    phase += (140 + 30 * Math.sin(2 * Math.PI * 0.7 * t)) / sampleRate;
    let x = inside && phase >= 1 ? Math.abs(Math.sin(Math.PI * syllable)) : 0;
    if (phase >= 1) phase -= 1;
    const formants = vowels[Math.floor(Math.max(0, syllable)) % vowels.length]!;
    formants.forEach((f, k) => {
      const r = Math.exp((-Math.PI * 90) / sampleRate);
      const y = x + 2 * r * Math.cos((2 * Math.PI * f) / sampleRate) * state[k]![0]! - r * r * state[k]![1]!;
      state[k] = [y, state[k]![0]!];
      x = y * (1 - r);
    });
    return inside ? x : 0;
  });
  const rms = Math.sqrt(waveform.samples.reduce((sum, x) => sum + x * x, 0) / ((end - start) * sampleRate));
  return { samples: waveform.samples.map((x) => (0.07 * x) / rms), sampleRate };
}
