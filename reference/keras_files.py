"""Models that Keras 3 saved, of the original's kind but tiny, and what Keras predicts with them.

    python reference/keras_files.py                                   # writes test/golden/keras/
    python reference/keras_files.py predict x.keras in.npy out.npy    # live: loads without custom objects, predicts

Weights and inputs are functions of indices (noise.py), so that nothing depends on a library's random numbers.
"""
import json, os, pathlib, sys
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np, keras
from keras import layers as L
from noise import noise

FRAMES, FEATURES, LABELS = 21, 54, 4


def block(filters, width, **conv):
    return [L.Conv1D(filters, width, **conv), L.BatchNormalization(), L.MaxPooling1D(2), L.Dropout(0.3)]


def original():
    return keras.Sequential([keras.Input((FRAMES, FEATURES)), *block(3, 5, activation="relu", padding="same"), *block(4, 3, activation="relu", padding="same"),
        L.Bidirectional(L.LSTM(3)), L.Dropout(0.3), L.Dense(5, activation="relu"), L.Dense(LABELS, activation="softmax")])


def normalized():
    normalization = L.Normalization(mean=noise(50, (FEATURES,)).tolist(), variance=(noise(51, (FEATURES,)) + 2).tolist())
    return keras.Sequential([keras.Input((FRAMES, FEATURES)), normalization, *block(3, 5, activation="relu", padding="same"), *block(4, 3, activation="relu", padding="same"),
        L.Bidirectional(L.LSTM(3)), L.Dropout(0.3), L.Dense(5, activation="relu"), L.Dense(LABELS, activation="softmax")])


def variant():
    """One block, everything said otherwise: Functional, an adapted Normalization, no padding, ReLU after batch norm, no hidden layer."""
    x = inputs = keras.Input((FRAMES, FEATURES))
    normalization = L.Normalization()
    normalization.adapt(3 * noise(52, (4, FRAMES, FEATURES)).astype(np.float32) + 1)
    for layer in [normalization, L.Conv1D(3, 4), L.BatchNormalization(epsilon=1e-2), L.Activation("relu"), L.MaxPooling1D(3), L.SpatialDropout1D(0.1),
                  L.Bidirectional(L.LSTM(2, use_bias=False)), L.BatchNormalization(), L.Dropout(0.2), L.Dense(LABELS), L.Softmax()]:
        x = layer(x)
    return keras.Model(inputs, x)


def gru():
    return keras.Sequential([keras.Input((FRAMES, FEATURES)), *block(3, 5, activation="relu"), L.Bidirectional(L.GRU(2)), L.Dense(LABELS, activation="softmax")])


def fill(model):
    for n, weight in enumerate(w for layer in model.layers if layer.__class__.__name__ != "Normalization" for w in layer.weights if w.dtype == "float32"):
        positive = "variance" in weight.path or "gamma" in weight.path
        weight.assign((0.5 if positive else 0.3) * noise(100 + n, tuple(weight.shape)) + (1 if positive else 0))


if sys.argv[1:2] == ["predict"]:
    path, source, target = sys.argv[2:]
    model = keras.saving.load_model(path)
    np.save(target, model.predict(np.load(source).reshape(-1, *model.input_shape[1:]), batch_size=16, verbose=0).astype(np.float32))
    sys.exit()

out = pathlib.Path(__file__).parent.parent / "test/golden/keras"
out.mkdir(parents=True, exist_ok=True)
x = 2 * noise(7, (3, FRAMES, FEATURES)).astype(np.float32)
index = {"keras": keras.__version__, "call": "model.predict(2 * noise(7, (3, 21, 54)))", "frames": FRAMES, "features": FEATURES, "predictions": {}}
for make in [original, normalized, variant, gru]:
    model = make()
    fill(model)
    model.save(out / f"{make.__name__}.keras")
    index["predictions"][make.__name__] = model.predict(x, verbose=0).astype(float).ravel().tolist()
(out / "index.json").write_text(json.dumps(index, indent=1) + "\n")
