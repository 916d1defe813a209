import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { featureSet } from "../../src/features/index.ts";
import { detectSpeech, frontEnd } from "../../src/gate/index.ts";

const clip = await readAudio(fileURLToPath(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url)));
const padded = new Float32Array(clip.samples.length + 3 * clip.sampleRate);
padded.set(clip.samples, 2 * clip.sampleRate);
const surrounded = { samples: padded, sampleRate: clip.sampleRate };

describe("a front end", () => {
  test("without the gate is the feature set", () => {
    const front = frontEnd("librosa54@1");
    expect(front.trims).toBe(false);
    expect(front.extract(surrounded)).toEqual(featureSet("librosa54@1").extract(surrounded));
  });

  test("with the gate gives the frames of the speech alone: two seconds of silence before it change nothing", () => {
    const front = frontEnd("logmel72@1+gate@2");
    const { start, end } = detectSpeech(surrounded);
    expect(start).toBeGreaterThan(1.8);
    const rows = front.extract(surrounded).rows;
    expect(rows).toBe(1 + Math.floor(((end - start) * 16_000) / 256));
    expect(Math.abs(rows - front.extract(clip).rows)).toBeLessThanOrEqual(4);
  });

  test("takes the utterance with most voice in it of a recording that has several", () => {
    const front = frontEnd("logmel72@1+gate@2");
    const half = clip.samples.subarray(0, clip.samples.length / 3);
    const samples = new Float32Array(half.length + clip.samples.length + 6 * clip.sampleRate);
    samples.set(half, clip.sampleRate);
    samples.set(clip.samples, half.length + 3 * clip.sampleRate);
    const recording = { samples, sampleRate: clip.sampleRate };
    expect(detectSpeech(recording).utterances.length).toBe(2);
    expect(Math.abs(front.extract(recording).rows - front.extract(clip).rows)).toBeLessThanOrEqual(4);
  });

  test("takes a waveform without speech whole", () => {
    const silence = { samples: new Float32Array(16_000), sampleRate: 16_000 };
    expect(frontEnd("logmel72@1+gate@2").extract(silence).rows).toBe(1 + Math.floor(16_000 / 256));
  });

  test.each(["librosa54@1+gate@3", "librosa54@1+gate@2+gate@2", "librosa54"])("%s is none", (id) => {
    expect(() => frontEnd(id)).toThrow(/ is none \(did you mean librosa54@1.*\?\); there are /);
  });
});
