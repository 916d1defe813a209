"""Goldens of the preset `seed`: ten optimiser steps in PyTorch and in Keras from the same weights and batches, dropout 0.

    python reference/training.py        # writes test/golden/training.json

The weights and batches are functions of indices (the mixer `triple32`), computed here and in the TypeScript test
alike, so nothing large is stored.
"""
import json, os, pathlib
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, torch
from noise import noise

BATCH, FRAMES, FEATURES, LABELS, STEPS, RATE = 32, 300, 54, 7, 10, 1e-3
EPSILON, MOMENTUM = 1e-3, 0.99


# name, shape, scale, offset: in the order of the network
PARAMETERS = [
    ("conv1/kernel", (5, 54, 64), 0.1, 0), ("conv1/bias", (64,), 0.1, 0),
    ("batch_norm1/gamma", (64,), 0.2, 1), ("batch_norm1/beta", (64,), 0.2, 0),
    ("conv2/kernel", (5, 64, 128), 0.08, 0), ("conv2/bias", (128,), 0.1, 0),
    ("batch_norm2/gamma", (128,), 0.2, 1), ("batch_norm2/beta", (128,), 0.2, 0),
    ("bilstm/kernel", (2, 128, 512), 0.1, 0), ("bilstm/recurrent_kernel", (2, 128, 512), 0.1, 0), ("bilstm/bias", (2, 512), 0.1, 0),
    ("dense1/kernel", (256, 64), 0.13, 0), ("dense1/bias", (64,), 0.1, 0),
    ("dense2/kernel", (64, 7), 0.2, 0), ("dense2/bias", (7,), 0.1, 0),
]
start = {name: (offset + scale * noise(k + 1, shape)).astype(np.float32) for k, (name, shape, scale, offset) in enumerate(PARAMETERS)}
MEAN = (0.01 * np.arange(FEATURES)).astype(np.float32)
SCALE = np.full(FEATURES, 1.5, np.float32)


def batch(step):
    labels = (np.arange(BATCH) * 3 + step) % LABELS
    shift = np.sin(labels[:, None] * np.arange(1, FEATURES + 1)[None, :])
    x = (noise(1000 + step, (BATCH, FRAMES, FEATURES)) + 0.3 * shift[:, None, :]).astype(np.float32)
    return x, np.eye(LABELS, dtype=np.float32)[labels]


def torch_run():
    p = {k: torch.tensor(v.copy(), requires_grad=True) for k, v in start.items()}
    moving = {f"batch_norm{i}/{k}": torch.full((n,), float(k == "moving_variance")) for i, n in ((1, 64), (2, 128)) for k in ("moving_mean", "moving_variance")}
    lstm = torch.nn.LSTM(128, 128, batch_first=True, bidirectional=True)
    m = {k: torch.zeros_like(v) for k, v in p.items()}; v2 = {k: torch.zeros_like(v) for k, v in p.items()}
    losses, gradients = [], {}

    def block(h, i):
        h = torch.nn.functional.conv1d(h.transpose(1, 2), p[f"conv{i}/kernel"].permute(2, 1, 0), p[f"conv{i}/bias"], padding=2)
        h = torch.relu(h)
        with torch.no_grad():
            mean, var = h.mean((0, 2)), h.var((0, 2), unbiased=False)
            for key, now in (("moving_mean", mean), ("moving_variance", var)):
                moving[f"batch_norm{i}/{key}"] = moving[f"batch_norm{i}/{key}"] * MOMENTUM + now * (1 - MOMENTUM)
        h = torch.nn.functional.batch_norm(h, None, None, p[f"batch_norm{i}/gamma"], p[f"batch_norm{i}/beta"], training=True, eps=EPSILON)
        return torch.nn.functional.max_pool1d(h, 2).transpose(1, 2)

    for step in range(1, STEPS + 1):
        x, y = batch(step)
        h = (torch.tensor(x) - torch.tensor(MEAN)) * torch.tensor(SCALE)
        h = block(block(h, 1), 2)
        weights = {}
        for d, suffix in enumerate(("", "_reverse")):
            weights[f"weight_ih_l0{suffix}"] = p["bilstm/kernel"][d].T
            weights[f"weight_hh_l0{suffix}"] = p["bilstm/recurrent_kernel"][d].T
            weights[f"bias_ih_l0{suffix}"] = p["bilstm/bias"][d]
            weights[f"bias_hh_l0{suffix}"] = torch.zeros(512)
        _, (last, _) = torch.func.functional_call(lstm, weights, (h,))
        h = torch.cat([last[0], last[1]], 1)
        h = torch.relu(h @ p["dense1/kernel"] + p["dense1/bias"])
        logits = h @ p["dense2/kernel"] + p["dense2/bias"]
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(y))
        losses.append(loss.item())
        grads = torch.autograd.grad(loss, list(p.values()))
        if step == 1:
            gradients = {k: g.numpy() for k, g in zip(p, grads)}
        with torch.no_grad():  # Keras's Adam
            alpha = RATE * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            for (k, w), g in zip(p.items(), grads):
                m[k] += (g - m[k]) * (1 - 0.9); v2[k] += (g * g - v2[k]) * (1 - 0.999)
                w -= m[k] * alpha / (v2[k].sqrt() + 1e-7)
    return losses, gradients, {k: w.detach().numpy() for k, w in p.items()}, {k: w.numpy() for k, w in moving.items()}


