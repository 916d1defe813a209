import { readAudio } from "../src/audio/read-audio.node.ts";
import { exportWaveform } from "../src/exchange/index.ts";
import { readModelFile } from "../src/model/files.node.ts";
import { DEFAULT_MODEL, loadRecognizer } from "../src/recognize/load.node.ts";
import { Session } from "../src/runtime/index.ts";
import { type Bar, root } from "./bar.ts";

const RATE = 16_000;
const ROUNDS = 40;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Promises of issue 11. */
export const EXCHANGE_BARS: readonly Bar[] = [
  {
    name: "issue 11: waveform graph, a 3 s clip, beside recognize in Node",
    goal: "at most 3 times",
    async run() {
      const recognizer = await loadRecognizer();
      const session = await Session.create(exportWaveform((await readModelFile(DEFAULT_MODEL)).model, "default"), {
        threads: 1,
      });
      const sound = await readAudio(`${root}examples/clips/espeak-even-middle.wav`);
      const samples = Float32Array.from({ length: 3 * RATE }, (_, i) => sound.samples[i % sound.samples.length]!);
      const work = [
        () => session.run({ samples: { type: "float32", data: samples, shape: [samples.length] } }),
        () => recognizer.recognize({ samples, sampleRate: RATE }),
      ];
      const times: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        // The order changes each round, so that neither always comes second.
        for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) {
          const started = performance.now();
          await work[which]!();
          times[which as 0 | 1].push(performance.now() - started);
        }
      }
      await Promise.all([recognizer.release(), session.release()]);
      const [graph, own] = [median(times[0]), median(times[1])];
      return {
        measured: `${graph.toFixed(1)} ms, recognize ${own.toFixed(1)} ms: ${(graph / own).toFixed(2)} times (medians of ${ROUNDS}, one thread)`,
        met: graph <= 3 * own,
      };
    },
  },
];
