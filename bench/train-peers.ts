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

/** PyTorch: a plain loop; buckets are padded batches without masks, which is less work than ours. */
export function torchScript({ batch, steps, buckets }: Sizes): string {
  return `
import json, os, torch
from torch import nn
torch.set_num_threads(int(os.environ["SER_THREADS"]))
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
adam = torch.optim.Adam(net.parameters(), 1e-4, eps=1e-7)
loss = nn.CrossEntropyLoss()
def step(x, y):
    adam.zero_grad()
    value = loss(net(x), y)
    value.backward()
    adam.step()
    return value.item()
x = torch.randn(${batch}, 300, 54)
y = torch.arange(${batch}) % 7
buckets = json.loads('${JSON.stringify(buckets)}')
def steps():
    for _ in range(${steps}): step(x, y)
def epoch():
    for frames, clips in buckets: step(x[:clips, :frames].contiguous(), y[:clips])
serve("PyTorch " + torch.__version__, {"steps": steps, "epoch, buckets": epoch})
`;
}
