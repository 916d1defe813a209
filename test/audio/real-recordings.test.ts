import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resample } from "../../src/audio/index.ts";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";

const rms = (x: Float32Array): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length);

describe.skipIf(!HAS_DATA)("real troublemakers", () => {
  // Rates, channels and lengths as soundfile 0.14 (libsndfile) reads them.
  test.each([
    ["YAF_germ_angry.wav", 24414, 1, 53847],
    ["YAF_neat_fear.wav", 24414, 1, 40156],
    ["OAF_food_fear.wav", 96000, 1, 145172],
    ["03-01-02-01-01-02-01.wav", 48000, 2, 172972],
    ["03-01-05-01-01-01-01.wav", 48000, 1, 185786],
    ["1076_MTI_SAD_XX.wav", 16000, 1, 41108],
  ])("%s", async (name, sampleRate, channels, length) => {
    const audio = await readAudio(join(DATA_FOLDER, "quirks", name));
    expect({ ...audio, samples: audio.samples.length }).toEqual({ sampleRate, channels, samples: length });
    expect(rms(audio.samples) > 1e-5).toBe(name !== "1076_MTI_SAD_XX.wav");
  });

  test("two names for the same samples", async () => {
    const [a, b] = await Promise.all(
      ["1006_TIE_HAP_XX.wav", "1006_TIE_NEU_XX.wav"].map((name) => readAudio(join(DATA_FOLDER, "quirks", name))),
    );
    expect(a!.samples).toEqual(b!.samples);
  });
});

describe.skipIf(!HAS_DATA)("originals and their Opus twins", () => {
  const originals = join(DATA_FOLDER, "originals");
  const names = HAS_DATA
    ? (readdirSync(originals, { recursive: true }) as string[]).filter((name) => name.endsWith(".wav"))
    : [];

  test("are aligned to the sample and alike", { timeout: 120_000 }, async () => {
    expect(names.length).toBe(24);
    for (const name of names) {
      const original = resample(await readAudio(join(originals, name)), 16000).samples;
      const twin = resample(await readAudio(join(DATA_FOLDER, name.replace(/\.wav$/, ".opus"))), 16000).samples;
      expect(Math.abs(original.length - twin.length), name).toBeLessThanOrEqual(1);
      const alike = (lag: number): number => {
        let ab = 0;
        for (let i = 100; i < Math.min(original.length, twin.length) - 100; i++) ab += original[i]! * twin[i + lag]!;
        return ab / (rms(original) * rms(twin) * original.length);
      };
      const lags = Array.from({ length: 41 }, (_, i) => i - 20);
      const best = lags.reduce((most, lag) => (alike(lag) > alike(most) ? lag : most), 0);
      expect(Math.abs(best), name).toBeLessThanOrEqual(1);
      expect(alike(best), name).toBeGreaterThan(0.8);
    }
  });
});
