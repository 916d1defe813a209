import type { Recognizer } from "../src/recognize/index.ts";
import { quantile } from "./harness.ts";
import { pieces } from "./live-sound.ts";

/** Times in milliseconds. */
export interface UpdateTimes {
  /** 95th percentile of a push of 0.5 s with a measurement: gate, features, network. */
  readonly update: number;
  /** 95th percentile and maximum from the push of 20 ms of sound to the events that come of it. */
  readonly event: number;
  readonly slowest: number;
  /** Measurements in all. */
  readonly count: number;
}

const p95 = (times: readonly number[]): number =>
  quantile(
    times.toSorted((a, b) => a - b),
    0.95,
  );

/** Milliseconds of use before anything is measured. */
const WARM_MS = 6000;

/** Measures a recogniser on speech, in Node or in a browser. */
export async function measureUpdates(
  recognizer: Recognizer,
  samples: Float32Array,
  sampleRate: number,
): Promise<UpdateTimes> {
  const times = async (chunkSeconds: number): Promise<number[]> => {
    const stream = recognizer.stream({ sampleRate });
    const measured: number[] = [];
    for (const chunk of pieces(samples, chunkSeconds * sampleRate)) {
      const started = performance.now();
      const events = await stream.push(chunk);
      if (events.some(({ type }) => type === "measurement")) measured.push(performance.now() - started);
    }
    await stream.end();
    return measured;
  };
  // V8 compiles WebAssembly twice, the second time beside its first seconds of use: what a session is like after them.
  for (const compiled = performance.now() + WARM_MS; performance.now() < compiled;) await times(0.5);
  const updates = await times(0.5);
  const events = await times(0.02);
  return {
    update: p95(updates),
    event: p95(events),
    slowest: Math.max(...events),
    count: updates.length + events.length,
  };
}
