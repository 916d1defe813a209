import { createExtractor } from "../src/features/index.ts";
import { Random } from "../src/random.ts";
import type { BenchCase } from "./harness.ts";

const HOP = 512;
/** Hops a run; the time shown is that of one. */
const HOPS = 500;

/** What one hop of 512 samples costs, from microphone rates to the raw frames of `logmel72@1`, one thread. */
export async function cases(): Promise<BenchCase[]> {
  const random = new Random(1, "bench");
  const samples = Float32Array.from({ length: HOP * HOPS }, (_, i) => 0.1 * random.normal() * Math.sin(i / 5000) ** 2);
  const hops = Array.from({ length: HOPS }, (_, i) => samples.subarray(i * HOP, (i + 1) * HOP));
  return [16000, 22050, 44100, 48000].map((sampleRate) => {
    const extractor = createExtractor("logmel72@1", sampleRate);
    return {
      name: `a hop of ${HOP} samples at ${sampleRate.toLocaleString("en")} Hz`,
      ours: {
        name: "speech-emotion",
        run: async () => {
          const started = performance.now();
          for (const hop of hops) extractor.push(hop);
          return (performance.now() - started) / HOPS;
        },
      },
      rounds: 25,
    };
  });
}
