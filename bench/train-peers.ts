/** The peers of bench/train.ts: the network of `seed`, batches of the same sizes, the same number of threads. */

interface Sizes {
  readonly batch: number;
  readonly steps: number;
  readonly epoch: number;
  /** Frames that each batch of the epoch by buckets is padded to, and its clips. */
  readonly buckets: readonly (readonly [frames: number, clips: number])[];
}

/** Keras on TensorFlow: `fit` as its users call it, padded to 300 frames. */
export function kerasScript({ batch, steps, epoch }: Sizes): string {
  return `
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
x = np.random.default_rng(0).standard_normal((${epoch}, 300, 54), np.float32)
y = np.eye(7, dtype=np.float32)[np.arange(${epoch}) % 7]
def fit(n): model.fit(x[:n], y[:n], batch_size=${batch}, verbose=0)
serve("Keras " + keras.__version__ + "/TensorFlow " + tf.__version__, {
    "steps": lambda: fit(${batch * steps}),
    "epoch": lambda: fit(${epoch}),
})
`;
}

/** The network of `seed` in PyTorch; Adam as its one fused kernel, the fastest that PyTorch has on a CPU. */
const TORCH_NET = `
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        block = lambda i, o: nn.Sequential(nn.Conv1d(i, o, 5, padding=2), nn.ReLU(), nn.BatchNorm1d(o, eps=1e-3, momentum=0.01), nn.MaxPool1d(2), nn.Dropout(0.3))
        self.convolutions = nn.Sequential(block(54, 64), block(64, 128))
        self.lstm = nn.LSTM(128, 128, batch_first=True, bidirectional=True)
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 7))
    def forward(self, x):
        h = self.convolutions(x.transpose(1, 2)).transpose(1, 2)
        _, (last, _) = self.lstm(h)
        return self.head(torch.cat([last[0], last[1]], 1))
net = Net()
adam = torch.optim.Adam(net.parameters(), 1e-4, eps=1e-7, fused=True)
loss = nn.CrossEntropyLoss()
def step(x, y):
    adam.zero_grad()
    value = loss(net(x), y)
    value.backward()
    adam.step()
    return value.item()
`;

/** PyTorch: a plain loop; buckets are padded batches without masks, which is less work than ours. */
export function torchScript({ batch, steps, buckets }: Sizes): string {
  return `
import json, os, torch
from torch import nn
torch.set_num_threads(int(os.environ["SER_THREADS"]))
${TORCH_NET}x = torch.randn(${batch}, 300, 54)
y = torch.arange(${batch}) % 7
buckets = json.loads('${JSON.stringify(buckets)}')
def steps():
    for _ in range(${steps}): step(x, y)
def epoch():
    for frames, clips in buckets: step(x[:clips, :frames].contiguous(), y[:clips])
serve("PyTorch " + torch.__version__, {"steps": steps, "epoch, buckets": epoch})
`;
}

/** The same steps in a process that tells its largest resident set, in MB. */
export function torchMemoryScript(batches: readonly (readonly [frames: number, clips: number])[]): string {
  return `
import json, os, re, torch
from torch import nn
torch.set_num_threads(int(os.environ["SER_THREADS"]))
${TORCH_NET}
x = torch.randn(32, 432, 54)
y = torch.arange(32) % 7
for frames, clips in json.loads('${JSON.stringify(batches)}'): step(x[:clips, :frames].contiguous(), y[:clips])
print(json.dumps({"megabytes": int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) / 1024}))
`;
}

/** TensorFlow.js on its CPU backend: a script for `node -e` that prints the time of one step. */
export function tensorflowJsScript({ batch }: Sizes): string {
  return `
const tf = require("@tensorflow/tfjs");
const L = tf.layers;
(async () => {
  await tf.setBackend("cpu");
  const model = tf.sequential({ layers: [
    L.conv1d({ inputShape: [300, 54], filters: 64, kernelSize: 5, padding: "same", activation: "relu" }),
    L.batchNormalization(), L.maxPooling1d({ poolSize: 2 }), L.dropout({ rate: 0.3 }),
    L.conv1d({ filters: 128, kernelSize: 5, padding: "same", activation: "relu" }),
    L.batchNormalization(), L.maxPooling1d({ poolSize: 2 }), L.dropout({ rate: 0.3 }),
    L.bidirectional({ layer: L.lstm({ units: 128 }) }), L.dropout({ rate: 0.3 }),
    L.dense({ units: 64, activation: "relu" }), L.dense({ units: 7, activation: "softmax" }),
  ] });
  model.compile({ optimizer: tf.train.adam(1e-4), loss: "categoricalCrossentropy" });
  const x = tf.randomNormal([${batch}, 300, 54], 0, 1, "float32", 1);
  const y = tf.oneHot(tf.range(0, ${batch}, 1, "int32").mod(tf.scalar(7, "int32")), 7);
  const started = performance.now();
  await model.trainOnBatch(x, y);
  console.log(JSON.stringify({ version: tf.version.tfjs, milliseconds: performance.now() - started,
    megabytes: process.resourceUsage().maxRSS / 1024 }));
})();
`;
}
