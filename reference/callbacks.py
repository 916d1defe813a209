"""Goldens of Keras's callbacks on given values: python reference/callbacks.py writes test/golden/callbacks.json."""
import json, os, pathlib
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, numpy as np


class Model:
    """What the callbacks ask of a model, and nothing else: weights that tell the epoch, and a learning rate."""

    def __init__(self):
        self.optimizer = keras.optimizers.SGD(1e-3)
        self.stop_training, self.epoch, self.restored = False, None, None

    def get_weights(self):
        return self.epoch

    def set_weights(self, weights):
        self.restored = weights


def early(options, values):
    names = {"minDelta": "min_delta", "startFromEpoch": "start_from_epoch"}
    model = Model()
    callback = keras.callbacks.EarlyStopping(
        monitor="v", restore_best_weights=True, **{"mode": "min", **{names.get(k, k): v for k, v in options.items()}}
    )
    callback.set_model(model)
    callback.on_train_begin()
    ran = 0
    for epoch, value in enumerate(values):
        model.epoch = epoch
        callback.on_epoch_end(epoch, {"v": value})
        ran += 1
        if model.stop_training:
            break
    callback.on_train_end()
    return {"options": options, "values": values, "stoppedAfter": ran, "keptEpoch": model.restored}


def reduce(options, values):
    names = {"minDelta": "min_delta", "minLr": "min_lr"}
    model = Model()
    callback = keras.callbacks.ReduceLROnPlateau(
        monitor="v", **{"mode": "min", **{names.get(k, k): v for k, v in options.items()}}
    )
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {"v": value})
        rates.append(float(np.asarray(model.optimizer.learning_rate)))
    return {"options": options, "values": values, "rates": rates}


rng = np.random.default_rng(0)
noisy = [round(float(x), 4) for x in 2 * 0.9 ** np.arange(30) + 0.1 * rng.standard_normal(30) + 0.01 * np.arange(30)]
flat = [1.0] * 12
rising = [0.1 * i for i in range(12)]
zigzag = [1.0, 0.9, 0.95, 0.89, 0.93, 0.885, 0.9, 0.884, 0.9, 0.9, 0.9, 0.9, 0.8, 0.9, 0.9, 0.9, 0.9]
golden = {
    "made_by": "python reference/callbacks.py", "keras": keras.__version__,
    "earlyStopping": [
        early({}, noisy), early({"patience": 3}, noisy), early({"patience": 3, "minDelta": 0.01}, zigzag),
        early({"patience": 2}, flat), early({"patience": 4, "mode": "max"}, rising), early({"patience": 4}, rising),
        early({"patience": 3, "baseline": 0.5}, zigzag), early({"patience": 3, "baseline": 0.886}, zigzag),
        early({"patience": 2, "startFromEpoch": 5}, zigzag), early({"patience": 50}, noisy), early({"patience": 50, "startFromEpoch": 40}, noisy),
        early({"patience": 0}, flat),
    ],
    "reduceLr": [
        reduce({}, noisy), reduce({"patience": 2, "factor": 0.5}, noisy), reduce({"patience": 2, "factor": 0.5, "cooldown": 2}, flat),
        reduce({"patience": 1, "factor": 0.1, "minLr": 2e-5}, flat), reduce({"patience": 2, "minDelta": 0.02}, zigzag),
        reduce({"patience": 2, "mode": "max"}, rising), reduce({"patience": 3, "factor": 0.5, "cooldown": 1}, zigzag),
    ],
}
(pathlib.Path(__file__).parent.parent / "test/golden/callbacks.json").write_text(json.dumps(golden, indent=1))
