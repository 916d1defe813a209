import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { ProtocolResult, Spread } from "../src/evaluate/index.ts";
import { plusMinus } from "../src/evaluate/per-cent.ts";
import { readModelFile } from "../src/model/files.node.ts";
import { DEFAULT_MODEL } from "../src/recognize/load.node.ts";
import { Session } from "../src/runtime/index.ts";
import { type Bar, root } from "./bar.ts";
import { summarize } from "./harness.ts";

/** Frames of a window of 3 s in `logmel72`: one every 16 ms. */
const WINDOW_FRAMES = 187;
const ROUNDS = 200;

/**
 * What a question of a protocol must come to. Its trainings take hours, so the figure is read from results/protocols;
 * RESULTS.md names the command that makes the file again.
 */
function scoreBar(
  what: string,
  protocol: string,
  question: string,
  score: "accuracy" | "uar" | "macroF1" | "ece",
  must: number,
): Bar {
  const atMost = score === "ece";
  return {
    name: `issue 7: ${what}`,
    goal: `${atMost ? "≤" : "≥"} ${must} %`,
    async run() {
      const name = `results/protocols/default.${protocol}.json`;
      const file = path.join(root, name);
      if (!existsSync(file)) return { measured: `there is no ${name}`, met: false };
      const { questions, seeds } = JSON.parse(readFileSync(file, "utf8")) as ProtocolResult;
      const { overRuns, runs } = questions.find((each) => each.name === question)!;
      const spread: Spread = overRuns[score];
      return {
        measured: `${plusMinus(spread)} % over ${runs} ${runs === 1 ? "training" : "trainings"}, seeds ${seeds.join(", ")} (${name})`,
        met: atMost ? 100 * spread.mean <= must : 100 * spread.mean >= must,
      };
    },
  };
}

/** The bars of issue 7 that are of the model itself. */
export const MODEL_BARS: readonly Bar[] = [
  scoreBar("RAVDESS, 8 classes, UAR, trained on all corpora", "four-corpora", "ravdess-8", "uar", 60),
  scoreBar("SAVEE, 7 classes, UAR, trained on all corpora", "four-corpora", "savee-7", "uar", 50),
  scoreBar("cremad-evar-dev, accuracy", "cremad-evar-dev", "crema-d-6", "accuracy", 63.8),
  scoreBar("four-corpora pooled, UAR", "four-corpora", "pooled-7", "uar", 72),
  scoreBar("four-corpora without TESS, UAR", "four-corpora", "pooled-7-without-tess", "uar", 60),
  scoreBar("leave-one-corpus-out, macro-F1", "leave-one-corpus-out", "pooled-7", "macroF1", 35),
  scoreBar("random-split, accuracy", "random-split", "pooled-7", "accuracy", 77),
  scoreBar("four-corpora, calibration error", "four-corpora", "pooled-7", "ece", 5),
  {
    name: "issue 7: models/default.onnx, size and one window of 3 s on one core",
    goal: "≤ 3 MB, ≤ 3 ms",
    async run() {
      const { bytes, model } = await readModelFile(DEFAULT_MODEL);
      const session = await Session.create(bytes, { threads: 1 });
      const columns = model.metadata.network.features;
      const feeds = {
        features: {
          type: "float32",
          data: Float32Array.from({ length: WINDOW_FRAMES * columns }, (_, i) => Math.sin(i)),
          shape: [1, WINDOW_FRAMES, columns],
        },
        lengths: { type: "int64", data: BigInt64Array.of(BigInt(WINDOW_FRAMES)), shape: [1] },
      } as const;
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const started = performance.now();
        await session.run(feeds);
        times.push(performance.now() - started);
      }
      await session.release();
      const megabytes = statSync(DEFAULT_MODEL).size / 1e6;
      const { median } = summarize(times);
      return {
        measured: `${megabytes.toFixed(2)} MB, ${median.toFixed(2)} ms (median of ${ROUNDS})`,
        met: megabytes <= 3 && median <= 3,
      };
    },
  },
];
