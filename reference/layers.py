"""Goldens of every layer: PyTorch's values and every gradient, in float64, on small inputs made of a formula.

    python reference/layers.py        # writes test/golden/layers.json

Each case has its inputs' shapes, the output, and the gradients of sum(output * weights) with respect to every input; inputs and
weights are `noise(stream, shape)` of noise.py, stream 1, 2, ... in the order of the inputs and 99 for the weights.
"""
import json, pathlib
import numpy as np, torch
import torch.nn.functional as F
from noise import noise

torch.set_default_dtype(torch.float64)


cases = {}


def case(name, call, shapes, f):
    inputs = {k: torch.tensor(noise(i + 1, s), requires_grad=True) for i, (k, s) in enumerate(shapes.items())}
    y = f(**inputs)
    loss = (y * torch.tensor(noise(99, tuple(y.shape)))).sum() if y.ndim else y
    grads = torch.autograd.grad(loss, list(inputs.values()))
    cases[name] = {
        "call": call, "shapes": {k: list(s) for k, s in shapes.items()}, "output": y.detach().numpy().ravel().tolist(),
        "gradients": {k: g.numpy().ravel().tolist() for k, g in zip(inputs, grads)},
    }


LENGTHS = [3, 5, 1]
MASK = torch.tensor([[[1.0 if t < n else 0.0] for t in range(5)] for n in LENGTHS])


def recurrent(kind, directions, lengths, x, w, r, b, rb=None):
    module = getattr(torch.nn, kind)(x.shape[2], r.shape[1], batch_first=True, bidirectional=directions == 2)
    units = r.shape[1]
    order = [0, 1, 2, 3] if kind == "LSTM" else [1, 0, 2]  # Keras: i f c o, as PyTorch; z r h against PyTorch's r z n
    to = lambda a: torch.cat([a[..., g * units:(g + 1) * units] for g in order], -1)
    weights = {}
    for d, suffix in enumerate(["", "_reverse"][:directions]):
        weights[f"weight_ih_l0{suffix}"] = to(w[d]).T
        weights[f"weight_hh_l0{suffix}"] = to(r[d]).T
        weights[f"bias_ih_l0{suffix}"] = to(b[d])
        weights[f"bias_hh_l0{suffix}"] = torch.zeros(b.shape[1]) if rb is None else to(rb[d])
    packed = x if lengths is None else torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    y, last = torch.func.functional_call(module, weights, (packed,))
    if lengths is not None:
        y, _ = torch.nn.utils.rnn.pad_packed_sequence(y, batch_first=True, total_length=x.shape[1])
    h = last[0] if kind == "LSTM" else last
    return torch.cat([y.reshape(x.shape[0], -1), torch.cat(list(h), 1)], 1)


case("conv1d", "F.conv1d(x, kernel, bias, padding='same')", {"x": (2, 6, 3), "kernel": (5, 3, 4), "bias": (4,)},
     lambda x, kernel, bias: F.conv1d(x.transpose(1, 2), kernel.permute(2, 1, 0), bias, padding="same").transpose(1, 2))
case("batch norm", "F.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-3)", {"x": (3, 5, 2), "gamma": (2,), "beta": (2,)},
     lambda x, gamma, beta: F.batch_norm(x.transpose(1, 2), None, None, gamma, beta, training=True, eps=1e-3).transpose(1, 2))


def masked_batch_norm(x, gamma, beta):
    rows = torch.cat([x[i, :n] for i, n in enumerate(LENGTHS)])
    y = F.batch_norm(rows, None, None, gamma, beta, training=True, eps=1e-3)
    return torch.stack([F.pad(part, (0, 0, 0, 5 - len(part))) for part in y.split(LENGTHS)])


case("batch norm, masked", "F.batch_norm of the real frames, side by side", {"x": (3, 5, 2), "gamma": (2,), "beta": (2,)}, masked_batch_norm)
case("layer norm", "F.layer_norm(x, (4,), gamma, beta, eps=1e-3)", {"x": (3, 2, 4), "gamma": (4,), "beta": (4,)},
     lambda x, gamma, beta: F.layer_norm(x, (4,), gamma, beta, eps=1e-3))
