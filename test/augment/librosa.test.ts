import { expect, test } from "vitest";
import { muLaw } from "../../src/augment/telephone.ts";
import { phaseVocoder, pitchShift, timeStretch } from "../../src/augment/index.ts";
import { resampleBy } from "../../src/audio/index.ts";
import { istft, stft } from "../../src/features/index.ts";
import { signal } from "../features/signals.ts";
import { golden, goldenNames, inputOf, kept } from "./goldens.ts";

// librosa.effects.time_stretch(y, rate=…)
test.each(goldenNames("stretch-").filter((name) => name !== "stretch-other"))("%s is librosa's", async (name) => {
  const { call, every, length, values, ...rest } = golden(name);
  const rate = Number(/rate=([\d.]+)\)/.exec(call)![1]);
  const { samples } = timeStretch(await inputOf({ call, every, length, values, ...rest }), { rate });
  expect(samples.length).toBe(length);
  expect(kept(samples, every)).toBeAllClose(values, { atol: 5e-5 });
});

test("the stretch is librosa's with other frames", async () => {
  const { call, every, length, values } = golden("stretch-other");
  expect(call).toBe("librosa.effects.time_stretch(y, rate=0.7, n_fft=512, hop_length=100)");
  const { samples } = timeStretch(await signal("sentence"), { rate: 0.7, nFft: 512, hopLength: 100 });
  expect(samples.length).toBe(length);
  expect(kept(samples, every)).toBeAllClose(values, { atol: 5e-5 });
});

// librosa.effects.pitch_shift(y, sr=sr, n_steps=…). Its soxr_hq and our filters share a specification, not their taps.
test.each(goldenNames("shift-").filter((name) => !/other|noise/.test(name)))("%s is librosa's", async (name) => {
  const found = golden(name);
  const nSteps = Number(/n_steps=([-\d.]+)\)/.exec(found.call)![1]);
  const { samples } = pitchShift(await inputOf(found), { nSteps });
  expect(samples.length).toBe(found.length);
  expect(kept(samples, found.every)).toBeAllClose(found.values, { atol: 5e-4 });
});

test("steps that are no semitones", async () => {
  const { call, every, values } = golden("shift-other");
  expect(call).toBe("librosa.effects.pitch_shift(y, sr=sr, n_steps=-5, bins_per_octave=24)");
  const { samples } = pitchShift(await signal("sentence"), { nSteps: -5, binsPerOctave: 24 });
  expect(kept(samples, every)).toBeAllClose(values, { atol: 5e-4 });
});

test("noise up to the Nyquist frequency: the two resamplers' transition bands and edges show, and nothing else", async () => {
  const { every, values } = golden("shift-noise-1.5");
  const { samples } = pitchShift(await signal("noise"), { nSteps: 1.5 });
  const ours = kept(samples, every);
  expect(ours.subarray(20, -20)).toBeAllClose(values.subarray(20, -20), { atol: 1.2e-3 });
  expect(ours).toBeAllClose(values, { atol: 1e-2 });
});

test("resampleBy is librosa.resample with a rate that is no whole number", async () => {
  const { call, every, length, values } = golden("resample-by");
  expect(call).toBe("librosa.resample(y, orig_sr=sr * 1.234567, target_sr=sr)");
  const samples = resampleBy((await signal("chirp")).samples, 1 / 1.234567);
  expect(samples.length).toBe(length);
  // librosa's edges are soxr's, which ring a little; its last sample is a zero of `fix_length`.
  expect(kept(samples, every).subarray(8, -8)).toBeAllClose(values.subarray(8, -8), { atol: 2e-4 });
});

test("the phase vocoder at rate 1 changes nothing but roundings of phases that are thousands of turns long", async () => {
  const sentence = await signal("sentence");
  const spectra = stft(sentence);
  const same = istft(phaseVocoder(spectra, 1), { length: sentence.samples.length });
  expect(same).toBeAllClose(istft(spectra, { length: sentence.samples.length }), { atol: 1e-3 });
});

test("µ-law is G.711's, as CPython's audioop has it", () => {
  // audioop.ulaw2lin(audioop.lin2ulaw(pcm, 2), 2) of every 37th 16-bit number
  const { values } = golden("mu-law");
  const ours = Array.from(values, (_, i) => muLaw(-32768 + 37 * i));
  expect(ours.map((x) => x + 0)).toBeAllClose(values, { atol: 0 });
});
