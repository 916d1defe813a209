import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { type BenchCase, timed } from "./harness.ts";
import { PYTHON } from "./python.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const clip = `${root}examples/clips/espeak-even-middle.wav`;

/** What a user of the original types for one file: librosa for the features, Keras for the network. */
const SCRIPT = `
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, librosa, keras
from keras import layers as L
model = keras.Sequential([
    keras.Input((300, 54)),
    L.Conv1D(64, 5, padding="same", activation="relu"), L.BatchNormalization(), L.MaxPooling1D(2),
    L.Conv1D(128, 5, padding="same", activation="relu"), L.BatchNormalization(), L.MaxPooling1D(2),
    L.Bidirectional(L.LSTM(128)), L.Dense(64, activation="relu"), L.Dense(7, activation="softmax"),
])
for path in sys.argv[1:]:
    y, sr = librosa.load(path)
    f = np.vstack([librosa.feature.mfcc(y=y, sr=sr, n_mfcc=40), librosa.feature.zero_crossing_rate(y),
                   librosa.feature.chroma_stft(y=y, sr=sr), librosa.feature.rms(y=y)]).T
    x = np.zeros((1, 300, 54), np.float32)
    x[0, :min(300, len(f))] = f[:300]
    model.predict(x, verbose=0)
`;

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr.slice(-500)}`);
}

/** `ser predict` as a process: one wav from cold, and a hundred in one call. */
export async function cases(): Promise<BenchCase[]> {
  const script = `${mkdtempSync(`${tmpdir()}/ser-bench-`)}/predict.py`;
  writeFileSync(script, SCRIPT);
  const python = spawnSync(PYTHON, ["-c", "import librosa, keras"], { encoding: "utf8" });
  const peers = python.status === 0;
  return [1, 100].map((count) => {
    const files = Array.from({ length: count }, () => clip);
    return {
      name: count === 1 ? "ser predict, one wav, cold" : `ser predict, ${count} wavs in one call`,
      ours: timed("ser predict", () => run(process.execPath, [`${root}bin/ser.js`, "predict", "--json", ...files])),
      peer: peers
        ? timed("Python: librosa, Keras", () => run(PYTHON, [script, ...files]))
        : `no librosa and Keras at ${PYTHON} (set SER_PYTHON)`,
      rounds: count === 1 ? 5 : 3,
    };
  });
}