def keras_run():
    import keras
    from keras import layers as L
    model = keras.Sequential([
        keras.Input((FRAMES, FEATURES)),
        L.Conv1D(64, 5, padding="same", activation="relu"), L.BatchNormalization(), L.MaxPooling1D(2),
        L.Conv1D(128, 5, padding="same", activation="relu"), L.BatchNormalization(), L.MaxPooling1D(2),
        L.Bidirectional(L.LSTM(128)), L.Dense(64, activation="relu"), L.Dense(LABELS, activation="softmax"),
    ])
    s = start
    one = [np.zeros, np.ones]
    model.set_weights([
        s["conv1/kernel"], s["conv1/bias"], s["batch_norm1/gamma"], s["batch_norm1/beta"], np.zeros(64), np.ones(64),
        s["conv2/kernel"], s["conv2/bias"], s["batch_norm2/gamma"], s["batch_norm2/beta"], np.zeros(128), np.ones(128),
        s["bilstm/kernel"][0], s["bilstm/recurrent_kernel"][0], s["bilstm/bias"][0],
        s["bilstm/kernel"][1], s["bilstm/recurrent_kernel"][1], s["bilstm/bias"][1],
        s["dense1/kernel"], s["dense1/bias"], s["dense2/kernel"], s["dense2/bias"],
    ])
    model.compile(keras.optimizers.Adam(RATE), "categorical_crossentropy")
    losses = []
    for step in range(1, STEPS + 1):
        x, y = batch(step)
        losses.append(float(np.asarray(model.train_on_batch((x - MEAN) * SCALE, y))))
    probe, _ = batch(11)
    return losses, np.asarray(model.predict((probe[:4] - MEAN) * SCALE, verbose=0)), keras.__version__, model.count_params()


losses, gradients, final, moving = torch_run()
keras_losses, keras_probabilities, keras_version, count = keras_run()
sample = lambda a: [float(x) for x in a.ravel()[:: max(1, a.size // 16)][:16]]
golden = {
    "made_by": "python reference/training.py",
    "versions": {"torch": torch.__version__, "keras": keras_version, "numpy": np.__version__},
    "torch": {
        "call": "torch.nn.functional.{conv1d,batch_norm,max_pool1d,cross_entropy}, torch.nn.LSTM; Adam by Keras's formula",
        "losses": losses,
        "gradients_of_step_1": {k: {"norm": float(np.linalg.norm(g.astype(np.float64))), "sample": sample(g)} for k, g in gradients.items()},
        "weights_after": {k: sample(w) for k, w in final.items()},
        "moving_after": {k: sample(w) for k, w in moving.items()},
    },
    "keras": {
        "call": "keras.Sequential([Conv1D, BatchNormalization, MaxPooling1D, ...]).train_on_batch, Adam(1e-3)",
        "parameters": count,
        "losses": keras_losses,
        "probabilities_after_of_4_clips": [[float(x) for x in row] for row in keras_probabilities],
    },
}
out = pathlib.Path(__file__).parent.parent / "test/golden/training.json"
out.write_text(json.dumps(golden, indent=1))
print(losses, keras_losses, count)
