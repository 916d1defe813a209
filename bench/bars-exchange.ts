import path from "node:path";
import { finalAccuracy, readNotebook } from "../scripts/notebook-file.ts";
import { readAudio } from "../src/audio/read-audio.node.ts";
import type { EvaluationResult } from "../src/evaluate/index.ts";
import { exportWaveform } from "../src/exchange/index.ts";
import { readModelFile } from "../src/model/files.node.ts";
import { DEFAULT_MODEL, loadRecognizer } from "../src/recognize/load.node.ts";
import { Session } from "../src/runtime/index.ts";
import { type Bar, corpora, root, run, scratch, ser } from "./bar.ts";
import { summarize } from "./harness.ts";

const RATE = 16_000;
const ROUNDS = 40;

let ranNotebook: { readonly file: string; readonly model: string; readonly seconds: number } | undefined;

/** Runs the whole notebook once for both bars that need it; the committed one stays as it is. */
function runNotebook(): NonNullable<typeof ranNotebook> {
  if (ranNotebook) return ranNotebook;
  const [file, model] = [path.join(scratch, "notebook.ipynb"), path.join(scratch, "notebook.onnx")];
  const { seconds } = run(process.execPath, ["--import", "tsx", "scripts/notebook.ts", "--out", file], {
    env: { SER_RUNS: scratch, SER_CACHE: path.join(scratch, "notebook-cache") },
  });
  return (ranNotebook = { file, model, seconds });
}

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
      const [graph, own] = times.map((each) => summarize(each).median) as [number, number];
      return {
        measured: `${graph.toFixed(1)} ms, recognize ${own.toFixed(1)} ms: ${(graph / own).toFixed(2)} times (medians of ${ROUNDS}, one thread)`,
        met: graph <= 3 * own,
      };
    },
  },
  {
    name: "issue 11: the notebook from top to bottom, no features in the cache",
    goal: "at most 20 minutes on 2 cores",
    async run() {
      const { seconds } = runNotebook();
      return { measured: `${(seconds / 60).toFixed(1)} minutes`, met: seconds <= 20 * 60 };
    },
  },
  {
    name: "issue 11: the notebook's accuracy is ser evaluate's",
    goal: "equal, on the same model and split",
    async run() {
      const { file, model } = runNotebook();
      const { right, recordings } = finalAccuracy(readNotebook(file));
      const { stdout } = ser("evaluate", model, "--corpora", ...corpora, "--json");
      const { accuracy, n, leaky } = JSON.parse(stdout) as EvaluationResult;
      return {
        measured: `notebook ${right} of ${recordings}, ser evaluate ${(accuracy * n).toFixed(0)} of ${n}`,
        met: accuracy === right / recordings && n === recordings && !leaky,
      };
    },
  },
];
