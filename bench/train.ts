import { availableParallelism } from "node:os";
import { assemble, Engine, initialState, type Clips } from "../src/fit/index.ts";
import { layoutOf, preset } from "../src/model/index.ts";
import { Random } from "../src/random.ts";
import { type BenchCase, type Runner, timed } from "./harness.ts";
import { Python } from "./python.ts";

const BATCH = 32;
const STEPS = 20;
/** Clips of an epoch on the four corpora, as the issue counts them. */
const EPOCH = 8_400;

/** The same network, batches of the same size, the same threads; `fit` as a user of Keras calls it. */
const SCRIPT = `
import os
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(int(os.environ["SER_THREADS"]))
import keras
from keras import layers as L
model = keras.Sequential([
    keras.Input((300, 54)),
    L.Conv1D(64, 5, padding="same", activation="relu"), L.BatchNormalization(), L.MaxPooling1D(2), L.Dropout(0.3),
    L.Conv1D(128, 5, padding="same", activation="relu"), L.BatchNormalization(), L.MaxPooling1D(2), L.Dropout(0.3),
    L.Bidirectional(L.LSTM(128)), L.Dropout(0.3), L.Dense(64, activation="relu"), L.Dense(7, activation="softmax"),
])
model.compile(keras.optimizers.Adam(1e-4), "categorical_crossentropy", metrics=["accuracy"])
clips = ${EPOCH}
x = np.random.default_rng(0).standard_normal((clips, 300, 54), np.float32)
y = np.eye(7, dtype=np.float32)[np.arange(clips) % 7]
def fit(n): model.fit(x[:n], y[:n], batch_size=${BATCH}, verbose=0)
serve("Keras " + keras.__version__ + "/TensorFlow " + tf.__version__, {
    "steps": lambda: fit(${BATCH * STEPS}),
    "epoch": lambda: fit(clips),
})
`;

/** Training `seed` padded to 300 frames: twenty steps, and a whole epoch, ours against Keras. */
export async function cases(): Promise<BenchCase[]> {
  const threads = availableParallelism();
  const config = preset("seed").network(7);
  const state = initialState(layoutOf(config), 1, 1e-4);
  const engine = new Engine(config, 1, { threads });
  const random = new Random(1, "bench");
  const pool = Array.from({ length: 256 }, () =>
    new Float32Array(config.frames * config.features).map(() => random.normal()),
  );
  const clips: Clips = { length: EPOCH, features: (i) => pool[i % pool.length]!, label: (i) => i % 7 };
  const train = async (count: number): Promise<void> => {
    const order = new Random(1, "order").shuffle(Array.from({ length: count }, (_, i) => i));
    for (let at = 0; at < count; at += BATCH) {
      await engine.step(assemble(clips, order.slice(at, at + BATCH), config), state);
    }
  };
  const env = { SER_THREADS: String(threads), OMP_NUM_THREADS: String(threads) };
  const python = await Python.start(SCRIPT, { env });
  const peer = (work: string): Runner | string => (typeof python === "string" ? python : python.runner(work));
  return [
    {
      name: `${STEPS} steps of ${BATCH} × (300, 54), ${threads} threads`,
      ours: timed("speech-emotion", () => train(BATCH * STEPS)),
      peer: peer("steps"),
      rounds: 7,
    },
    {
      name: `epoch of ${EPOCH.toLocaleString("en")} clips, ${threads} threads`,
      ours: timed("speech-emotion", () => train(EPOCH)),
      peer: peer("epoch"),
      rounds: 3,
    },
  ];
}
