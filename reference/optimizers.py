"""Goldens of Keras's optimisers and schedules: python reference/optimizers.py writes test/golden/optimizers.json."""
import json, os, pathlib
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, numpy as np

N, STEPS = 6, 5
start = [0.5, -0.25, 1.0, -1.5, 0.125, 2.0]
gradients = [[round(float(np.sin(1 + 3 * s + i) * (i + 1) / 3), 6) for i in range(N)] for s in range(STEPS)]


def run(call, make):
    variable = keras.Variable(np.array(start, np.float32))
    optimizer = make()
    optimizer.build([variable])
    weights, averages = [], []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(np.array(gradient, np.float32))], [variable])
        weights.append([float(x) for x in np.asarray(variable)])
        if optimizer.use_ema:
            averages.append([float(x) for x in np.asarray(optimizer._model_variables_moving_average[0])])
    return {"call": call, "weights": weights, **({"averages": averages} if averages else {})}


o = keras.optimizers
cases = {
    "adam": run("Adam(0.01)", lambda: o.Adam(0.01)),
    "adam, other betas": run("Adam(0.02, beta_1=0.8, beta_2=0.95, epsilon=1e-3)", lambda: o.Adam(0.02, beta_1=0.8, beta_2=0.95, epsilon=1e-3)),
    "adamw": run("AdamW(0.01, weight_decay=0.1)", lambda: o.AdamW(0.01, weight_decay=0.1)),
    "sgd": run("SGD(0.1)", lambda: o.SGD(0.1)),
    "sgd, momentum": run("SGD(0.1, momentum=0.9)", lambda: o.SGD(0.1, momentum=0.9)),
    "sgd, nesterov": run("SGD(0.1, momentum=0.9, nesterov=True)", lambda: o.SGD(0.1, momentum=0.9, nesterov=True)),
    "adam, clipped": run("Adam(0.01, global_clipnorm=1.0)", lambda: o.Adam(0.01, global_clipnorm=1.0)),
    "adam, average": run("Adam(0.01, use_ema=True, ema_momentum=0.9)", lambda: o.Adam(0.01, use_ema=True, ema_momentum=0.9)),
}
s = keras.optimizers.schedules
cosine = s.CosineDecay(0.1, decay_steps=20, alpha=0.05)
stairs = s.ExponentialDecay(0.1, decay_steps=6, decay_rate=0.5, staircase=True)
schedules = {
    "cosine": {"call": "CosineDecay(0.1, decay_steps=20, alpha=0.05)", "rates": [float(cosine(i)) for i in range(21)]},
    "step": {"call": "ExponentialDecay(0.1, decay_steps=6, decay_rate=0.5, staircase=True)", "rates": [float(stairs(i)) for i in range(21)]},
}
golden = {"made_by": "python reference/optimizers.py", "keras": keras.__version__, "start": start, "gradients": gradients, "cases": cases, "schedules": schedules}
(pathlib.Path(__file__).parent.parent / "test/golden/optimizers.json").write_text(json.dumps(golden, indent=1))