case("max pool", "F.max_pool1d(x, 3)", {"x": (2, 7, 2)}, lambda x: F.max_pool1d(x.transpose(1, 2), 3).transpose(1, 2))
case("average pool, masked", "mean of the real frames", {"x": (3, 5, 2)}, lambda x: (x * MASK).sum(1) / MASK.sum(1))


def statistics(x):
    mean = (x * MASK).sum(1) / MASK.sum(1)
    variance = (((x - mean[:, None]) ** 2) * MASK).sum(1) / MASK.sum(1)
    return torch.cat([mean, torch.sqrt(variance + 1e-5)], 1)


case("statistics pool, masked", "mean and sqrt(var + 1e-5) of the real frames", {"x": (3, 5, 2)}, statistics)
case("attention pool, masked", "softmax over the real frames", {"x": (3, 5, 2), "scores": (3, 5, 1)},
     lambda x, scores: (x * F.softmax(scores.masked_fill(MASK == 0, -torch.inf), 1)).sum(1))
case("dense", "F.linear(x, kernel.T, bias)", {"x": (2, 3, 4), "kernel": (4, 5), "bias": (5,)}, lambda x, kernel, bias: F.linear(x, kernel.T, bias))
SOFT = torch.tensor([[1.0, 0, 0, 0], [0.1, 0.2, 0.3, 0.4], [0, 0.5, 0.5, 0]])
case("cross-entropy, soft labels", "F.cross_entropy(logits, soft)", {"logits": (3, 4)}, lambda logits: F.cross_entropy(logits, SOFT))
WEIGHTS = torch.tensor([3.0, 0.5, 1.0, 2.0])
case("cross-entropy, class weights", "F.cross_entropy(logits, [0, 3, 1], weight, reduction='sum') / 3", {"logits": (3, 4)},
     lambda logits: F.cross_entropy(logits, torch.tensor([0, 3, 1]), weight=WEIGHTS, reduction="sum") / 3)
for d in (1, 2):
    for lengths in (None, LENGTHS):
        suffix = f"{d} direction(s)" + (", lengths" if lengths else "")
        case(f"lstm, {suffix}", "nn.LSTM: every output, then the last state", {"x": (3, 5, 2), "kernel": (d, 2, 8), "recurrent": (d, 2, 8), "bias": (d, 8)},
             lambda x, kernel, recurrent, bias, d=d, n=lengths: globals()["recurrent"]("LSTM", d, n, x, kernel, recurrent, bias))
        case(f"gru, {suffix}", "nn.GRU: every output, then the last state",
             {"x": (3, 5, 2), "kernel": (d, 2, 6), "recurrent": (d, 2, 6), "bias": (d, 6), "recurrentBias": (d, 6)},
             lambda x, kernel, recurrent, bias, recurrentBias, d=d, n=lengths: globals()["recurrent"]("GRU", d, n, x, kernel, recurrent, bias, recurrentBias))


def attentive(x, scores):
    weights = F.softmax(scores.masked_fill(MASK == 0, -torch.inf), 1)
    mean = (x * weights).sum(1)
    return torch.cat([mean, torch.sqrt((((x - mean[:, None]) ** 2) * weights).sum(1) + 1e-5)], 1)


case("attentive statistics pool, masked", "weighted mean and sqrt(weighted var + 1e-5), weights by softmax over the real frames",
     {"x": (3, 5, 2), "scores": (3, 5, 1)}, attentive)

out = pathlib.Path(__file__).parent.parent / "test/golden/layers.json"
out.write_text(json.dumps({"made_by": "python reference/layers.py", "torch": torch.__version__, "lengths": LENGTHS, "cases": cases}))
print(len(cases), "cases,", out.stat().st_size, "bytes")
