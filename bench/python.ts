import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Runner } from "./harness.ts";

/** The interpreter that has the peers (librosa, Keras, PyTorch …). */
export const PYTHON: string = process.env["SER_PYTHON"] ?? "/opt/ref/venv/bin/python";

/** The original system as its users write it, untrained: librosa's features, Keras's network; `predict(source)` for a path or a file. */
export const ORIGINAL_SYSTEM = `
import numpy as np, librosa, keras
from keras import layers as L
model = keras.Sequential([
    keras.Input((300, 54)),
    L.Conv1D(64, 5, padding="same", activation="relu"), L.BatchNormalization(), L.MaxPooling1D(2),
    L.Conv1D(128, 5, padding="same", activation="relu"), L.BatchNormalization(), L.MaxPooling1D(2),
    L.Bidirectional(L.LSTM(128)), L.Dense(64, activation="relu"), L.Dense(7, activation="softmax"),
])
def predict(source):
    y, sr = librosa.load(source)
    f = np.vstack([librosa.feature.mfcc(y=y, sr=sr, n_mfcc=40), librosa.feature.zero_crossing_rate(y),
                   librosa.feature.chroma_stft(y=y, sr=sr), librosa.feature.rms(y=y)]).T
    x = np.zeros((1, 300, 54), np.float32)
    x[0, :min(300, len(f))] = f[:300]
    return model.predict(x, verbose=0)[0]
`;

/** One core for a fair comparison: libraries that would start threads are told so before they load. */
const ONE_THREAD = {
  OMP_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  NUMBA_NUM_THREADS: "1",
  VECLIB_MAXIMUM_THREADS: "1",
};

/** Answers each request line `{"work": name}` with `{"ms": time}`, and greets with `{"ready": versions}`. */
const LOOP = `
import json, sys, time
def serve(versions, works):
    print(json.dumps({"ready": versions}), flush=True)
    for line in sys.stdin:
        work = works[json.loads(line)["work"]]
        started = time.perf_counter()
        work()
        print(json.dumps({"ms": 1000 * (time.perf_counter() - started)}), flush=True)
`;

/** How to run the peer. */
export interface PythonOptions {
  /** Further environment, e.g. paths; by default every library is held to one thread. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A Python process that does named pieces of work on request, over JSON lines on its stdin and stdout. It lives as long as
 * the benchmark, so that neither imports nor compilation are measured.
 */
export class Python {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** As the script says, e.g. `librosa 0.11.0`. */
  readonly versions: string;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, versions: string) {
    this.#child = child;
    this.#lines = lines;
    this.versions = versions;
  }

  /**
   * Starts `script`, which must end in `serve(versions, {name: function})`. Resolves to a text that says why when there is
   * no such Python or the script fails before it is ready: the benchmark then has rows without a peer.
   */
  static async start(script: string, { env = {} }: PythonOptions = {}): Promise<Python | string> {
    const child = spawn(PYTHON, ["-c", LOOP + script], {
      env: { ...process.env, ...ONE_THREAD, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const failure = new Promise<string>((resolve) => {
      child.on("error", () => resolve(`no Python at ${PYTHON} (set SER_PYTHON)`));
      child.on("close", (code) => resolve(`${PYTHON} ended with ${code}: ${stderr.trim().split("\n").at(-1) ?? ""}`));
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await Promise.race([lines.next(), failure]);
    if (typeof first === "string") return first;
    if (first.done === true) return failure;
    return new Python(child, lines, (JSON.parse(first.value) as { ready: string }).ready);
  }

  /** The piece of work called `work`, timed inside Python; all of this process's runners share it. */
  runner(work: string): Runner {
    return {
      name: this.versions,
      run: async () => {
        this.#child.stdin!.write(`${JSON.stringify({ work })}\n`);
        const answer = await this.#lines.next();
        if (answer.done === true) throw new Error(`${PYTHON} died while doing "${work}"`);
        return (JSON.parse(answer.value) as { ms: number }).ms;
      },
      close: () => this.#child.kill(),
    };
  }
}
